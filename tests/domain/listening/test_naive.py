"""The naive reading knows the hard texts too, and says what the description says."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.listening.naive import Tree, naive_match
from tests.domain.listening.naive_words import KEYCAP, cut
from tests.domain.listening.test_matching_laws import HARD

from answerback.domain.listening.fields import Field
from answerback.domain.listening.query import parse
from answerback.domain.listening.syntax import (
    And,
    FieldIs,
    FieldRange,
    FieldText,
    Near,
    Node,
    Not,
    Or,
    Term,
)
from answerback.domain.listening.words import raw_tokens

#: Not lines and keycaps: glued to words they are cut differently, and found alike.
CUT_ALIKE = [some for some in HARD if not {*some} & {"_", "＿", KEYCAP, "\ud800"}]  # noqa: RUF001
GAUNTLETS = sorted(Path(__file__).parent.glob("gauntlet*.jsonl"))
LINES = [
    json.loads(line)
    for gauntlet in GAUNTLETS
    for line in gauntlet.read_text(encoding="utf-8").splitlines()
]


def tree_of(node: Node) -> Tree:  # noqa: PLR0911 - one return a kind of node
    """Turn what the product's parser understood into a tree; words are cut again, naively."""
    match node:
        case Term():
            return _term(node)
        case Near(left=left, right=right, within=within, ordered=ordered):
            return ("onear" if ordered else "near", tree_of(left), tree_of(right), within)
        case And(parts=parts):
            return ("and", *map(tree_of, parts))
        case Or(parts=parts):
            return ("or", *map(tree_of, parts))
        case Not(part=part):
            return ("not", tree_of(part))
        case FieldIs(field=field, value=value):
            return ("is", field.value, value)
        case FieldRange(field=Field.DATE, low=low, high=high):
            return ("moment", "date", _moment(low), _moment(high))
        case FieldRange(field=field, low=low, high=high):
            return ("range", field.value, low, high)
        case FieldText(field=field, part=part):
            return ("text", field.value, tree_of(part))


def _term(term: Term) -> Tree:
    if term.literal is not None:
        return ("raw", term.literal)
    if term.words[0].exact:
        return ("exact", term.typed)
    wild = any(word.wild for word in term.words)
    return ("term", term.typed if wild else term.typed.replace("?", " "))


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC).isoformat()


@pytest.mark.parametrize("group", sorted({line["group"] for line in LINES}))
def test_the_naive_reading_judges_every_hard_text_as_written(group: str) -> None:
    lines = [line for line in LINES if line["group"] == group]

    wrong = [
        line
        for line in lines
        if naive_match(tree_of(parse(line["query"]).root), line["text"], line.get("facts") or {})
        != line["match"]
    ]

    assert wrong == []


@settings(max_examples=1_000, deadline=None)
@given(letters=st.lists(st.sampled_from(CUT_ALIKE), min_size=1, max_size=7).map("".join))
def test_the_product_cuts_hard_texts_as_the_naive_reading_does(letters: str) -> None:
    assert raw_tokens(letters) == cut(letters)


AUTHOR = {"author": ("red.fox.example", "Red  Fox")}
TWO = {"quoted": ("red the", "fox late")}


@pytest.mark.parametrize(
    ("tree", "text", "facts", "found"),
    [
        (("onear", ("term", "red"), ("term", "fox"), 1), "red the fox", {}, True),
        (("onear", ("term", "red"), ("term", "fox"), 1), "fox the red", {}, False),
        (("spread", "red fox", 1), "fox the red", {}, True),
        (("spread", "red fox late", 0), "late red fox", {}, True),
        (("spread", "red fox late", 0), "red late fox", {}, False),
        (("close", ("and", ("term", "red"), ("term", "fox")), 0), "red the fox", {}, False),
        (("exact", "BT"), "BT is late", {}, True),
        (("exact", "BT"), "Bt is late", {}, False),
        (("exact", "King"), "#BurgerKing", {}, True),
        (("exact", "McDonald"), "McDonald's", {}, True),
        (("exact", "한글"), "한글은", {}, False),
        (("raw", "Google+"), "I like Google+", {}, True),
        (("raw", "Google+"), "I like Google", {}, False),
        (("raw", "google"), "I like Google", {}, False),
        (("term", "15"), "#iPhone15", {}, True),
        (("term", "phone15"), "#iPhone15", {}, False),
        (("term", "https://x.example/Red/"), "see www.x.example/red", {}, True),
        (("is", "domain", "fox.example"), "(https://www.fox.example:80)", {}, True),
        (("is", "domain", "ox.example"), "https://www.fox.example", {}, False),
        (("is", "tld", "fr"), "https://fox.fr/x.example", {}, True),
        (("is", "has", "image"), "red", {"has": ("images",)}, True),
        (("is", "has", "mentions"), "thanks @red", {}, True),
        (("is", "author", "@Red"), "", AUTHOR, True),
        (("is", "author", "red.fox"), "", AUTHOR, False),
        (("is", "author", "red fox"), "", AUTHOR, True),
        (("is", "author", "fox"), "", AUTHOR, False),
        (("is", "author", "red.f*"), "", AUTHOR, True),
        (("is", "lang", "EN"), "", {"lang": ("en-GB",)}, True),
        (("is", "lang", "en-GB"), "", {"lang": ("en",)}, False),
        (("is", "type", "RETWEET"), "", {"type": ("repost",)}, True),
        (("range", "likes", 5, None), "", {"likes": ("5",)}, True),
        (("range", "likes", None, 5), "", {"likes": ("many",)}, False),
        (("moment", "until", "2026-03-02"), "", {"date": ("2026-03-01T23:59:59.9Z",)}, True),
        (("moment", "until", "2026-03-02"), "", {"date": ("2026-03-02T00:00:00Z",)}, False),
        (("moment", "during", "2026"), "", {"date": ("2025-12-31T23:30:00-01:00",)}, True),
        (("text", "quoted", ("term", "the fox")), "the fox", TWO, False),
        (("text", "quoted", ("and", ("term", "red"), ("term", "fox"))), "", TWO, True),
        (("text", "quoted", ("not", ("term", "fox"))), "", TWO, False),
        (("text", "quoted", ("not", ("term", "fox"))), "fox", {}, False),
        (("not", ("text", "quoted", ("term", "fox"))), "fox", {}, True),
    ],
)
def test_a_rule_of_the_description_read_naively(
    *, tree: Tree, text: str, facts: dict[str, Sequence[str]], found: bool
) -> None:
    assert naive_match(tree, text, facts) is found
