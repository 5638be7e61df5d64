"""Everything that queries ask a post for, numbered: words of its texts and values of its fields."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import NewType, TypeVar

from answerback.domain.listening.field_forms import (
    address,
    host,
    moment_of,
    number_of,
    value_forms,
)
from answerback.domain.listening.fields import KINDS, Field, FieldKind
from answerback.domain.listening.frequencies import Frequencies
from answerback.domain.listening.syntax import FieldIs, FieldRange, Word

#: A host has at most 127 labels; a stranger's link may have half a million.
_MOST_LABELS = 127

#: A word of some query, or a value of a field, numbered.
Symbol = NewType("Symbol", int)

_Key = TypeVar("_Key")

#: How often a field's value is true of a post, roughly: a guess changes the speed, never a match.
_VALUE_COSTS: Mapping[Field, float] = dict.fromkeys(Field, 0.1) | {
    Field.LANG: 0.6,
    Field.TYPE: 0.5,
    Field.HAS: 0.5,
    Field.CHANNEL: 0.5,
    Field.VERIFIED: 0.5,
    Field.DATE: 0.5,
    Field.AUTHOR: 0.0001,
    Field.ID: 0.000001,
    Field.URL: 0.01,
    Field.DOMAIN: 0.01,
}


class Words:
    """The words that queries look for in one text, each with its number."""

    def __init__(self, numbers: Iterator[int], costs: list[float]) -> None:
        """Begin without any; the numbers and costs are shared by all texts."""
        self._numbers, self._costs = numbers, costs
        self._exact: dict[str, Symbol] = {}
        self._cased: dict[str, Symbol] = {}
        self._wild: dict[str, dict[str, Symbol]] = {}  # first two letters → pattern → symbol

    @property
    def cased(self) -> Mapping[str, Symbol]:
        """Return the words that are asked for in exact case."""
        return self._cased

    @property
    def plain(self) -> Mapping[str, Symbol]:
        """Return the folded words without a wildcard."""
        return self._exact

    @property
    def patterns(self) -> Mapping[str, Mapping[str, Symbol]]:
        """Return the words with a wildcard, under their first two letters."""
        return self._wild

    def number(self, word: Word, *, frequencies: Frequencies | None) -> Symbol:
        """Return the number of a word, a new one when it was not there."""
        table = self._cased if word.exact else self._exact
        if word.wild:
            table = self._wild.setdefault(word.form[:2], {})
        if word.form not in table:
            table[word.form] = Symbol(next(self._numbers))
            self._costs.append(_cost(word, frequencies))
        return table[word.form]

    def of(self, form: str) -> list[Symbol]:
        """Return the symbols that a form in a post answers to."""
        found = [self._exact[form]] if form in self._exact else []
        patterns = self._wild.get(form[:2])
        if patterns:
            found.extend(
                symbol for pattern, symbol in patterns.items() if wildcard_holds(pattern, form)
            )
        return found


class Values:
    """The values that queries ask of fields, each with its number."""

    def __init__(self, numbers: Iterator[int], costs: list[float]) -> None:
        """Begin without any."""
        self._numbers, self._costs = numbers, costs
        self._is: dict[Field, dict[str, Symbol]] = {}
        self._patterns: dict[Field, dict[str, Symbol]] = {}
        self._ranges: dict[Field, dict[tuple[float | None, float | None], Symbol]] = {}
        self._told: dict[Field, Symbol] = {}

    @property
    def fields(self) -> frozenset[Field]:
        """Return the fields of which anything is asked, directly or by what follows from them."""
        asked = {*self._is, *self._patterns, *self._ranges, *self._told}
        return frozenset(asked | ({Field.URL} if asked & {Field.DOMAIN, Field.TLD} else set()))

    @property
    def asks_links(self) -> bool:
        """Say whether any query wants to know of the links in a text."""
        links = {Field.URL, Field.DOMAIN, Field.TLD} & self._is.keys()
        return bool(links) or "links" in self._is.get(Field.HAS, ())

    def number(self, asked: FieldIs | FieldRange) -> Symbol:
        """Return the number of what is asked of a field."""
        if isinstance(asked, FieldRange):
            ranges = self._ranges.setdefault(asked.field, {})
            return self._of_table(ranges, (asked.low, asked.high), asked.field)
        if "*" in asked.value and KINDS[asked.field] is not FieldKind.LINK:
            patterns = self._patterns.setdefault(asked.field, {})
            return self._of_table(patterns, asked.value, asked.field)
        return self._of_table(self._is.setdefault(asked.field, {}), asked.value, asked.field)

    def told(self, field: Field) -> Symbol:
        """Return the number of "the post has such a text at all"."""
        return self._of_table(self._told, field, field)

    def of_facts(self, facts: Mapping[str, Iterable[str]]) -> Iterator[Symbol]:
        """Yield the symbols that what is told of a post answers to."""
        for field in self.fields:
            values = facts.get(field.value, ())
            if field in self._told and any(values):
                yield self._told[field]
            for at, value in enumerate(values):
                if value:
                    yield from self._of_value(field, value, first=at == 0)

    def of_link(self, link: str) -> Iterator[Symbol]:
        """Yield the symbols that a link answers to, wherever it stands."""
        written = address(link)
        for value, symbol in self._is.get(Field.URL, {}).items():
            if value in written:
                yield symbol
        labels = host(written).rsplit(".", _MOST_LABELS)
        domains = self._is.get(Field.DOMAIN, {})
        ends = self._is.get(Field.TLD, {})
        for at in range(len(labels)):
            end = ".".join(labels[at:])
            if end in domains:
                yield domains[end]
            if at and end in ends:
                yield ends[end]

    def has(self, what: str) -> Symbol | None:
        """Return the symbol of `has:what`, if any query asks it."""
        return self._is.get(Field.HAS, {}).get(what)

    def _of_value(self, field: Field, value: str, *, first: bool) -> Iterator[Symbol]:
        match KINDS[field]:
            case FieldKind.LINK:
                yield from self.of_link(value)
            case FieldKind.NUMBER:
                yield from self._in_range(field, number_of(value))
            case FieldKind.MOMENT:
                yield from self._in_range(field, moment_of(value))
            case FieldKind.NAME | FieldKind.WORD:
                known, patterns = self._is.get(field, {}), self._patterns.get(field, {})
                for form in value_forms(field, value, first=first):
                    if form in known:
                        yield known[form]
                    for pattern, symbol in patterns.items():
                        # A name without a space is a handle's, and finds no display name.
                        handle = KINDS[field] is FieldKind.NAME and " " not in pattern
                        if not (handle and " " in form) and stars_hold(pattern, form):
                            yield symbol
            case FieldKind.TEXT:
                return

    def _in_range(self, field: Field, number: float | None) -> Iterator[Symbol]:
        if number is None:
            return
        for (low, high), symbol in self._ranges.get(field, {}).items():
            if (low is None or low <= number) and (high is None or number <= high):
                yield symbol

    def _of_table(self, table: dict[_Key, Symbol], key: _Key, field: Field) -> Symbol:
        if key not in table:
            table[key] = self._new(field)
        return table[key]

    def _new(self, field: Field) -> Symbol:
        self._costs.append(_VALUE_COSTS[field])
        return Symbol(next(self._numbers))


class Symbols:
    """All that queries ask for, each with its number."""

    def __init__(self, *, frequencies: Frequencies | None = None) -> None:
        """Begin without any; with `frequencies`, costs are how often words turn up."""
        self.costs: list[float] = []
        self._numbers = count()
        self._frequencies = frequencies
        self.values = Values(self._numbers, self.costs)
        self.own = Words(self._numbers, self.costs)
        self.texts: dict[Field, Words] = {}  #: those of the post's other texts

    def number(self, word: Word, *, text: Field | None = None) -> Symbol:
        """Return the number of a word of the post's own text, or of another one."""
        words = self.own
        if text is not None:
            if text not in self.texts:
                self.texts[text] = Words(self._numbers, self.costs)
            words = self.texts[text]
        return words.number(word, frequencies=self._frequencies)


