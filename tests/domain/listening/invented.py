"""
Random queries and posts over few words, so that hits collide densely.

Each block of queries and posts shares a few scripts; what belongs together stands together here.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.domain.listening.naive import Tree
from tests.domain.listening.naive_facts import NAMES, TEXTS
from tests.domain.listening.naive_words import is_link

#: The kinds of leaves and joints there are, with how often each is drawn.
KINDS: Mapping[str, int] = {
    "term": 40,
    "exact": 5,
    "raw": 4,
    "near": 10,
    "onear": 4,
    "spread": 2,
    "close": 3,
    "and": 14,
    "or": 14,
    "not": 8,
    "is": 9,
    "values": 2,
    "range": 3,
    "moment": 3,
    "text": 6,
}


class Words(NamedTuple):
    """Words that collide: what is asked, {what} is asked letter for letter, and what is said."""

    asked: Sequence[str]
    exact: Sequence[str]
    said: Sequence[str]


_DATA = json.loads((Path(__file__).parent / "collisions.json").read_text(encoding="utf-8"))
LATIN, *OTHERS = (Words(**words) for words in _DATA["words"])
#: For each field, what is asked and what is told.
VALUES = {field: (data["asked"], data["told"]) for field, data in _DATA["values"].items()}
GAPS = (
    " ",
    " ",
    " ",
    " ",
    ", ",
    " - ",
    "! ",
    "\n",
    "... ",
    " (",
    ") ",
    "; ",
    "/",
    ",",
    "-",
    "…",
    ":",
    "",
)

SHOWN = ("Red Fox", "the  fox", "Red", "Café Fox")
NUMBERS = ("followers", "following", "posts", "likes", "reposts", "replies", "rating", "latitude")
NUMBERS_TOLD = ("0", "3", "5", "7", "10", "4.5", "-2", "many", "nan", "")
MOMENTS = (
    *("2026-03-01", "2026-03-02", "2026-02-28", "2026-03-01T10:00", "2026-03-01T10:00:30Z"),
    *("2026-03-01T12:00:00+02:00", "2025-12-31"),
)
MOMENTS_TOLD = (
    *("2026-03-01T00:00:00Z", "2026-03-01T23:59:59.9Z", "2026-03-01T10:00:00+00:00"),
    *("2026-03-01T10:00:30.5Z", "2026-03-02T00:00:00", "2026-02-28T23:30:00-01:00", "soon"),
    *("2026-03-31T12:00:00Z", "2025-12-31T23:59:59Z", "2026-03-01T10:00:01Z"),
)
DURING = ("2026-03", "2026", "2026-03-01", "2025-12", "2025")


class Inventor:
    """Draws queries and posts over the words of a few scripts."""

    def __init__(self, draw: Random, *, kinds: Mapping[str, int] = KINDS) -> None:
        """Choose the words; only `kinds` are drawn."""
        self.draw = draw
        words = (LATIN, *draw.sample(OTHERS, 2))
        self.asked = [word for some in words for word in some.asked if not is_link(word)]
        self.links = [word for some in words for word in some.asked if is_link(word)]
        self.exact = [word for some in words for word in some.exact]
        self.said = [word for some in words for word in some.said]
        self.kinds = kinds
        self.fields = draw.sample([*VALUES], 6)
        self.numbers = draw.sample(NUMBERS, 2)
        self.texts = draw.sample(sorted(TEXTS), 2)

    def query(self) -> Tree:
        """Draw a query; most have something positive in front."""
        if self.draw.random() < 0.1:
            return self._quarrel()
        depth = self.draw.choice((0, 1, 2, 2, 3, 3, 4, 5))
        tree = self.tree(depth)
        if self.draw.random() < 0.5:
            return ("and", self.side(self.draw.choice((0, 1))), tree)
        return tree

    def _quarrel(self) -> Tree:
        """Draw what may contradict itself: needed and left out, or two values at once."""
        one = self.side(self.draw.choice((0, 0, 1)))
        if self.draw.random() < 0.5:
            less = self.side(self.draw.choice((0, 0, 1)))
            return ("and", one, ("not", self.draw.choice((one, less, ("or", less, one)))))
        kind = self._kind("is", "range", "moment", "term")
        if kind == "term":
            return ("and", one, ("not", ("or", *(self.side(0) for _ in range(3)))))
        first = self.field(kind)
        others = (self.field(kind) for _ in range(9))
        alike = [other for other in others if other[1] == first[1]] or [first]
        return ("and", one, first, self.draw.choice((alike[0], ("not", alike[0]))))

    def _kind(self, *among: str) -> str:
        kinds = [kind for kind in among if kind in self.kinds]
        return self.draw.choices(kinds, [self.kinds[kind] for kind in kinds])[0]

    def tree(self, depth: int, *, fields: bool = True) -> Tree:
        """Draw anything."""
        other = ("is", "values", "range", "moment", "text", "link") if fields else ()
        if depth <= 0:
            kind = self._kind("term", "exact", "raw", *other)
            return self.field(kind) if kind in other else self.side(0, kind)
        kind = self._kind("term", "near", "and", "or", "not", *other)
        if kind in {"and", "or"}:
            count = self.draw.choice((2, 2, 3))
            return (kind, *(self.tree(depth - 1, fields=fields) for _ in range(count)))
        if kind == "not":
            return ("not", self.tree(depth - 1, fields=fields))
        return self.field(kind, depth - 1) if kind in other else self.side(depth)

    def side(self, depth: int, kind: str = "") -> Tree:
        """Draw what has places: it may stand beside NEAR."""
        more = ("near", "onear", "or", "close", "spread") if depth > 0 else ()
        kind = kind or self._kind("term", "exact", "raw", *more)
        if kind in {"near", "onear"}:
            return (kind, self.side(depth - 1), self.side(depth - 1), self._within())
        if kind == "or":
            return (kind, *(self.side(depth - 1) for _ in range(self.draw.choice((2, 3)))))
        if kind == "close":
            return (kind, self._inside(depth), self._within())
        return self._words(kind)

    def _inside(self, depth: int) -> Tree:
        def joined() -> Tree:
            return ("and", *(self.side(depth - 2) for _ in range(self.draw.choice((2, 2, 3)))))

        if self.draw.random() < 0.5:
            return joined()
        return ("or", joined(), self.side(0) if self.draw.random() < 0.5 else joined())

    def _words(self, kind: str) -> Tree:
        if kind == "exact":
            return (kind, self.draw.choice(self.exact))
        if kind == "raw":
            return (kind, self.draw.choice(self.exact + [w for w in self.said if _is_plain(w)]))
        if kind == "spread":
            plain = [word for word in self.asked if _is_plain(word) and " " not in word]
            return (
                kind,
                " ".join(self.draw.choices(plain, k=self.draw.choice((2, 3)))),
                self._within(),
            )
        term = self.draw.choice(self.asked)
        return (kind, term)

    def _within(self) -> int:
        return self.draw.choice((0, 0, 1, 1, 2, 3, 4, 6))

    def field(self, kind: str, depth: int = 0) -> Tree:
        """Draw a question about something beside the text."""
        if kind == "link":  # as people paste it; it asks for an address
            return ("term", self.draw.choice(self.links or ["www.fox.example"]))
        if kind == "range":
            low, high = sorted(self.draw.sample((0, 3, 4, 5, 7, 10, -2, 4.5), 2))
            asked = ((low, high), (low, None), (None, high), (low, low))
            return (kind, self.draw.choice(self.numbers), *self.draw.choice(asked))
        if kind == "moment":
            return self._moment()
        if kind == "text":
            return (kind, self.draw.choice(self.texts), self.tree(min(depth, 2), fields=False))
        if kind == "values":
            field = self.draw.choice(sorted(NAMES))
            return (kind, field, self._several(VALUES[field][0]))
        field = self.draw.choice(self.fields)
        return (kind, field, self.draw.choice(VALUES[field][0]))

    def _moment(self) -> Tree:
        how = self.draw.choice(("date", "date", "since", "until", "before", "after", "during"))
        if how == "during":
            return ("moment", how, self.draw.choice(DURING))
        if how != "date":
            return ("moment", how, self.draw.choice(MOMENTS))
        low, high = sorted(
            self.draw.sample(("2025-12-31", "2026-02-28", "2026-03-01", "2026-03-02"), 2)
        )
        return (
            "moment",
            how,
            *self.draw.choice(((low, high), (low, None), (None, high), (low, low))),
        )

    def _several(self, values: Sequence[str]) -> Tree:
        return (self.draw.choice(("or", "or", "and")), *self.draw.sample(values, 2))

    def post(self) -> tuple[str, dict[str, Sequence[str]]]:
        """Draw a post of at most twelve tokens, and what is known of it."""
        count = self.draw.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12))
        return self.text(count), self._facts()

    def text(self, count: int) -> str:
        """Draw a text of so many tokens."""
        words = self.draw.choices(self.said, k=count)
        return "".join(word + self.draw.choice(GAPS) for word in words)

    def _facts(self) -> dict[str, Sequence[str]]:
        facts: dict[str, Sequence[str]] = {}
        for field in (*self.fields, *sorted(NAMES)):
            if VALUES[field][1] and self.draw.random() < 0.6:
                several = 2 if field in {"has", "tag", "to", "url"} else 1
                facts[field] = tuple(self.draw.sample(VALUES[field][1], several))
        if "author" in facts and self.draw.random() < 0.7:  # at times without a handle
            handles = facts["author"] if self.draw.random() < 0.9 else ("",)
            facts["author"] = (*handles, self.draw.choice(SHOWN))
        for field in (*self.numbers, "date"):
            if self.draw.random() < 0.6:
                told = MOMENTS_TOLD if field == "date" else NUMBERS_TOLD
                facts[field] = (self.draw.choice(told),)
        for field in self.texts:
            if self.draw.random() < 0.5:
                counts = self.draw.choice(((1,), (2,), (3,), (4,), (2, 3), (1, 1)))
                facts[field] = tuple(self.text(count) for count in counts)
        return facts


def inventor_of(seed: int, *, kinds: Mapping[str, int] = KINDS) -> Inventor:
    """Return the inventor of a block, which draws the same again from the same seed."""
    return Inventor(Random(seed), kinds=kinds)  # noqa: S311 - no secret hangs on it


def _is_plain(word: str) -> bool:
    return word[0].isalnum() and "*" not in word and "?" not in word and not is_link(word)
