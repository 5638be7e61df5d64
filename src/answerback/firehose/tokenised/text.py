"""One text of many posts, by its words: how it is gathered, and how it is asked."""

from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from unicodedata import is_normalized, normalize

import numpy as np
from numpy.typing import NDArray

from answerback.domain.listening.places import GAP, Line
from answerback.domain.listening.spellings import keys, listed, one_edit_apart
from answerback.domain.listening.subsets import Rows, Subset, distinct
from answerback.domain.listening.symbols import wildcard_holds
from answerback.domain.listening.syntax import Word
from answerback.domain.listening.words import exact_forms, is_link, raw_tokens, seen_in, token
from answerback.firehose.tokenised.files import Arrays
from answerback.firehose.tokenised.groups import Groups, grouped
from answerback.firehose.tokenised.strings import Strings, encoded, packed

#: A segment ends before its line of words does: 2^31 places, less one text of a megabyte.
LONGEST_LINE = (1 << 31) - (1 << 22)
_LINK = 0  #: the number of all links: no word is found in one
_MANY = 32  #: raw tokens; a wildcard's places are sought all at once from here on
_REMEMBERED = 200_000  #: chunks of texts; when full, all are forgotten and learnt anew
_SELDOM = 2  #: posts; a spelling seen less often is not offered


class _Numbers(dict[str, int]):
    """Raw tokens, numbered in the order in which they are first seen."""

    def __missing__(self, raw: str) -> int:
        number = _LINK if is_link(raw) else len(self) + 1
        if number != _LINK:
            self[raw] = number
        return number


class _Chunks(dict[str, tuple[int, ...]]):
    """What stands between two blanks → the numbers of its raw tokens; none reaches over one."""

    def __init__(self, numbers: _Numbers) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        numbers = tuple([self._numbers[raw] for raw in raw_tokens(chunk)])
        if _LINK in numbers:
            return numbers  # nearly every link is new
        if len(self) >= _REMEMBERED:
            self.clear()
        self[chunk] = numbers
        return numbers


