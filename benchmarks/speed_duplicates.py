"""
How fast copies are told from first posts, how many are found, and who is folded by mistake.

    python -m benchmarks.speed_duplicates [--posts 100000] [--data DATA] [--show 20]

The stream is unique real posts in a shuffled order, among them planted copies of 500 of them,
changed in seven ways; planted neighbours, who say almost the same of a matter of their own; and
one campaign of 5,000.  Real posts that are judged copies of real posts are counted apart: `--show`
prints some of them, to be read.  Prints one JSON object for each figure.
"""

import argparse
import os
import random
import re
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.match_queries import unique_posts
from benchmarks.saying import say

from answerback.domain.listening.duplicates import Copies
from answerback.domain.listening.gist import gist
from answerback.domain.listening.words import raw_tokens
from answerback.domain.records.post import Author, Post

HOUSE = Path(__file__).resolve().parent.parent
SEED = 4_711
ORIGINALS = 500
CAMPAIGN = 5_000
HEARD = datetime(2026, 3, 2, 9, tzinfo=UTC)
FEWEST = 12  #: words of an original, so that each way of changing it leaves something

Change = Callable[[str, random.Random], str]


class Told(NamedTuple):
    """A post of the stream, and what it was planted as."""

    text: str
    way: str  #: "" for a real post
    of: int  #: the place among the originals; -1 for none


def marks(text: str, chance: random.Random) -> str:
    """Repost it, with tags and a link."""
    return f"RT @somebody: {text} #repost https://example.org/{chance.randrange(10**6)}"


def dressed(text: str, chance: random.Random) -> str:
    """Write it in capitals, with more room and unseen letters."""
    return chance.choice(("  ", "\n", " \u200b")).join(text.upper().split())


def cut(text: str, _chance: random.Random) -> str:
    """Cut a repost to size."""
    return f"RT @somebody: {text[: max(len(text) * 3 // 4, 70)]}…"


def commented(text: str, chance: random.Random) -> str:
    """Put two words before a repost."""
    return f"{chance.choice(('so true', 'oh dear', 'well said'))} RT @somebody: {text}"


def swapped(words: int) -> Change:
    """Change a letter in so many plain words, as typing it again does."""

    def change(text: str, chance: random.Random) -> str:
        parts = text.split()
        plain = [at for at, part in enumerate(parts) if part.isalpha() and part.islower()]
        for at in chance.sample(plain, min(words, len(plain))):
            parts[at] += chance.choice("xyz")
        return " ".join(parts)

    return change


def dropped(text: str, chance: random.Random) -> str:
    """Leave out a plain word."""
    parts = text.split()
    plain = [at for at, part in enumerate(parts) if part.isalpha() and part.islower()]
    if plain:
        del parts[chance.choice(plain)]
    return " ".join(parts)


COPIES: dict[str, Change] = {
    "repost marks": marks,
    "capitals and spacing": dressed,
    "cut to size": cut,
    "two words of comment": commented,
    "one word changed": swapped(1),
    "two words changed": swapped(2),
    "one word left out": dropped,
}
NEIGHBOURS: dict[str, Change] = {
    "another number": lambda text, chance: f"{text} order {chance.randrange(10**6)}",
    "another name": lambda text, chance: f"{text} says {chance.choice(('Kim', 'Lee', 'Mo'))}",
    "a question": lambda text, _: f"{text} is mine affected?",
    "an own sentence": lambda text, _: f"{text} and my own one broke on the way home too",
}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    standing = Path(os.environ.get("ANSWERBACK_DATA", HOUSE.parent / "shared" / "data"))
    options.add_argument("--data", type=Path, default=standing)
    options.add_argument("--posts", type=int, default=100_000)
    options.add_argument("--show", type=int, default=0)
    asked = options.parse_args()
    chance = random.Random(SEED)  # noqa: S311 - the same stream each time, not a secret
    _, texts = unique_posts(asked.data, most=asked.posts)
    chance.shuffle(texts)
    speed(texts)
    stream, firsts = planted(texts, chance=chance)
    judged(stream, firsts=firsts, show=asked.show, chance=chance)


