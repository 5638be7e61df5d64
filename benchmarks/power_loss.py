"""
A power cut at any moment of a run on SQLite, and whether all is there that was promised.

    python -m benchmarks.power_loss [--images 5000] [--synced FULL] [--seed 1] [--save]

A desk keeps letters, an uploaded file and an account's secrets, hears a live network and says
replies (tests/power/story.py), while strace writes down each write and sync.  They are done again
on a disk of ours with a cache (tests/power/disk.py), and at moments spread over the run the power
fails: what no sync followed is there, or not, or in part, in any order.  Each image is opened: it
must be whole (integrity_check), be in the state of the last promise or in a later one, never in
between, and keep each promise that was made: a page taken in, a letter answered 2xx, a file handed
in, a secret sealed, a reply begun before it was said, and what was said.  Every tenth goes on: it
hears and says what is left.

`--synced NORMAL` and `OFF` show that this finds what SQLite loses when it waits for less: they
must lose something, and FULL nothing.  Exits 1 otherwise.  Counts, not times.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from benchmarks.saying import ROOT, commit, say

_KEPT: Final = ROOT / "benchmarks" / "power_loss.jsonl"
#: Of so many images one goes on.
_ONWARD: Final = 10
#: What is no harm.
_GOOD: Final = ("images", "promises", "went_on")


def main() -> None:
    """Cut the power, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=5_000)
    parser.add_argument("--synced", choices=["FULL", "NORMAL", "OFF"], default="FULL")
    parser.add_argument("--seed", default="1", help="other seeds, other images")
    parser.add_argument("--save", action="store_true")
    told = parser.parse_args()
    figure = cut(images=told.images, synced=told.synced, seed=told.seed)
    say(**figure)
    if told.save:
        with _KEPT.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps({**figure, 'commit': commit()})}\n")
    sys.exit(bool(figure["harmed"]) == (told.synced == "FULL"))


def cut(*, images: int, synced: str, seed: str = "1") -> dict[str, Any]:
    """Record the story, cut the power so often, and return what became of it."""
    from tests.power.images import images as left
    from tests.power.images import judged, states_of
    from tests.power.onward import went_on

    began, found = time.monotonic(), Counter[str]()
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        place, scratch = Path(folder), Path(folder) / "scratch"
        told, should = _recorded(place, synced=synced)
        states = states_of(told, scratch=scratch)
        for number, image in enumerate(left(told, states=states, count=images, seed=seed)):
            wrong = judged(image, scratch=scratch)
            if number % _ONWARD == 0 and synced == "FULL":
                wrong |= went_on(scratch, promised=image.promises, should=should)
            found.update(wrong, images=1)
            found["harmed"] += any(count for name, count in wrong.items() if name not in _GOOD)
    return {
        "name": "power loss",
        "synced": synced,
        "seed": seed,
        "calls": len(told.calls),
        "commits": len(states) - 1,
        **dict(sorted(found.items())),
        "seconds": round(time.monotonic() - began),
    }


def _recorded(place: Path, *, synced: str) -> tuple[Any, Any]:
    """Let the story be told, see that our disk comes to the very bytes, and return both ends."""
    from tests.power import story
    from tests.power.images import Story, files_in
    from tests.power.onward import kept
    from tests.power.recording import recorded

    from answerback.project.start import desk

    data, promised = place / "data", place / "promised"
    story.prepare(data, network=place / "network")
    before = files_in(data)
    calls = recorded(data, log=place / "log", promised=promised, synced=synced)
    told = Story(calls=calls, began=before, folder=data, promised=promised)
    replay = told.replay()
    for _ in replay.steps(calls):
        pass
    if replay.disk.whole() != files_in(data) or replay.promises != promised.read_bytes():
        raise SystemExit("What was recorded does not come to the files that are there.")
    shutil.copytree(data, place / "end")
    with desk(place / "end", create=False):
        return told, kept(place / "end")


def _memory() -> str | None:
    """Return a folder in memory where there is one: an image is some hundred small files."""
    memory = Path("/dev/shm")  # noqa: S108  the folder made in it is our own
    return str(memory) if memory.is_dir() else None


if __name__ == "__main__":
    main()
