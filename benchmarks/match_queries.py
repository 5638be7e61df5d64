"""
Listening queries as brands write them, made by a seed, and the real posts they are asked of.

A wish is a query before it is written down: groups of alternatives that must be there (the first
two near each other, if `near`) and words that must not.  Every engine is given the same wishes,
each in its own language.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any

SEED = 143_199
FEWEST, MOST = 5, 40  #: terms of a query
SAMPLE = 20_000  #: posts from which words are drawn, and their frequencies told; never measured
#: Files of posts from social networks.  SMS, reviews and service phrases are left out.
FILES = (
    *("sentiment", "conversations", "airline", "relevance_crisis", "crisis_info", "disaster"),
    *("topic_sentiment", "toxic_davidson", "multilingual_sentiment", "brand_emotion", "complaints"),
    *("apple_sentiment", "corporate_messaging", "entities_btc", "entities_wnut17", "tweet_acts"),
    *("purchase_intent", "relevance_entity", "relevance_sanders", "spam_utkml", "answered"),
    *("tweeteval_emotion", "tweeteval_hate", "tweeteval_irony", "tweeteval_offensive"),
)
#: How a brand is called, as a share of queries: (least, most) share of posts that say the word.
KINDS: Mapping[str, float] = {"invented": 57, "rare": 30, "mid": 8, "common": 2, "real": 3}
_HEARD = {"rare": (0.0, 0.0001), "mid": (0.0001, 0.0004), "common": (0.0004, 0.002)}
TEMPLATES: Mapping[str, float] = {"spellings": 35, "context": 30, "near": 25, "need": 10}
_REAL = (
    *("spotify", "tesco", "samsung", "netflix", "nike", "uber", "starbucks", "adobe", "paypal"),
    *("lyft", "dell", "ikea", "lidl", "toyota", "heineken", "nokia", "adidas", "walmart"),
)
_SYLLABLES = ("ka", "lo", "ven", "tri", "mo", "zur", "pel", "sha", "nix", "dor", "bel", "qua")
_ENDINGS = ("help", "care", "support", "uk", "us", "official", "news", "app")
_FOLLOWERS = ("app", "store", "bank", "airlines", "coffee", "mobile", "online", "group", "club")
_NEEDS = (
    *("need", "want", "looking for", "recommend", "any good", "anyone know", "where can i"),
    *("suggestions", "thinking of", "wish i had", "in the market for", "alternative to"),
)

Group = tuple[str, ...]  #: alternatives: words, or phrases with spaces in them


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be heard."""

    required: tuple[Group, ...]
    excluded: Group = ()
    near: int | None = None  #: at most so many words between the first two groups

    @property
    def terms(self) -> int:
        """Return how many words and phrases it has."""
        return sum(map(len, self.required)) + len(self.excluded)

    def written(self) -> str:
        """Return the query in our own language."""
        groups = [_written(group) for group in self.required]
        joined = " ".join(groups) if self.near is None else f" NEAR/{self.near} ".join(groups)
        return f"{joined} NOT {_written(self.excluded)}" if self.excluded else joined

    def plain(self) -> "Wish":
        """Return the wish in small ASCII letters and digits, for engines that know no more."""
        plain = tuple(_plain(group) for group in self.required)
        kept = {term for group in plain for term in group}
        excluded = tuple(term for term in _plain(self.excluded) if term not in kept)
        return replace(self, required=plain, excluded=excluded)

    def anywhere(self) -> "Wish":
        """Return the wish for engines that cannot say NEAR: both sides, anywhere in the post."""
        return replace(self, near=None)


def plain_text(text: str) -> str:
    """Return the words of a post in small ASCII letters and digits, one space between two."""
    return " ".join(_PLAIN.findall(text.lower()))


_PLAIN = re.compile("[a-z0-9]+")


def unique_posts(data: Path, *, most: int) -> tuple[list[str], list[str]]:
    """
    Return the sample to draw words from, and different posts to measure with, as written.

    Shapes: `SAMPLE` posts, and up to `most` others; the files are mixed by the seed.
    """
    seen: dict[str, None] = {}
    for file in FILES:
        with (data / f"{file}.jsonl").open(encoding="utf-8") as rows:
            seen.update((json.loads(row)["text"], None) for row in rows)
    posts = list(seen)
    _chance(0).shuffle(posts)
    return posts[:SAMPLE], posts[SAMPLE : SAMPLE + most]