def post_of(place: int, text: str) -> Post:
    author = Author(handle=f"a{place}")
    return Post(
        channel="x", source="s", external_id=str(place), author=author, text=text, heard_at=HEARD
    )


def speed(texts: Sequence[str]) -> None:
    """Say how many posts a core judges, and how many it only cuts into words in the same run."""
    posts = [post_of(place, text) for place, text in enumerate(texts)]
    began = time.process_time()
    for post in posts:
        raw_tokens(post.text)
    cutting = time.process_time() - began
    passes = []
    for _ in ("cold", "warm"):
        copies: Copies[int] = Copies()
        began = time.process_time()
        for place, post in enumerate(posts):
            copies.judge(place, gist(post), at=None)
        passes.append(time.process_time() - began)
    say(
        "duplicates: speed",
        posts=len(posts),
        cold_posts_per_cpu_second=round(len(posts) / passes[0]),
        warm_posts_per_cpu_second=round(len(posts) / passes[1]),
        only_cut_into_words_posts_per_cpu_second=round(len(posts) / cutting),
        peak_memory_mib=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        load=round(os.getloadavg()[0], 1),
    )


def planted(texts: Sequence[str], *, chance: random.Random) -> tuple[list[Told], dict[int, int]]:
    """Return the stream, and for each original its place in it."""
    able = [
        place
        for place, text in enumerate(texts[: len(texts) // 2])
        if len(re.findall(r"\w+", text)) >= FEWEST and not text.startswith("RT") and "…" not in text
    ]
    originals = chance.sample(able, min(ORIGINALS, len(able)))
    later: list[Told] = []
    for of, place in enumerate(originals):
        for way, change in (COPIES | NEIGHBOURS).items():
            later.append(Told(change(texts[place], chance), way, of))
    text = texts[originals[0]]
    later += [Told(marks(text, chance), "campaign", 0) for _ in range(CAMPAIGN)]
    later += [Told(one, "", -1) for one in texts[len(texts) // 2 :]]
    chance.shuffle(later)
    stream = [Told(one, "", -1) for one in texts[: len(texts) // 2]] + later
    return stream, dict(enumerate(originals))


def judged(
    stream: Sequence[Told], *, firsts: dict[int, int], show: int, chance: random.Random
) -> None:
    """Say how many of each planted way were put where they belong."""
    copies: Copies[int] = Copies(most=len(stream))
    many, right, wrong = Counter[str](), Counter[str](), Counter[str]()
    real: list[tuple[int, int]] = []
    for place, told in enumerate(stream):
        of = copies.judge(place, gist(post_of(place, told.text)), at=None).copy_of
        many[told.way] += 1
        if of is None:
            continue
        if told.way == "":
            real.append((place, of))
        elif _group(stream, of, firsts=firsts) == told.of:
            right[told.way] += 1
        else:
            wrong[told.way] += 1
    for way in (*COPIES, "campaign"):
        found, other = right[way], wrong[way]
        say(
            "duplicates: copies found",
            way=way,
            planted=many[way],
            recall=round(found / many[way], 4),
            precision=round(found / (found + other), 4) if found else None,
        )
    for way in NEIGHBOURS:
        say("duplicates: folded by mistake", way=way, planted=many[way], folded=right[way])
    say("duplicates: among real posts", posts=many[""], judged_copies=len(real))
    for place, of in chance.sample(real, min(show, len(real))):
        print(f"  first: {stream[of].text!r}\n  copy:  {stream[place].text!r}")


def _group(stream: Sequence[Told], place: int, *, firsts: dict[int, int]) -> int:
    """Return which original a first post belongs to: it may be a planted one itself."""
    told = stream[place]
    if told.way:
        return told.of
    return next((of for of, first in firsts.items() if first == place), -1)


if __name__ == "__main__":
    main()
