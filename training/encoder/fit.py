"""Fine-tune the encoder: all heads at once, what it meant before kept beside them."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F  # noqa: N812 -- its usual name

from answerback.domain.understanding.pieces import Cutter
from answerback.domain.understanding.spoken_words import spoken_words
from training.encoder.model import LAYERS, Encoder
from training.encoder.tasks import (
    CHOICES,
    COLUMNS,
    LARGE,
    TAGS,
    Lesson,
    columns_of,
    labels_of,
)
from training.fit import SEED
from training.recipes import HEADS

LONGEST = 72  #: pieces of words in training
BATCH = 64
_POOL = 50  #: batches sorted by length together
_DECAY = 0.9  #: of the learning rate, a layer down
_KEEP = 1.0  #: weight of meaning what the untuned encoder meant
#: A kind is rarely positive; its positives weigh this power of the odds more.
_EVEN = 0.5
#: Weight of leaving the large files' heads as they were, in the second step.
_REMEMBER = 0.3
_LARGE = sorted(
    {at for _, task, _ in LARGE for at in range(columns_of(task).start, columns_of(task).stop)}
)
_WEIGH = {"mood": 1.0, "offensive_tweets": 1.0, "abuse": 0.5, "hate": 0.5, "spam_utkml": 0.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """
    Lessons as numbers.

    Shapes: n lessons; `kinds` (n, k) with NaN for unknown; each task (n,), -1 for unknown;
    `tags` task to n lists by piece; `meant` (n, 384).
    """

    lessons: Sequence[Lesson]
    pieces: list[list[int]]
    kinds: NDArray[np.float32]
    tasks: dict[str, NDArray[np.int64]]
    tags: dict[str, list[list[int] | None]]
    meant: NDArray[np.float32]


def cutter(folder: Path) -> Cutter:
    """Read the pretrained encoder's vocabulary."""
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return Cutter(vocabulary, longest=LONGEST)


def prepare(lessons: Sequence[Lesson], *, folder: Path, base: Encoder) -> Prepared:
    """Cut texts into pieces, lay labels out, and keep what the untuned encoder makes of each."""
    told = cutter(folder)
    cut = [told.cut(spoken_words(one.text)) for one in lessons]
    pieces, owners = [one for one, _ in cut], [one for _, one in cut]
    kinds, tasks = labels_of(lessons)
    return Prepared(
        lessons=lessons,
        pieces=pieces,
        kinds=kinds,
        tasks=tasks,
        tags=tags_of(lessons, owners),
        meant=means(base, pieces),
    )


def tags_of(
    lessons: Sequence[Lesson], owners: Sequence[Sequence[int]]
) -> dict[str, list[list[int] | None]]:
    """Give each piece its word's tag, -1 to what belongs to no word; None for untagged texts."""
    tags: dict[str, list[list[int] | None]] = {task: [] for task in TAGS}
    for lesson, where in zip(lessons, owners, strict=True):
        for task in TAGS:
            given = lesson.tags.get(task)
            ends = where[-1]
            tags[task].append(
                None if given is None else [-1 if at == ends else given[at] for at in where]
            )
    return tags


def _narrow() -> torch.autocast:
    """Count in sixteen bits where the processor does so itself; elsewhere it is slower by half."""
    told = torch.cpu.get_capabilities()
    return torch.autocast("cpu", torch.bfloat16, enabled=bool(told.get("avx512_bf16")))