def share_of_posts(sample: Sequence[str]) -> dict[str, float]:
    """
    Return for each plain word the share of posts that say it.

    Cut here and not by the house, so that the queries stay the same when the house learns.
    """
    heard = Counter(word for text in sample for word in set(plain_text(text).split()))
    return {word: times / len(sample) for word, times in heard.items()}


def wishes(sample: Sequence[str], *, number: int, seed: int = SEED) -> Iterator[Wish]:
    """Yield so many wishes; the first of a longer series are those of a shorter one."""
    maker = _Maker(share_of_posts(sample), seed)
    for _ in range(number):
        yield maker.one()


def described(made: Sequence[Wish]) -> dict[str, Any]:
    """Return how long the queries are, to be printed beside every figure."""
    terms = [wish.terms for wish in made]
    return {
        "queries": len(made),
        "terms_mean": round(mean(terms), 1),
        "terms_least": min(terms),
        "terms_most": max(terms),
        "with_near": round(sum(wish.near is not None for wish in made) / len(made), 3),
        "with_not": round(sum(bool(wish.excluded) for wish in made) / len(made), 3),
    }


class _Maker:
    def __init__(self, shares: Mapping[str, float], seed: int) -> None:
        self._chance = _chance(seed)
        words = {word: share for word, share in shares.items() if _is_name(word)}
        self._heard = {
            kind: sorted(word for word, share in words.items() if low < share <= high)
            for kind, (low, high) in _HEARD.items()
        }
        self._talk = self._heard["mid"] + self._heard["common"]

    def one(self) -> Wish:
        template = self._one_of(TEMPLATES)
        if template == "spellings":
            return self._made(self._spellings(4, 13), excluded=self._talked(2, 15))
        if template == "context":
            context = self._talked(4, 22)
            return self._made(self._spellings(3, 8), context, excluded=self._talked(1, 8))
        near = self._chance.randint(3, 10)
        if template == "near":
            return self._made(self._spellings(2, 8), self._talked(3, 20), near=near)
        needs = tuple(self._chance.sample(_NEEDS, self._chance.randint(3, 8)))
        goods = tuple(dict.fromkeys(self._brand() for _ in range(self._chance.randint(2, 8))))
        return self._made(needs, goods, near=near, excluded=self._talked(1, 4))

    def _made(self, *required: Group, near: int | None = None, excluded: Group = ()) -> Wish:
        """Return a wish that asks for and leaves out different words."""
        asked = {term for group in required for term in group}
        excluded = tuple(term for term in excluded if term not in asked)
        return Wish(required=required, near=near, excluded=excluded)

    def _brand(self) -> str:
        kind = self._one_of(KINDS)
        if kind == "invented":
            return "".join(self._chance.choices(_SYLLABLES, k=self._chance.randint(3, 5)))
        return self._chance.choice(_REAL if kind == "real" else self._heard[kind])

    def _spellings(self, fewest: int, most: int) -> Group:
        """Return the ways to write a brand: its name, its entities, what people make of it."""
        name = self._brand()
        cut = self._chance.randrange(1, len(name) - 1)
        told = self._chance.choice(_FOLLOWERS)
        more = [f"@{name}", f"#{name}", f"{name}s", f"{name} {told}", f"{name}{told}"]
        more += [f"@{name}{ending}" for ending in _ENDINGS]
        more += [name[:cut] + name[cut + 1 :] + "z", name[:cut] + name[cut] + name[cut:]]
        count = self._chance.randint(fewest, most) - 1
        return (name, *self._chance.sample(more, min(count, len(more))))

    def _talked(self, fewest: int, most: int) -> Group:
        """Return words that people use."""
        count = self._chance.randint(fewest, most)
        return tuple(dict.fromkeys(self._chance.choices(self._talk, k=count)))

    def _one_of(self, shares: Mapping[str, float]) -> str:
        return self._chance.choices(list(shares), list(shares.values()))[0]


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same each time, not a secret


def _is_name(word: str) -> bool:
    return word.isalpha() and len(word) > 3  # noqa: PLR2004 - no "the"


def _written(group: Group) -> str:
    quoted = [f'"{term}"' if " " in term else term for term in group]
    return quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"


def _plain(group: Group) -> Group:
    return tuple(dict.fromkeys(plain_text(term) for term in group))
