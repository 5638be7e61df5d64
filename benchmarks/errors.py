"""
Draw errors of a head at random, for a person to read.

    python -m benchmarks.errors FOLDER [HEAD ...] [--n 50] [--seed 1] [--said FILE]

An error is a post whose label is not what was said of it by both readers, neither of which had
seen it or its group (`make train` or `python -m training --unseen-only` keeps what the encoder
said in out/), or, with --said, by any other model, as JSON lines `head, text, source, truth,
chance` (for sentiment: `said` too).  Silver labels are left out: they are nobody's.
Writes FOLDER/HEAD.jsonl.  The texts are other people's: FOLDER must lie outside the repository.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from training.encoder.tasks import lessons
from training.encoder.unseen import kept
from training.heads import pool
from training.recipes import HEADS, MOODS, RECIPES
from training.second_reading import Seen, out_of_fold, seen_of
from training.sources import ROOT

SURE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    What was said of one unseen post.

    Units: `chance` is that of what was said for sentiment, else that the head holds.
    """

    head: str
    text: str
    source: str
    truth: str
    said: str
    chance: float


def from_file(path: Path) -> list[Said]:
    """Read what another model said; `said` is told, or follows from the chance."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        truth = str(row["truth"])
        row |= {"truth": truth, "said": row.get("said", _yes(row["chance"]))}
        found.append(Said(**row))
    return found


class Readers:
    """What both readers say of posts that neither saw."""

    def __init__(self) -> None:
        self._pool, self._lessons, self._logits = pool(), lessons(), kept()

    def said(self, head: str) -> list[Said]:
        """Read every labelled post of a head, by weights learned without its group."""
        seen = seen_of(head, everything=self._pool, lessons=self._lessons, encoder=self._logits)
        return [one for one in _both(seen, head) if not RECIPES[one.source].silver]


def _both(seen: Seen, head: str) -> Iterator[Said]:
    moods = head == "sentiment"
    for at, chance in enumerate(out_of_fold(seen, head)):
        likeliest = int(np.argmax(chance)) if moods else 0
        yield Said(
            head=head,
            text=seen.texts[at],
            source=seen.sources[at],
            truth=MOODS[seen.truth[at]] if moods else _yes(float(seen.truth[at])),
            said=MOODS[likeliest] if moods else _yes(float(chance)),
            chance=round(float(chance[likeliest] if moods else chance), 3),
        )


def _yes(chance: float) -> str:
    return "yes" if chance >= SURE else "no"


def drawn(said: Sequence[Said], *, n: int, seed: int) -> list[Said]:
    """Draw n of the errors, all with the same chance, or all of them where there are fewer."""
    wrong = [one for one in said if one.truth != one.said]
    order = np.random.default_rng(seed).permutation(len(wrong))[:n]
    return [wrong[at] for at in order]


def _write(found: Sequence[Said], *, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in found]
    (folder / f"{found[0].head}.jsonl").write_text("".join(lines), encoding="utf-8")


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("heads", nargs="*", default=["sentiment", *HEADS])
    asked.add_argument("--n", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--said", type=Path)
    told = asked.parse_args()
    if told.folder.resolve().is_relative_to(ROOT.resolve()):
        asked.error(
            f"{told.folder} lies inside the repository, where other people's texts may not be. "
            "Name a folder outside of it."
        )
    return told


def main() -> None:
    """Draw for each head that was named."""
    told = _asked()
    other = from_file(told.said) if told.said else None
    readers = None if told.said else Readers()
    for head in told.heads:
        if readers is None:
            said = [one for one in other or () if one.head == head]
        else:
            said = readers.said(head)
        found = drawn(said, n=told.n, seed=told.seed)
        wrong = sum(one.truth != one.said for one in said)
        print(json.dumps({"head": head, "posts": len(said), "errors": wrong, "drawn": len(found)}))
        if found:
            _write(found, folder=told.folder)


if __name__ == "__main__":
    main()