def padded(pieces: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, pieces))
    table = torch.zeros((len(pieces), longest), dtype=torch.int64)
    mask = torch.zeros((len(pieces), longest))
    for at, row in enumerate(pieces):
        table[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1.0
    return table, mask


def by_length(pieces: Sequence[Sequence[int]], size: int) -> Iterator[NDArray[np.int64]]:
    order = np.argsort([len(row) for row in pieces], kind="stable")
    for at in range(0, len(order), size):
        yield order[at : at + size]


@torch.no_grad()
def means(model: Encoder, pieces: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Give the mean of the last layer, of length 1: what the encoder makes of each text."""
    model.eval()
    out = np.zeros((len(pieces), 384), dtype=np.float32)
    for rows in by_length(pieces, 128):
        table, mask = padded([pieces[at] for at in rows])
        with _narrow():
            hidden = model.hidden(table, mask).float()
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        out[rows] = F.normalize(mean, dim=-1).numpy()
    return out


@torch.no_grad()
def predict(model: Encoder, pieces: Sequence[Sequence[int]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Shapes: n texts in; logits (n, columns) and meanings (n, 384) out."""
    model.eval()
    logits = np.zeros((len(pieces), len(COLUMNS)), dtype=np.float32)
    meaning = np.zeros((len(pieces), 384), dtype=np.float32)
    for rows in by_length(pieces, 128):
        table, mask = padded([pieces[at] for at in rows])
        with _narrow():
            scores, meant, _, share = model(table, mask)
        logits[rows] = (scores.float() * share[..., None]).sum(1).numpy()
        meaning[rows] = F.normalize(meant.float(), dim=-1).numpy()
    return logits, meaning


def train(
    model: Encoder,
    prepared: Prepared,
    *,
    times: NDArray[np.int64],
    rate: float,
    before: NDArray[np.float32] | None = None,
    say: str = "",
) -> None:
    """
    Train in place.

    With `before`, the heads of the large files stay near the logits that they had before.

    Shapes: `times` (n,): how often each lesson is read, 0 for never; `before` (n, columns).
    Units: `rate` is the top layer's peak learning rate.
    """
    chance = np.random.default_rng(SEED)
    torch.manual_seed(SEED)
    steps = _batches(prepared, times=times, chance=chance)
    weights = _kind_weights(prepared.kinds[times > 0])
    best = _optimizer(model, rate=rate)
    warm = max(1, len(steps) // 16)
    model.train()
    began, seen, total = time.monotonic(), 0, 0.0
    for step, rows in enumerate(steps):
        ramp = min((step + 1) / warm, (len(steps) - step) / max(1, len(steps) - warm))
        for group in best.param_groups:
            group["lr"] = group["peak"] * ramp
        loss = _loss(model, prepared, rows=rows, weights=weights, before=before)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
        best.step()
        best.zero_grad(set_to_none=True)
        seen, total = seen + len(rows), total + float(loss.detach())
        if step % 200 == 199:  # noqa: PLR2004 -- a line now and then
            speed = seen / (time.monotonic() - began)
            print(
                f"{say} step {step + 1}/{len(steps)} loss {total / 200:.4f} {speed:.0f}/s",
                flush=True,
            )
            total = 0.0


def _batches(
    prepared: Prepared, *, times: NDArray[np.int64], chance: np.random.Generator
) -> list[NDArray[np.int64]]:
    passes = range(int(times.max()))
    order = np.concatenate([chance.permutation(np.flatnonzero(times > turn)) for turn in passes])
    lengths = np.array([len(row) for row in prepared.pieces])
    batches: list[NDArray[np.int64]] = []
    for at in range(0, len(order), BATCH * _POOL):
        part = order[at : at + BATCH * _POOL]
        part = part[np.argsort(lengths[part], kind="stable")]
        cut = [part[begin : begin + BATCH] for begin in range(0, len(part), BATCH)]
        batches.extend(cut[to] for to in chance.permutation(len(cut)))
    return batches


def _kind_weights(kinds: NDArray[np.float32]) -> torch.Tensor:
    ones, noughts = np.nansum(kinds == 1, axis=0), np.nansum(kinds == 0, axis=0)
    return torch.tensor(((noughts + 1) / (ones + 1)) ** _EVEN, dtype=torch.float32)


def _optimizer(model: Encoder, *, rate: float) -> torch.optim.Optimizer:
    model.pieces.weight.requires_grad = False
    groups = []
    for at, layer in enumerate(model.layers):
        peak = rate * _DECAY ** (LAYERS - 1 - at)
        groups.append({"params": list(layer.parameters()), "peak": peak})
    low = [*model.places.parameters(), *model.norm.parameters()]
    groups.append({"params": low, "peak": rate * _DECAY**LAYERS})
    top = [*model.heads.parameters(), *model.meaning.parameters()]
    groups.append({"params": top, "peak": 1e-3})
    return torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)


def _loss(
    model: Encoder,
    prepared: Prepared,
    *,
    rows: NDArray[np.int64],
    weights: torch.Tensor,
    before: NDArray[np.float32] | None,
) -> torch.Tensor:
    table, mask = padded([prepared.pieces[at] for at in rows])
    with _narrow():
        scores, meant, _, share = model(table, mask)
    scores, meant = scores.float(), meant.float()
    logits = (scores * share[..., None]).sum(1)
    size = float(len(rows))
    kinds = torch.from_numpy(prepared.kinds[rows])
    known = ~torch.isnan(kinds)
    each = F.binary_cross_entropy_with_logits(
        logits[:, : len(HEADS)], kinds.nan_to_num(), pos_weight=weights, reduction="none"
    )
    loss = 0.25 * (each * known).sum() / size
    for task in CHOICES:
        truth = torch.from_numpy(prepared.tasks[task][rows])
        if (truth >= 0).any():
            told = F.cross_entropy(
                logits[:, columns_of(task)], truth, ignore_index=-1, reduction="sum"
            )
            loss = loss + _WEIGH.get(task, 1.0) * told / size
    for task in TAGS:
        tagged = [prepared.tags[task][at] for at in rows]
        if any(one is not None for one in tagged):
            width = table.shape[1]
            truth = torch.full((len(rows), width), -1, dtype=torch.int64)
            for at, one in enumerate(tagged):
                if one is not None:
                    truth[at, : len(one)] = torch.tensor(one)
            part = scores[..., columns_of(task)].reshape(-1, len(TAGS[task]))
            told = F.cross_entropy(part, truth.reshape(-1), ignore_index=-1, reduction="sum")
            loss = loss + 0.1 * told / size
    if before is not None:
        had = torch.from_numpy(before[rows][:, _LARGE])
        loss = loss + _REMEMBER * F.mse_loss(logits[:, _LARGE], had)
    same = torch.from_numpy(prepared.meant[rows])
    apart = 1.0 - (F.normalize(meant, dim=-1) * same).sum(-1)
    return loss + _KEEP * apart.mean()
