"""What raw tokens are to a set of queries, worked out when first seen, and bounded."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from answerback.domain.listening.symbols import Symbol, Values, Words
from answerback.domain.listening.words import (
    exact_forms,
    is_link,
    raw_tokens,
    seen_in,
    token,
    word_forms,
)

REMEMBERED = 300_000  #: tokens or chunks kept, at most
_LONGEST_REMEMBERED = 64  #: code points; a longer token is seldom seen again

#: What one raw token is: its width in words, and (symbol, first, after last) for what it answers.
#: None: one word that no query asks for, as nearly all are.
Entry = tuple[int, tuple[tuple[Symbol, int, int], ...]] | None


_Kept = TypeVar("_Kept")


class _Remembered(dict[str, _Kept]):
    """What was worked out for a string; when full, the half that was not asked again is lost."""

    def __init__(self) -> None:
        super().__init__()
        self._older: dict[str, _Kept] = {}

    def forget(self) -> None:
        """Lose everything."""
        self.clear()
        self._older = {}

    def _keep(self, key: str, kept: _Kept) -> _Kept:
        if len(self) >= REMEMBERED // 2:
            self._older = dict(self)
            self.clear()
        self[key] = kept
        return kept


class Memory(_Remembered[Entry]):
    """Raw token of one text → what it is to the queries."""

    def __init__(self, words: Words, *, values: Values | None = None) -> None:
        """Begin without any; `values`, for the post's own text, which shows links and the like."""
        super().__init__()
        self._words, self._values = words, values

    def __missing__(self, raw: str) -> Entry:
        if raw in self._older:
            return self._keep(raw, self._older[raw])
        if is_link(raw):
            return self._link(raw)  # nearly every link is new: remembering would push words out
        entry = self._entry(raw)
        return self._keep(raw, entry) if len(raw) <= _LONGEST_REMEMBERED else entry

    def _entry(self, raw: str) -> Entry:
        words = self._words
        if raw.isascii() and raw.isalnum():  # the way most words go, and the same as below
            plain = words.of(raw.lower())
            if raw in words.cased:
                plain.append(words.cased[raw])
            return (1, tuple([(symbol, 0, 1) for symbol in plain])) if plain else None
        if not words.cased and (forms := word_forms(raw)) is not None:
            one = {(symbol, 0, 1) for form in forms for symbol in words.of(form)}
            return (1, tuple(sorted(one))) if one else None
        seen = token(raw)
        found = {
            (symbol, first, after) for form, first, after in seen.forms for symbol in words.of(form)
        }
        if words.cased:
            found.update(
                (words.cased[form], first, after)
                for form, first, after in exact_forms(raw)
                if form in words.cased
            )
        found.update((symbol, 0, 0) for symbol in self._shown(raw))
        return (seen.width, tuple(sorted(found))) if found or seen.width != 1 else None

    def _link(self, raw: str) -> Entry:
        if self._values is None or not self._values.asks_links:
            return None
        found = {*self._values.of_link(raw), *self._shown(raw)}
        return (1, tuple([(symbol, 0, 1) for symbol in sorted(found)])) if found else None

    def _shown(self, raw: str) -> Iterator[Symbol]:
        """Yield the symbol of `has:` that a token stands for."""
        what = seen_in(raw)
        symbol = self._values.has(what) if self._values is not None and what else None
        if symbol is not None:
            yield symbol


#: What one chunk between blanks is: the queries to ask where it turns up, and its tokens' entries.
Chunk = tuple[tuple[int, ...], tuple[Entry, ...]]

_NOTHING: Chunk = ((), (None,))
_STRIPPED = '.,!?;:"()[]*~-'  #: beside a plain word these make no other token of it


class Chunks(_Remembered[Chunk]):
    """
    Chunk between blanks → what it is to the queries.

    No token reaches over a blank, so that a text's tokens are those of its chunks; most chunks
    were seen before, and then nothing has to be cut again.
    """

    def __init__(self, memory: Memory, rows_of: Callable[[Entry], Sequence[int]]) -> None:
        """Begin without any; `rows_of` says which queries an entry's symbols are anchors of."""
        super().__init__()
        self._memory, self._rows_of = memory, rows_of

    def __missing__(self, chunk: str) -> Chunk:
        if chunk in self._older:
            return self._keep(chunk, self._older[chunk])
        core = chunk.strip(_STRIPPED)
        plain = core.isascii() and core.isalnum()
        raws = [core] if plain else raw_tokens(chunk)
        entries = tuple([self._memory[raw] for raw in raws])
        if entries == (None,):
            found = _NOTHING
        else:
            found = (tuple({row for one in entries if one for row in self._rows_of(one)}), entries)
        if len(chunk) <= _LONGEST_REMEMBERED and not any(map(is_link, raws)):
            return self._keep(chunk, found)
        return found
