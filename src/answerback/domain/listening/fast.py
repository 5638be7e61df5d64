"""
The fast engine: the same pairs as match.py's, from a C extension where one could be built.

Python turns queries into programs and understands each odd token once; `_fast.c` reads the texts.
"""

import re
import struct
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from answerback.domain.listening.fields import Facts, Field
from answerback.domain.listening.frequencies import Frequencies
from answerback.domain.listening.letters import Alone, folded_alone
from answerback.domain.listening.memory import Entry, Memory
from answerback.domain.listening.patterns import CLASSES
from answerback.domain.listening.program import (
    Part,
    _All,
    _Any,
    _AnyOf,
    _Beside,
    _InARow,
    _Literal,
    _Told,
    _Without,
    compiled,
    reads,
)
from answerback.domain.listening.symbols import Symbol, Symbols
from answerback.domain.listening.syntax import Query, Word
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from typing_extensions import Buffer

try:
    from answerback.domain.listening import _fast
except ImportError:  # no C compiler where this was installed
    _fast = None  # type: ignore[assignment]  # said by `available`

_ANY_OF, _IN_A_ROW, _BESIDE, _ALL, _ONE, _WITHOUT, _LITERAL = range(7)  # as in _fast.c
_FOLDED, _PREFIX, _EXACT, _OTHER_WILD = range(4)  # likewise
_LITTLE = 0xFFFF_FFFF_FFFF_FFFF  #: what a secret of 64 bits leaves of a number
_LONGEST_FOLD = 6  #: bytes of UTF-8, as in _fast.c
_LETTER = struct.Struct("BBB13s")
_NO_LETTER = bytes(_LETTER.size)
_FIELDS = tuple(Field)


def available() -> bool:
    """Say whether the extension is there."""
    return _fast is not None