def wildcard_holds(pattern: str, form: str) -> bool:
    """
    Say whether a whole form fits a pattern with `*` and `?`.

    It goes back to the last star only, so the time is at most length times length.
    """
    if pattern[-1] == "*" and "?" not in pattern and pattern.count("*") == 1:
        return form.startswith(pattern[:-1])
    if "?" not in pattern:
        return stars_hold(pattern, form)
    at = of = 0
    star, resume = -1, 0
    while at < len(form):
        if of < len(pattern) and pattern[of] == "*":
            star, resume, of = of, at, of + 1
        elif of < len(pattern) and pattern[of] in ("?", form[at]):
            at, of = at + 1, of + 1
        elif star >= 0:
            resume += 1
            at, of = resume, star + 1
        else:
            return False
    return not pattern[of:].strip("*")


def stars_hold(pattern: str, form: str) -> bool:
    """
    Say whether a whole form fits a pattern with at least one `*`, and nothing else of meaning.

    Each part is taken where it comes first, so the time is about the form's length.
    """
    head, *middle, tail = pattern.split("*")
    if not form.startswith(head):
        return False
    at = len(head)
    for part in middle:
        found = form.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return at + len(tail) <= len(form) and form.endswith(tail)


def _cost(word: Word, frequencies: Frequencies | None) -> float:
    """
    Return how often a word turns up: as counted, or by a guess: long ones and names seldom.

    Error: a wrong cost changes the speed, never a match.
    """
    if frequencies is not None:
        counted, least = frequencies.share(word), 0.1 / max(frequencies.posts, 1)
        if counted is not None:
            return max(counted, least)
        return least * (1 + 4 * word.wild)  # rarer than everything that was counted
    letters = len(word.form.encode(errors="replace")) - word.wild
    rarely = 0.2 if word.form[0] in "@#$" else 1.0
    return min(1.0, rarely * (4.0 if word.wild else 1.0) / letters**2)
