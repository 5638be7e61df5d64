"""A million posts or fewer, tokenised: one file, written once."""

import json
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from answerback.domain.listening.clauses import Stored
from answerback.domain.listening.columns import Evaluator
from answerback.domain.listening.expected import Clock
from answerback.domain.listening.field_forms import (
    address,
    host,
    moment_of,
    number_of,
    value_forms,
)
from answerback.domain.listening.fields import KINDS, Facts, Field, FieldKind
from answerback.domain.listening.subsets import Rows, Subset, distinct, union
from answerback.domain.listening.syntax import FieldIs, FieldRange, Word
from answerback.firehose.tokenised.files import Arrays, write_arrays
from answerback.firehose.tokenised.groups import Groups, grouped
from answerback.firehose.tokenised.strings import Strings, encoded, packed
from answerback.firehose.tokenised.text import LONGEST_LINE, Gathering, StoredText

MOST_POSTS = 1_000_000  #: of one segment
_OWN = "own"  #: the name of the posts' own text among the arrays
_UNTOLD = np.iinfo(np.int64).min  #: in place of a moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One post as it comes into the index."""

    channel: str
    external_id: str
    version: int
    author: str
    text: str
    created_at: datetime | None
    facts: Facts

    @property
    def key(self) -> int:
        """Return the number by which the post is known again; another may share it."""
        return key_of(self.channel, self.external_id)


def key_of(channel: str, external_id: str) -> int:
    """
    Return a number for a post's name.

    Units: 63 bits.
    """
    name = encoded(f"{channel}\0{external_id}")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "little") >> 1


