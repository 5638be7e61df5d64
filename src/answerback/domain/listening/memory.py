"""What raw tokens are to a set of queries, worked out when first seen, and bounded."""

from collections.abc import Callable, Iterator, Sequence

from answerback.domain.listening.symbols import Symbol, Values, Words
from answerback.domain.listening.words import exact_forms, is_link, seen_in, token

REMEMBERED = 200_000  #: raw tokens kept; when full, all are forgotten and learnt anew
_LONGEST_REMEMBERED = 64  #: code points; a longer token is seldom seen again

#: What one raw token is: its width in words, and (symbol, first, after last) for what it answers.
#: None: one word that no query asks for, as nearly all are.
Entry = tuple[int, tuple[tuple[Symbol, int, int], ...]] | None


class Memory(dict[str, Entry]):
    """Raw token of one text → what it is to the queries."""

    def __init__(self, words: Words, *, values: Values | None = None) -> None:
        """Begin without any; `values`, for the post's own text, which shows links and the like."""
        super().__init__()
        self._words, self._values = words, values

    def __missing__(self, raw: str) -> Entry:
        if is_link(raw):
            return self._link(raw)  # nearly every link is new: remembering would push words out
        entry = self._entry(raw)
        if len(raw) <= _LONGEST_REMEMBERED:
            if len(self) >= REMEMBERED:
                self.clear()
            self[raw] = entry
        return entry

    def _entry(self, raw: str) -> Entry:
        words = self._words
        if raw.isascii() and raw.isalnum():  # the way most words go, and the same as below
            plain = words.of(raw.lower())
            if raw in words.cased:
                plain.append(words.cased[raw])
            return (1, tuple([(symbol, 0, 1) for symbol in plain])) if plain else None
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


class AskedOf(dict[str, tuple[int, ...]]):
    """Raw token of the post's own text → the queries to ask where it turns up."""

    def __init__(self, memory: Memory, asked: Callable[[Entry], Sequence[int]]) -> None:
        """Begin without any; `asked` says which queries an entry's symbols are the anchors of."""
        super().__init__()
        self._memory, self._asked = memory, asked

    def __missing__(self, raw: str) -> tuple[int, ...]:
        entry = self._memory[raw]
        rows = tuple(self._asked(entry)) if entry is not None else ()
        if len(raw) <= _LONGEST_REMEMBERED and not is_link(raw):
            if len(self) >= REMEMBERED:
                self.clear()
            self[raw] = rows
        return rows
