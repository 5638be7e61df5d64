"""
The fast engine: the same pairs as match.py's, from a small C extension where one could be built.

Python turns queries into programs and understands each odd token once; C reads the texts.
"""

import re
from array import array
from collections.abc import Sequence
from functools import cache

from answerback.domain.listening.program import (
    Part,
    Symbol,
    Symbols,
    _All,
    _Any,
    _AnyOf,
    _Beside,
    _InARow,
    _Without,
    compiled,
)
from answerback.domain.listening.syntax import Query, Word
from answerback.domain.listening.words import CLASSES, token

try:
    from answerback.domain.listening import _fast
except ImportError:  # no compiler where this was installed
    _fast = None

_ANY_OF, _IN_A_ROW, _BESIDE, _ALL, _ONE, _WITHOUT, _LITERAL = range(7)
_FOLDED, _PREFIX, _EXACT, _OTHER_WILD = range(4)


def available() -> bool:
    return _fast is not None


class FastMatcher:
    def __init__(self, queries: Sequence[Query], *, seed: int | None = None, **limits: int) -> None:
        self._engine = _fast.Engine(
            classes=_block,
            resolve=self._entry,
            literal=self._literal,
            seed=(hash("answerback") if seed is None else seed) & 0xFFFF_FFFF_FFFF_FFFF,
            **limits,
        )
        self._symbols = _Taught(self._engine)
        for row, query in enumerate(queries):
            self.put(row, query)

    def match(self, texts):
        return self._engine.match(list(texts), None)

    def match_utf8(self, offsets, data, count, *, wide=False):
        return self._engine.match_utf8(offsets, data, count, wide)

    def put(self, row: int, query: Query) -> None:
        part = compiled(query.root, self._symbols)
        anchor = part.anchor(self._symbols.costs)
        symbols = sorted(anchor[1]) if anchor else ()
        program = [len(symbols), *symbols]
        _flatten(part, program)
        self._engine.put(row, program, len(self._symbols.costs))

    def drop(self, row: int) -> None:
        self._engine.drop(row)

    def _literal(self, number, row):
        raise NotImplementedError

    def _entry(self, raw: str, scope: int):
        seen = token(raw)
        found = {
            (symbol, first, after)
            for form, first, after in seen.forms
            for symbol in self._symbols.of(form)
        }
        return (seen.width, tuple(found)) if found or seen.width != 1 else None


class _Taught(Symbols):
    def __init__(self, engine) -> None:
        super().__init__()
        self._learn = engine.learn

    def number(self, word: Word) -> Symbol:
        known = len(self.costs)
        symbol = super().number(word)
        if symbol == known:
            form = word.form
            kind = _FOLDED
            if word.wild:
                kind = _PREFIX if form.find("*") == len(form) - 1 and "?" not in form else _OTHER_WILD
                form = form[:-1] if kind == _PREFIX else form
            self._learn(form.encode("utf-8", "surrogatepass"), symbol, kind, 0)
        return symbol


def _flatten(part: Part, program: list[int]) -> None:
    at = len(program)
    match part:
        case _AnyOf(symbols=symbols):
            program += (_ANY_OF, len(symbols) + 2, *symbols)
            return
        case _InARow(symbols=symbols):
            program += (_IN_A_ROW, len(symbols) + 2, *symbols)
            return
        case _Beside(left=left, right=right, within=within):
            program += (_BESIDE, 0, within, 0)
            parts = (left, right)
        case _Without(part=inner):
            program += (_WITHOUT, 0)
            parts = (inner,)
        case _All(parts=parts):
            program += (_ALL, 0)
        case _Any(parts=parts):
            program += (_ONE, 0)
        case _:
            raise TypeError(part)
    for inner in parts:
        _flatten(inner, program)
    program[at + 1] = len(program) - at


@cache
def _patterns() -> list[tuple[int, re.Pattern[str]]]:
    return [
        (1 << bit, re.compile(f"[{CLASSES[name]}]+")) for bit, name in enumerate(_fast.CLASS_NAMES)
    ]


@cache
def _block(number: int) -> bytes:
    flags = array("I", bytes(1024))
    letters = "".join(map(chr, range(number << 8, (number + 1) << 8)))
    for bit, pattern in _patterns():
        for found in pattern.finditer(letters):
            for at in range(*found.span()):
                flags[at] |= bit
    return flags.tobytes()