class Gathering:
    """The words of one text of each post, while posts come in."""

    def __init__(self) -> None:
        """Begin without any."""
        self.numbers = _Numbers()
        self._chunks = _Chunks(self.numbers)
        self._tokens = array("i")
        self._lengths = array("i")  #: raw tokens of each text
        self._rows = array("i")  #: the post of each text
        self._texts: list[bytes] = []
        self._normal = True
        self.line = 0  #: places taken, at most

    def add(self, row: int, text: str) -> list[str]:
        """Take in a text of a post; rows ascend.  Returns the links in it."""
        known = self._chunks
        numbers = [number for chunk in text.split() for number in known[chunk]]
        self._tokens.extend(numbers)
        self._lengths.append(len(numbers))
        self._rows.append(row)
        self._texts.append(encoded(text))
        self._normal = self._normal and (text.isascii() or is_normalized("NFC", text))
        self.line += GAP + len(text)
        if _LINK not in numbers:
            return []
        return [raw for raw in raw_tokens(text) if is_link(raw)]

    def arrays(self, name: str, *, posts: int) -> dict[str, NDArray[Any]]:
        """Return all of it as arrays to write."""
        tokens, lengths, rows = (
            np.frombuffer(some, dtype=np.int32).astype(np.int64)
            for some in (self._tokens, self._lengths, self._rows)
        )
        widths, forms = self._understood()
        places = self._places(tokens, lengths, widths=widths)
        of_text = np.repeat(np.arange(len(lengths)), lengths)
        words = np.bincount(of_text, weights=widths[tokens], minlength=len(lengths))
        begins = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(words.astype(np.int64) + GAP, out=begins[1:])
        spelled = _forms(f"{name}.folded", forms)
        in_posts = grouped(
            f"{name}.posts", of=tokens, values=rows[of_text], things=len(widths), once=True
        )
        return {
            f"{name}.rows": rows.astype(np.int32),
            f"{name}.there": distinct(rows).astype(np.int32),
            f"{name}.begins": begins.astype(np.int32),
            **packed(f"{name}.text", self._texts),
            **in_posts,
            **grouped(f"{name}.places", of=tokens, values=places, things=len(widths), once=False),
            **spelled,
            **_forms(f"{name}.exact", self._exact()),
            **_spellings(f"{name}.near", forms, in_posts[f"{name}.posts.at"]),
            f"{name}.normal": np.array([self._normal]),
            **self._has(name, in_posts),
        }

    def _has(self, name: str, in_posts: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return in which posts there are links, mentions, tags, pictures."""
        kinds: dict[str, list[int]] = {"links": [_LINK]}
        for raw, number in self.numbers.items():
            what = seen_in(raw)
            if what is not None:
                kinds.setdefault(what, []).append(number)
        at, rows = in_posts[f"{name}.posts.at"], in_posts[f"{name}.posts.values"]
        return {
            f"{name}.has.{what}": distinct(
                _ranges(rows, at[numbers], at[np.array(numbers, dtype=np.int64) + 1])
            )
            for what, numbers in kinds.items()
        }

    def _places(
        self, tokens: NDArray[np.int64], lengths: NDArray[np.int64], *, widths: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the first place of each raw token: GAP empty ones lie between two texts."""
        return _before(widths[tokens]) + GAP * np.repeat(np.arange(len(lengths)), lengths)

    def _understood(self) -> tuple[NDArray[np.int64], "_Entries"]:
        widths = np.ones(len(self.numbers) + 1, dtype=np.int64)
        forms: _Entries = []
        for raw, number in self.numbers.items():
            seen = token(raw)
            widths[number] = seen.width
            forms.extend((encoded(form), number, first, after) for form, first, after in seen.forms)
        forms.sort()
        return widths, forms

    def _exact(self) -> "_Entries":
        return sorted(
            {
                (encoded(form), number, first, after)
                for raw, number in self.numbers.items()
                for form, first, after in exact_forms(raw)
            }
        )


#: Form, raw token, first place, after the last.
_Entries = list[tuple[bytes, int, int, int]]


def _before(many: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.cumsum(many) - many


def _forms(name: str, entries: _Entries) -> dict[str, NDArray[Any]]:
    """Return sorted forms, and the raw tokens of each, as arrays to write."""
    told = np.array([entry[1:] for entry in entries], dtype=np.int32).reshape(-1, 3)
    firsts = [at for at, entry in enumerate(entries) if not at or entries[at - 1][0] != entry[0]]
    return {
        **packed(name, [entries[at][0] for at in firsts]),
        f"{name}.entries": np.array([*firsts, len(entries)], dtype=np.int64),
        f"{name}.token": told[:, 0],
        f"{name}.first": told[:, 1],
        f"{name}.after": told[:, 2],
    }


def _spellings(name: str, forms: _Entries, posts_at: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Return under which keys the forms that are seen at least twice can be found."""
    counts: dict[bytes, int] = {}
    for form, number, _, _ in forms:
        counts[form] = counts.get(form, 0) + int(posts_at[number + 1] - posts_at[number])
    pairs = [
        (key, row)
        for row, (form, posts) in enumerate(counts.items())  # sorted, as the forms are
        if posts >= _SELDOM and listed(text := form.decode("utf-8", "surrogatepass"))
        for key in keys(text)
    ]
    pairs.sort()
    return {
        f"{name}.key": np.array([key for key, _ in pairs], dtype=np.uint32),
        f"{name}.form": np.array([row for _, row in pairs], dtype=np.int32),
    }


class StoredText:
    """The words of one text of each post, as they lie in a file; it is a `places.Text`."""

    def __init__(self, arrays: Arrays, name: str, *, posts: int) -> None:
        """Look at the text of that name."""
        self._rows: Rows = arrays[f"{name}.rows"]
        self._begins: NDArray[np.int32] = arrays[f"{name}.begins"]
        self._posts = Groups(arrays, f"{name}.posts")
        self._places = Groups(arrays, f"{name}.places")
        self._folded = _Forms(arrays, f"{name}.folded")
        self._exact = _Forms(arrays, f"{name}.exact")
        self._near = (arrays[f"{name}.near.key"], arrays[f"{name}.near.form"])
        self._normal = bool(arrays[f"{name}.normal"][0])
        self.texts = Strings(arrays, f"{name}.text")
        there: Rows = arrays[f"{name}.there"]
        self._one_each = len(there) == len(self._rows) == posts
        self.there = Subset.every(posts) if self._one_each else Subset.of_rows(there, posts=posts)
        self._entries = lru_cache(maxsize=4096)(self._looked_up)
        self._arrays, self._name = arrays, name

    @property
    def line(self) -> int:
        """Return the places that all texts take, with the empty ones between them."""
        return int(self._begins[-1])

    def _looked_up(self, word: Word) -> "_Tokens":
        forms = self._exact if word.exact else self._folded
        return forms.fitting(word.form) if word.wild else forms.of(word.form)

    def posts_with(self, word: Word) -> Subset:
        posts = self.there.posts
        tokens = distinct(self._entries(word)[0])
        if not len(tokens):
            return Subset.none(posts)
        rows, _ = self._posts.of_each(tokens)
        if len(tokens) == 1:
            return Subset.of_rows(rows, posts=posts)
        if len(rows) * 32 < posts:
            return Subset.of_rows(distinct(rows), posts=posts)
        mask = np.zeros(posts, dtype=np.bool_)
        mask[rows] = True
        return Subset.of_mask(mask)

    def places_of(self, word: Word, among: Subset) -> tuple[Line, Line]:
        tokens, first, after = self._entries(word)
        if len(tokens) <= _MANY and among.few:
            some = [self._among(int(number), among) for number in tokens]
            many = np.array([len(one) for one in some], dtype=np.int64)
            places = np.concatenate(some) if some else np.empty(0, dtype=np.int64)
        else:
            places, many = self._places.of_each(tokens)
        wide = places.astype(np.int64)
        return wide + np.repeat(first, many), wide + np.repeat(after, many)

    def _among(self, number: int, among: Subset) -> NDArray[np.int32]:
        """Return a raw token's places in some posts: all of them, when that is as quick."""
        places = self._places.of(number)
        if len(places) <= 8 * among.count or not self._one_each:
            return places
        low = np.searchsorted(places, self._begins[among.rows])
        high = np.searchsorted(places, self._begins[among.rows + 1])
        return _ranges(places, low, high)

    def posts_at(self, places: Line) -> Rows:
        texts = np.searchsorted(self._begins[:-1], places.astype(np.int32), side="right") - 1
        return texts.astype(np.int32) if self._one_each else self._rows[texts]

    def having(self, what: str) -> Subset:
        """Return the posts in whose text there are links, mentions, …, as `has:` names them."""
        name, posts = f"{self._name}.has.{what}", self.there.posts
        if name not in self._arrays:
            return Subset.none(posts)
        return Subset.of_rows(self._arrays[name], posts=posts)

    def spelled(self, literal: str, among: Subset) -> Subset:
        import pyarrow as pa  # noqa: PLC0415 - only `raw:` pays for it
        import pyarrow.compute as pc  # noqa: PLC0415 - likewise

        texts = np.flatnonzero(among.holds(self._rows))
        if self._normal:
            at, data = self.texts.buffers()
            told = pa.LargeBinaryArray.from_buffers(
                pa.large_binary(), len(self.texts), [None, pa.py_buffer(at), pa.py_buffer(data)]
            )
            found = pc.match_substring(told.take(pa.array(texts)), encoded(literal))
            kept = found.to_numpy(zero_copy_only=False).astype(np.bool_)
        else:
            kept = np.array([literal in normalize("NFC", self.texts[at]) for at in texts], np.bool_)
        return Subset.of_rows(distinct(self._rows[texts[kept]]), posts=among.posts)

    def spellings(self, form: str) -> Iterator[str]:
        """Yield the forms that are seen in at least two posts and are one edit away."""
        known, rows = self._near
        asked = np.array(sorted(set(keys(form))), dtype=np.uint32)
        low, high = (np.searchsorted(known, asked, side=side) for side in ("left", "right"))
        for row in distinct(_ranges(rows, low, high)).tolist():
            seen = self._folded.strings[row]
            if one_edit_apart(form, seen):
                yield seen


def _ranges(values: NDArray[Any], low: NDArray[np.intp], high: NDArray[np.intp]) -> NDArray[Any]:
    many = high - low
    at = np.repeat(low - (np.cumsum(many) - many), many) + np.arange(int(many.sum()))
    return values[at]


#: Raw tokens, and for each its first place and the one after its last.
_Tokens = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


class _Forms:
    """Sorted forms, each with the raw tokens that can be found under it."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self.strings = Strings(arrays, name)
        self._entries: NDArray[np.int64] = arrays[f"{name}.entries"]
        self._told = [arrays[f"{name}.{part}"] for part in ("token", "first", "after")]

    def of(self, form: str) -> _Tokens:
        row = self.strings.find(form)
        return self._between(row, row + 1) if row is not None else self._between(0, 0)

    def fitting(self, pattern: str) -> _Tokens:
        start = pattern.split("*", 1)[0].split("?", 1)[0]
        rows = self.strings.beginning_with(start)
        if pattern == f"{start}*":
            return self._between(rows.start, rows.stop)
        fit = [row for row in rows if wildcard_holds(pattern, self.strings[row])]
        each = [self._between(row, row + 1) for row in fit]
        return (
            np.concatenate([one[0] for one in each]) if each else np.empty(0, np.int64),
            np.concatenate([one[1] for one in each]) if each else np.empty(0, np.int64),
            np.concatenate([one[2] for one in each]) if each else np.empty(0, np.int64),
        )

    def _between(self, low: int, high: int) -> _Tokens:
        start, end = self._entries[low], self._entries[high]
        token, first, after = (told[start:end].astype(np.int64) for told in self._told)
        return token, first, after