class Writing:
    """A segment while posts come in: in memory, up to `MOST_POSTS` of them."""

    def __init__(self) -> None:
        """Begin without any."""
        self.posts = 0
        self._texts: dict[str, Gathering] = {_OWN: Gathering()}
        self._told: list[bytes] = []
        self._keys = array("q")
        self._moments = array("q")
        self._values = _Listed()
        self._addresses = _Listed()
        self._ranges: dict[Field, tuple[array[int], array[float]]] = {}

    @property
    def full(self) -> bool:
        longest = max(text.line for text in self._texts.values())
        return self.posts >= MOST_POSTS or longest >= LONGEST_LINE

    def add(self, entry: Entry) -> None:
        """Take in a post."""
        row = self.posts
        self.posts += 1
        links = self._texts[_OWN].add(row, entry.text)
        for field, told in entry.facts.items():
            self._fact(row, Field(field), told)
        self._linked(row, links)
        at = entry.created_at
        self._moments.append(int(at.timestamp() // 1) if at else _UNTOLD)
        self._keys.append(entry.key)
        self._told.append(_kept(entry))

    def write(self, path: Path) -> None:
        """Write everything to a file, whole."""
        arrays: dict[str, NDArray[Any]] = {
            "keys": np.sort(np.frombuffer(self._keys, dtype=np.int64)),
            "keys.rows": np.argsort(np.frombuffer(self._keys, dtype=np.int64)).astype(np.int32),
            "moments": np.frombuffer(self._moments, dtype=np.int64),
            **packed("told", self._told),
            **self._values.arrays("values"),
            **self._addresses.arrays("addresses"),
        }
        for name, text in self._texts.items():
            arrays |= text.arrays(name, posts=self.posts)
        for field, (rows, numbers) in self._ranges.items():
            arrays[f"{field}.rows"] = np.frombuffer(rows, dtype=np.int32)
            arrays[f"{field}.numbers"] = np.frombuffer(numbers, dtype=np.float64)
        about = {"posts": self.posts, "texts": list(self._texts)}
        write_arrays(path, arrays, about | {"clock": _clock(arrays["moments"])})

    def _fact(self, row: int, field: Field, told: Sequence[str]) -> None:
        match KINDS[field]:
            case FieldKind.TEXT:
                for text in filter(None, told):
                    self._texts.setdefault(field, Gathering()).add(row, text)
            case FieldKind.NUMBER | FieldKind.MOMENT:
                self._range(row, field, told)
            case FieldKind.LINK:
                self._linked(row, list(filter(None, told)))
            case FieldKind.NAME | FieldKind.WORD:
                for at, value in enumerate(told):
                    for form in value_forms(field, value, first=at == 0) if value else ():
                        self._values.add(row, _key(field, form))

    def _range(self, row: int, field: Field, told: Sequence[str]) -> None:
        read = moment_of if KINDS[field] is FieldKind.MOMENT else number_of
        rows, numbers = self._ranges.setdefault(field, (array("i"), array("d")))
        for one in told:
            value = read(one)
            if value is not None:
                rows.append(row)
                numbers.append(value)

    def _linked(self, row: int, links: Sequence[str]) -> None:
        for link in links:
            written = address(link)
            self._addresses.add(row, written)
            labels = host(written).split(".")
            for at in range(len(labels)):
                self._values.add(row, _key(Field.DOMAIN, ".".join(labels[at:])))
                if at:
                    self._values.add(row, _key(Field.TLD, ".".join(labels[at:])))


def _key(field: Field, form: str) -> str:
    return f"{field}\0{form}"


def _clock(moments: NDArray[np.int64]) -> dict[str, int] | None:
    """Return when posts were written, as `expected.Clock` has it; None: no time is told."""
    told = moments[moments != _UNTOLD]
    if not len(told):
        return None
    first, last = int(told.min()), int(told.max())
    return {
        "first": first,
        "last": last,
        "posts": len(told),
        "untimed": len(moments) - len(told),
    }


def _kept(entry: Entry) -> bytes:
    """Return what an example shows, and what a later merge of segments needs."""
    told = {
        "id": entry.external_id,
        "channel": entry.channel,
        "version": entry.version,
        "author": entry.author,
        "at": entry.created_at.isoformat() if entry.created_at else None,
        "facts": {str(field): list(some) for field, some in entry.facts.items()},
    }
    return json.dumps(told, separators=(",", ":")).encode()


class _Listed:
    """Strings, each with the posts that have it, while posts come in."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._of = array("i")
        self._rows = array("i")

    def add(self, row: int, key: str) -> None:
        self._of.append(self._numbers.setdefault(key, len(self._numbers)))
        self._rows.append(row)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        strings = sorted((encoded(key), number) for key, number in self._numbers.items())
        sorted_as = np.zeros(len(strings), dtype=np.int64)
        sorted_as[[number for _, number in strings]] = np.arange(len(strings))
        rows = np.frombuffer(self._rows, dtype=np.int32).astype(np.int64)
        of = sorted_as[np.frombuffer(self._of, dtype=np.int32)]
        return {
            **packed(name, [key for key, _ in strings]),
            **grouped(f"{name}.posts", of=of, values=rows, things=len(strings), once=True),
        }


class Segment:
    """A segment as it lies on disk: `clauses.Shelf` and `columns.Columns`."""

    def __init__(self, path: Path, *, gone: Rows) -> None:
        """
        Open a segment; `gone` are posts that no longer count.

        :raises Damaged: when the file is not whole.
        """
        self.path = path
        self._arrays = Arrays(path)
        self.posts = int(self._arrays.about["posts"])
        self.counted = Subset.every(self.posts) - Subset.of_rows(gone, posts=self.posts)
        self.gone = gone
        self.evaluator = Evaluator(self)
        self._told = Strings(self._arrays, "told")
        self._values = Strings(self._arrays, "values")
        self._texts: dict[str, StoredText] = {}

    def check(self) -> None:
        """
        Read it all.

        :raises Damaged: when anything is not as it was written.
        """
        self._arrays.check()

    @property
    def own(self) -> StoredText:
        return self._text(_OWN)

    def _text(self, name: str) -> StoredText:
        if name not in self._texts:
            self._texts[name] = StoredText(self._arrays, name, posts=self.posts)
        return self._texts[name]

    @property
    def lines(self) -> Mapping[str, int]:
        """Return the places that each of the texts takes."""
        return {name: self._text(name).line for name in self._arrays.about["texts"]}

    def text(self, field: Field | None) -> StoredText | None:
        if field is None:
            return self.own
        return self._text(field) if field in self._arrays.about["texts"] else None

    def with_value(self, asked: FieldIs) -> Subset:
        if asked.field is Field.URL:
            return self._with_address(asked.value)
        if asked.field is Field.HAS:
            return union([self._listed(asked), self.own.having(asked.value)], posts=self.posts)
        return self._listed(asked)

    def _listed(self, asked: FieldIs) -> Subset:
        fit = self._keys(asked)
        if not fit:
            return Subset.none(self.posts)
        rows, _ = Groups(self._arrays, "values.posts").of_each(np.array(fit, dtype=np.int64))
        return Subset.of_rows(distinct(rows), posts=self.posts)

    def _keys(self, asked: FieldIs) -> list[int]:
        """Return which of the listed values fit."""
        key = _key(asked.field, asked.value)
        if "*" not in asked.value or KINDS[asked.field] is FieldKind.LINK:
            row = self._values.find(key)
            return [] if row is None else [row]
        # A value without a space is a handle's, and finds no display name.
        handle = KINDS[asked.field] is FieldKind.NAME and " " not in asked.value
        parts = map(re.escape, key.split("*"))
        fits = re.compile(f"(?s:{('[^ ]*' if handle else '.*').join(parts)})\\Z").match
        rows = self._values.beginning_with(key.split("*", 1)[0])
        return [row for row in rows if fits(self._values[row])]

    def _with_address(self, asked: str) -> Subset:
        import pyarrow as pa  # noqa: PLC0415 - only `url:` pays for it
        import pyarrow.compute as pc  # noqa: PLC0415 - likewise

        strings = Strings(self._arrays, "addresses")
        at, data = (pa.py_buffer(buffer) for buffer in strings.buffers())
        told = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(strings), [None, at, data])
        found = pc.match_substring(told, encoded(asked)).to_numpy(zero_copy_only=False)
        fit = np.flatnonzero(found)
        if not len(fit):
            return Subset.none(self.posts)
        rows, _ = Groups(self._arrays, "addresses.posts").of_each(fit)
        return Subset.of_rows(distinct(rows), posts=self.posts)

    def within(self, asked: FieldRange) -> Subset:
        if f"{asked.field}.rows" not in self._arrays:
            return Subset.none(self.posts)
        numbers = self._arrays[f"{asked.field}.numbers"]
        fit = np.ones(len(numbers), dtype=np.bool_)
        if asked.low is not None:
            fit &= numbers >= asked.low
        if asked.high is not None:
            fit &= numbers <= asked.high
        rows = self._arrays[f"{asked.field}.rows"][fit]
        return Subset.of_rows(distinct(rows), posts=self.posts)

    @cached_property
    def clock(self) -> Clock | None:
        told = self._arrays.about["clock"]
        if len(self.gone):
            told = _clock(self._arrays["moments"][self.counted.mask])
        return Clock(**told) if told else None

    def moments(self, rows: Rows) -> NDArray[np.int64]:
        moments: NDArray[np.int64] = self._arrays["moments"][rows]
        told: NDArray[np.int64] = moments[moments != _UNTOLD]
        return told

    def post(self, row: int) -> Stored:
        told = json.loads(self._told[row])
        return Stored(
            external_id=told["id"],
            channel=told["channel"],
            author=told["author"],
            text=self.own.texts[row],
            created_at=datetime.fromisoformat(told["at"]) if told["at"] else None,
            facts=told["facts"],
        )

    def spellings(self, form: str) -> Mapping[str, int]:
        return {
            seen: (self.counted & self.own.posts_with(Word(seen))).count
            for seen in self.own.spellings(form)
        }

    def entries(self) -> Iterator[Entry]:
        """Yield the posts that count, as they came in."""
        for row in self.counted.rows.tolist():
            told = json.loads(self._told[row])
            yield Entry(
                channel=told["channel"],
                external_id=told["id"],
                version=told["version"],
                author=told["author"],
                text=self.own.texts[row],
                created_at=datetime.fromisoformat(told["at"]) if told["at"] else None,
                facts=told["facts"],
            )

    def may_have(self, key: int) -> bool:
        """Say whether a post with this key is here."""
        ours = self._arrays["keys"]
        at = int(np.searchsorted(ours, key))
        return at < len(ours) and int(ours[at]) == key

    def versions(self, entry: Entry) -> Iterator[tuple[int, int]]:
        """Yield the row and the version of each post here of the same name."""
        ours, key = self._arrays["keys"], entry.key
        low, high = (int(np.searchsorted(ours, key, side=side)) for side in ("left", "right"))
        for row in self._arrays["keys.rows"][low:high].tolist():
            told = json.loads(self._told[row])
            if (told["channel"], told["id"]) == (entry.channel, entry.external_id):
                yield row, int(told["version"])


def fit_in_one(one: Segment, other: Segment) -> bool:
    """Say whether the posts of both can be one segment's."""
    lines = Counter(one.lines)
    lines.update(other.lines)
    return one.posts + other.posts <= MOST_POSTS and max(lines.values()) <= LONGEST_LINE
