"""
A second reading of the query language, slow and plain, written from its description alone.

It shares no code with the product: texts are cut letter by letter (`naive_words`), fields are
asked as they are told (`naive_facts`), and every rule of places is tried on all pairs.  It knows
the scripts that the invented texts use, no more.

A query here is a tree of nested tuples:

    ("term", text)                 a word or phrase           ("exact", text)   {text}
    ("raw", text)                  raw:"text"                 ("not", part)
    ("near" | "onear", left, right, n)                        ("and" | "or", *parts)
    ("spread", text, n)            "text"~n                   ("close", inside, n)   ( inside )~n
    ("is", field, value)           field:value                ("values", field, inside)
    ("range", field, low, high)    field:[low TO high]        ("moment", how, *dates)
    ("text", field, inside)        field:(inside)
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import product
from types import MappingProxyType
from typing import Any

from tests.domain.listening import naive_facts
from tests.domain.listening.naive_words import (
    cut,
    exact_words,
    is_link,
    query_words,
    seen,
)

Tree = tuple[Any, ...]
Span = tuple[int, int]  # first place, place after the last
NOTHING: Mapping[str, Sequence[str]] = MappingProxyType({})


class Text:
    """One text, cut once: where each form stands."""

    def __init__(self, text: str, beside: Sequence[str] = ()) -> None:
        """Cut a text; `beside` are the other values of its field, where a literal may be too."""
        self.nfc = [unicodedata.normalize("NFC", one) for one in (text, *beside)]
        self.tokens = cut(text)
        self.folded: dict[str, set[Span]] = {}
        self.exact: dict[str, set[Span]] = {}
        self.found: dict[Tree, set[Span]] = {}  # what was already looked for
        at = 0
        for token in self.tokens:
            width, folded, exact = seen(token)
            for forms, board in ((folded, self.folded), (exact, self.exact)):
                for form, first, after in forms:
                    board.setdefault(form, set()).add((at + first, at + after))
            at += width


class Post:
    """A post, read once: its own text and what is known beside it."""

    def __init__(self, text: str, facts: Mapping[str, Sequence[str]] = NOTHING) -> None:
        self.own = (Text(text),)
        self.facts = facts
        self.other = {
            field: tuple(Text(told, facts[field]) for told in facts.get(field, ()))
            for field in naive_facts.TEXTS
        }
        self.known: dict[Tree, bool] = {}  # what was already asked of the facts


Holds = Callable[[Post, Sequence[Text]], bool]
Places = Callable[[Text], set[Span]]


def naive_match(tree: Tree, text: str, facts: Mapping[str, Sequence[str]] = NOTHING) -> bool:
    """Say whether a post matches."""
    post = Post(text, facts)
    return reading(tree)(post, post.own)


def reading(tree: Tree) -> Holds:
    """Read a tree once, to ask it of many posts; the texts given are those it speaks of."""
    match tree:
        case ("and" | "or" | "not" as joint, *parts):
            return _joined(joint, [reading(part) for part in parts])
        case ("close", inside, within):
            return reading(closed(inside, within))
        case ("text", field, inside):
            said = reading(inside)
            return lambda post, _: bool(post.other[field]) and said(post, post.other[field])
        case ("values", field, inside):
            return reading(_each_value(field, inside))
    fact = _fact(tree)
    if fact:
        return _asked(tree, fact)
    places = _places(tree)
    return lambda _, texts: any(places(text) for text in texts)


def _joined(joint: str, parts: Sequence[Holds]) -> Holds:
    if joint == "and":
        return lambda post, texts: all(holds(post, texts) for holds in parts)
    if joint == "or":
        return lambda post, texts: any(holds(post, texts) for holds in parts)
    return lambda post, texts: not parts[0](post, texts)


def closed(inside: Tree, within: int) -> Tree:
    """Return ( inside )~within as NEARs."""
    match inside:
        case ("and", *parts):
            return reduce(lambda left, right: ("near", left, right, within), parts)
        case ("or", *parts):
            return ("or", *(closed(part, within) for part in parts))
    return inside


def _each_value(field: str, inside: Tree | str) -> Tree:
    match inside:
        case str(value):
            return ("is", field, value)
        case (joint, *parts):
            return (joint, *(_each_value(field, part) for part in parts))
    raise ValueError(inside)


def _fact(tree: Tree) -> Callable[[Post], bool] | None:
    """Return the question to put to what is known beside the text; None for words."""
    match tree:
        case ("is", field, value):
            return lambda post: naive_facts.fact_holds(field, value, post.facts, post.own[0].tokens)
        case ("term", link) if is_link(link):
            return _fact(("is", "url", link))
        case ("range", field, low, high):
            return lambda post: naive_facts.number_holds(low, high, post.facts.get(field, ()))
        case ("moment", how, *dates):
            return lambda post: naive_facts.moment_holds(how, dates, post.facts.get("date", ()))
    return None


def _asked(tree: Tree, fact: Callable[[Post], bool]) -> Holds:
    def holds(post: Post, _: Sequence[Text]) -> bool:
        if tree not in post.known:
            post.known[tree] = fact(post)
        return post.known[tree]

    return holds


def _places(tree: Tree) -> Places:
    match tree:
        case ("near", left, right, within):
            return _near(_places(left), _places(right), within=within, ordered=False)
        case ("onear", left, right, within):
            return _near(_places(left), _places(right), within=within, ordered=True)
        case ("or", *parts):
            some = [_places(part) for part in parts]
            return lambda text: set[Span]().union(*(places(text) for places in some))
        case ("close", inside, within):
            return _places(closed(inside, within))
        case ("spread", phrase, within):
            words: list[Tree] = [("term", word) for word in phrase.split()]
            return _places(closed(("and", *words), within))
    return _remembered(tree)


def _near(left: Places, right: Places, *, within: int, ordered: bool) -> Places:
    def places(text: Text) -> set[Span]:
        return {
            (min(a, c), max(b, d))
            for (a, b), (c, d) in product(left(text), right(text))
            if 0 <= c - b <= within or (not ordered and 0 <= a - d <= within)
        }

    return places


def _remembered(tree: Tree) -> Places:
    """Look words in a row up, once in each text."""
    kind, term = tree
    wild = "" if kind == "raw" else "*" if " " in term else "*?"
    words = exact_words(term) if kind == "exact" else query_words(term, wild=wild)

    def places(text: Text) -> set[Span]:
        if tree not in text.found:
            board = text.exact if kind == "exact" else text.folded
            rows = [_word(word, board, plain=kind == "exact") for word in words]
            said = kind != "raw" or any(
                unicodedata.normalize("NFC", term) in one for one in text.nfc
            )
            text.found[tree] = reduce(_in_a_row, rows) if said else set()
        return text.found[tree]

    return places


def _in_a_row(left: set[Span], right: set[Span]) -> set[Span]:
    """Each begins where the one before ends."""
    return {(a, d) for (a, b), (c, d) in product(left, right) if b == c}


def _word(word: str, board: Mapping[str, set[Span]], *, plain: bool) -> set[Span]:
    hangul = len(word) > 1 and all(0xAC00 <= ord(letter) <= 0xD7A3 for letter in word)
    if plain or not (hangul or "*" in word or "?" in word):
        return board.get(word, set())
    pattern = word + "*" if hangul else word
    return set[Span]().union(*(spans for form, spans in board.items() if _wild(pattern, form)))


def _wild(pattern: str, form: str) -> bool:
    """Say whether a form is a pattern: `*` any letters, `?` exactly one."""
    if not pattern:
        return not form
    if pattern[0] == "*":
        return any(_wild(pattern[1:], form[at:]) for at in range(len(form) + 1))
    return bool(form) and pattern[0] in {form[0], "?"} and _wild(pattern[1:], form[1:])
