"""
Draw errors of a head at random, for a person to read.

    python -m benchmarks.errors FOLDER [HEAD ...] [--n 50] [--seed 1] [--said FILE]

An error is a post whose label is not what was said of it by a model that had not seen it or
its group: the n-gram heads' out-of-fold chances, as in training, or, with --said, what any
other model said, as JSON lines `head, text, source, truth, chance` (for sentiment: `said` too).
Writes FOLDER/HEAD.jsonl.  The texts are other people's: FOLDER must lie outside the repository.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from training.heads import Pool, Trained, pool, train_kind, train_sentiment
from training.recipes import HEADS, MOODS
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


def from_heads(examples: Pool, head: str) -> list[Said]:
    """Ask the n-gram heads, out of fold."""
    trained = train_sentiment(examples) if head == "sentiment" else train_kind(examples, head)
    return list(_out_of_fold(examples, trained))


def _out_of_fold(examples: Pool, trained: Trained) -> Iterator[Said]:
    for row, truth, chance in zip(trained.rows, trained.truth, trained.chances, strict=True):
        one = examples.examples[row]
        moods = trained.name == "sentiment"
        likeliest = int(np.argmax(chance)) if moods else 0
        yield Said(
            head=trained.name,
            text=one.text,
            source=one.source,
            truth=MOODS[truth] if moods else _yes(float(truth)),
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
    examples = None if told.said else pool()
    for head in told.heads:
        if examples is None:
            said = [one for one in other or () if one.head == head]
        else:
            said = from_heads(examples, head)
        found = drawn(said, n=told.n, seed=told.seed)
        wrong = sum(one.truth != one.said for one in said)
        print(json.dumps({"head": head, "posts": len(said), "errors": wrong, "drawn": len(found)}))
        if found:
            _write(found, folder=told.folder)


if __name__ == "__main__":
    main()