class FastMatcher:
    """The engine in C.  Its answers are those of the readable one."""

    def __init__(
        self,
        queries: Sequence[Query],
        *,
        frequencies: Frequencies | None = None,
        seed: int | None = None,
        limits: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """
        Load queries; their rows are their order.

        `seed`: the secret of the hash tables; by default one that differs in every process.
        `limits`: for tests: `most_entries` and `most_bytes` that are remembered, `hash_mask`.

        :raises Refusal: when the extension is not there.
        """
        if not available():
            raise Refusal(
                "The fast engine is not built here: install a C compiler, then Answerback again. "
                "Or ask for the engine auto or python, which find the same."
            )
        self._symbols = _Symbols(frequencies=frequencies)
        self._memories: dict[int, Memory] = {}
        self._literals: list[tuple[str, Field | None]] = []
        self._literal_numbers: dict[tuple[str, Field | None], int] = {}
        self._texts_of: Callable[[int, Field | None], Iterable[str]] = _no_texts
        self._engine = _fast.Engine(
            classes=_block,
            resolve=self._resolved,
            literal=self._reads,
            seed=(hash(__doc__) if seed is None else seed) & _LITTLE,
            **limits,
        )
        for row, query in enumerate(queries):
            self._load(row, query)
        self._renew()

    @property
    def fields(self) -> frozenset[Field]:
        """Return what the queries want to know beside the text."""
        return self._symbols.values.fields

    def match(
        self, texts: Sequence[str], facts: Sequence[Facts] | None = None
    ) -> list[tuple[int, int]]:
        """Return sorted (text row, query row) pairs."""
        told = facts if facts is not None and self.fields else None

        def texts_of(row: int, field: Field | None) -> Iterable[str]:
            if field is None:
                return (texts[row],)
            return told[row].get(field.value, ()) if told is not None else ()

        self._texts_of = texts_of
        beside = None if told is None else [self._beside(some) for some in told]
        return self._engine.match(list(texts), beside)

    def match_utf8(
        self, offsets: "Buffer", data: "Buffer", count: int, *, wide: bool = False
    ) -> list[tuple[int, int]]:
        """
        Return sorted pairs for `count` texts as Arrow keeps them: UTF-8, end to end.

        Shapes: `count` + 1 offsets of 32 bits, or of 64 when `wide`, where each text begins and
        the last ends.

        :raises ValueError: when the offsets do not fit, or a text is no UTF-8.
        """

        def texts_of(row: int, field: Field | None) -> Iterable[str]:
            begin, end = memoryview(offsets).cast("B").cast("q" if wide else "i")[row : row + 2]
            text = bytes(memoryview(data)[begin:end])
            return () if field is not None else (text.decode("utf-8", "surrogatepass"),)

        self._texts_of = texts_of
        return self._engine.match_utf8(offsets, data, count, wide)

    def put(self, row: int, query: Query) -> None:
        """Listen for a query from the next match on."""
        known = len(self._symbols.costs)
        self._load(row, query)
        if len(self._symbols.costs) > known:
            self._renew()

    def drop(self, row: int) -> None:
        """Listen for a row's query no more."""
        self._engine.drop(row)

    def _load(self, row: int, query: Query) -> None:
        part = compiled(query.root, self._symbols)
        for word, text, symbol in self._symbols.fresh:
            self._learn(word, text, symbol)
        self._symbols.fresh.clear()
        anchor = part.anchor(self._symbols.costs)
        symbols = anchor[1] if anchor else ()
        program = [len(symbols), *symbols]
        self._flatten(part, program)
        self._engine.put(row, program, len(self._symbols.costs))

    def _learn(self, word: Word, text: Field | None, symbol: Symbol) -> None:
        form, kind = word.form, _EXACT if word.exact else _FOLDED
        if word.wild:
            prefix = form.find("*") == len(form) - 1 and "?" not in form
            form, kind = (form[:-1], _PREFIX) if prefix else (form, _OTHER_WILD)
        written = form.encode("utf-8", "surrogatepass")
        self._engine.learn(written, symbol, kind, _scope(text))

    def _renew(self) -> None:
        """Learn odd tokens anew, for there are symbols that they were not asked for."""
        self._memories.clear()
        values = self._symbols.values
        signs = [values.has(what) for what in ("mentions", "hashtags", "cashtags")]
        numbers = [-1 if symbol is None else symbol for symbol in signs]
        self._engine.renew(len(self._symbols.costs), values.asks_links, *numbers)

    def _resolved(self, raw: str, scope: int) -> Entry:
        """Return what a token is that C leaves to Python: in the own text, or in another one."""
        if scope not in self._memories:
            words, values = self._symbols.own, self._symbols.values
            self._memories[scope] = (
                Memory(words, values=values)
                if scope == 0
                else Memory(self._symbols.texts[_FIELDS[scope - 1]])
            )
        return self._memories[scope][raw]

    def _reads(self, number: int, row: int) -> bool:
        """Say whether a text of the post in a row has a literal in it."""
        literal, field = self._literals[number]
        return any(reads(text, literal) for text in self._texts_of(row, field))

    def _beside(self, facts: Facts) -> tuple[tuple[int, ...], tuple[tuple[int, str], ...]] | None:
        told = tuple(self._symbols.values.of_facts(facts))
        texts = tuple(
            [
                (_scope(field), text)
                for field in self._symbols.texts
                for text in facts.get(field.value, ())
            ]
        )
        return (told, texts) if told or texts else None

    def _flatten(self, part: Part, program: list[int]) -> None:
        """Write a part at a program's end: operation, length, then symbols or parts."""
        at = len(program)
        match part:
            case _AnyOf(symbols=some) | _Told(symbols=some):
                program += (_ANY_OF, 0, *some)
            case _InARow(symbols=row):
                program += (_IN_A_ROW, 0, *row)
            case _:
                self._flatten_parts(part, program)
        program[at + 1] = len(program) - at

    def _flatten_parts(self, part: Part, program: list[int]) -> None:
        parts: Sequence[Part]
        match part:
            case _Beside(left=left, right=right, within=within, ordered=ordered):
                program += (_BESIDE, 0, within, ordered)
                parts = (left, right)
            case _Literal(words=words, literal=literal, text=text):
                program += (_LITERAL, 0, self._literal(literal, text))
                parts = (words,)
            case _Without(part=inner):
                program += (_WITHOUT, 0)
                parts = (inner,)
            case _All(parts=parts):
                program += (_ALL, 0)
            case _Any(parts=parts):
                program += (_ONE, 0)
            case _:
                raise TypeError(f"_fast.c knows no {part}.")
        for inner in parts:
            self._flatten(inner, program)

    def _literal(self, literal: str, text: Field | None) -> int:
        asked = literal, text
        if asked not in self._literal_numbers:
            self._literal_numbers[asked] = len(self._literals)
            self._literals.append(asked)
        return self._literal_numbers[asked]


class _Symbols(Symbols):
    """Symbols that note which words came new, so that C can be told."""

    def __init__(self, *, frequencies: Frequencies | None) -> None:
        super().__init__(frequencies=frequencies)
        self.fresh: list[tuple[Word, Field | None, Symbol]] = []

    def number(self, word: Word, *, text: Field | None = None) -> Symbol:
        known = len(self.costs)
        symbol = super().number(word, text=text)
        if len(self.costs) > known:
            self.fresh.append((word, text, symbol))
        return symbol


def _scope(text: Field | None) -> int:
    return 0 if text is None else _FIELDS.index(text) + 1


def _no_texts(*_: object) -> Iterable[str]:
    return ()


@cache
def _patterns() -> list[tuple[int, re.Pattern[str]]]:
    return [
        (1 << bit, re.compile(f"[{CLASSES[name]}]+")) for bit, name in enumerate(_fast.CLASS_NAMES)
    ]


@cache
def _block(number: int) -> bytes:
    """
    Return what C is to know of 256 characters.

    Shapes: 256 numbers of 32 bits, their classes, from the sets that the patterns are built from;
    then 256 times 16 bytes, how each folds.
    """
    flags: Any = array("I", bytes(256 * 4))
    letters = [chr(code) for code in range(number << 8, (number + 1) << 8)]
    for bit, pattern in _patterns():
        for found in pattern.finditer("".join(letters)):
            for at in range(*found.span()):
                flags[at] |= bit
    return bytes(flags) + b"".join(map(_letter, letters, folded_alone(letters)))


def _letter(letter: str, alone: Alone | None) -> bytes:
    """Return how a letter folds, as `Letter` in _fast.c; all zero when that is not so simple."""
    if alone is None:
        return _NO_LETTER
    folded = alone.folded.encode()
    bare = folded if alone.bare == alone.folded else alone.bare.encode()
    if max(len(folded), len(bare)) > _LONGEST_FOLD:
        return _NO_LETTER
    bits = letter.isupper() | letter.islower() << 1 | letter.isalpha() << 2 | letter.isdigit() << 3
    bits |= (len(alone.folded) == 1 and alone.folded.isalpha()) << 4
    bits |= alone.unsettles << 5 | (not alone.settles) << 6
    return _LETTER.pack(len(folded), len(bare), bits, folded + bare)
