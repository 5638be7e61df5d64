"""What strangers write stays words: it runs nothing, loads nothing, and turns nothing around."""

import re
from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from tests.builders import MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.web.looking import Page, look

from answerback.desk.queries.case_list import CaseLine, Present
from answerback.desk.queries.peek import Peek
from answerback.web.cards import safe_link
from answerback.web.case_rows import glance, row

RELATION = "noopener noreferrer nofollow"

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><a href=javascript:alert(1)>",
    "</blockquote></details><form action=//evil.example><button>",
    "<style>*{display:none}</style><base href=//evil.example>",
    "{{ at }}{% url 'inbox' %}<!--",
    "\u202e\u2067turned around\u2066",
)
LINE = CaseLine(
    case_id=1,
    brand_id=1,
    brand="Acme",
    channel="archive",
    author="ada",
    state="new",
    owner="bob",
    queue="repairs",
    kind="complaint",
    language="en",
    sentiment="negative",
    priority=0.5,
    respond_by=MONDAY_9,
    turn=MONDAY_9,
    written_at=MONDAY_9,
    closed_at=None,
    close_reason=None,
    snoozed_until=None,
    escalated_at=None,
    accepted_at=None,
    author_has_the_word=False,
    leased_to="cleo",
    leased_until=NEXT_DAY,
    opening="it leaks",
    title="a kettle",
    name="Ada",
    reasons=("It leaks.",),
    tags=("urgent",),
    here=(Present(handle="bob", name="Bob", writing=True),),
)
PEEK = Peek(
    case_id=1,
    brand_id=1,
    brand="Acme",
    channel="archive",
    author="ada",
    name="Ada",
    state="new",
    owner="bob",
    queue="repairs",
    kind="complaint",
    language="en",
    sentiment="negative",
    priority=0.5,
    priority_parts={"urgency": 0.5},
    respond_by=MONDAY_9,
    written_at=MONDAY_9,
    post_id=1,
    text="it leaks",
    title="a kettle",
    url="https://social.example/1",
    reasons=("It leaks.",),
    leased_to=None,
    leased_until=None,
)


def _shown(line: CaseLine) -> Page:
    told = {"rows": [row(line, at=MONDAY_9, me="ada")], "several_brands": True}
    return Page(status=200, source=render_to_string("cases/rows.html", told))


def _glanced(peek: Peek) -> Page:
    told = {"glance": glance(peek, at=MONDAY_9)}
    return Page(status=200, source=render_to_string("cases/peek.html", told))


def _skeleton(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    """Return the tags and the names of their attributes, without what they say."""
    return [(tag, tuple(attributes)) for tag, attributes in page.tags]


@pytest.mark.parametrize("words", HOSTILE)
def test_the_hostile_name_of_who_wrote_a_mail_changes_no_tag_of_a_row(words: str) -> None:
    mail = replace(LINE, channel="email", author="ada@shop.example")

    assert _skeleton(_shown(replace(mail, name=words))) == _skeleton(_shown(mail))
    assert " ".join(words.split()) in _shown(replace(mail, name=words)).words


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize(
    "field",
    [
        "author",
        "channel",
        "queue",
        "brand",
        "kind",
        "opening",
        "title",
        "owner",
        "leased_to",
    ],
)
def test_hostile_words_change_no_tag_of_a_row(field: str, words: str) -> None:
    harmless, hostile = LINE, replace(LINE, **{field: words})  # type: ignore[arg-type]  # all texts

    assert _skeleton(_shown(hostile)) == _skeleton(_shown(harmless))
    assert words in (_shown(hostile).words if field != "owner" else words)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_reasons_and_parts_change_no_tag_of_a_look(words: str) -> None:
    hostile = replace(PEEK, reasons=(words,), priority_parts={words: 0.5}, text=words, queue=words)

    assert _skeleton(_glanced(hostile)) == _skeleton(_glanced(PEEK))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_reasons_tags_and_names_change_no_tag_of_a_row(words: str) -> None:
    present = Present(handle="bob", name=words, writing=True)
    hostile = replace(LINE, reasons=(words,), tags=(words,), here=(present,))

    assert _skeleton(_shown(hostile)) == _skeleton(_shown(LINE))


@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_post_changes_no_tag_of_the_page(words: str) -> None:
    imported(make_post("1", author="ada", text=f"@acme it leaks {words}"))
    harmless = _skeleton(_shown(LINE))

    page = look()

    assert page.status == 200
    assert [t for t in page.tags if t[0] in {"style", "iframe", "base"}] == []
    assert {str(script["src"]).split("/")[1] for script in page.all("script")} == {"static"}
    assert len(page.tags) > len(harmless)
    assert [d for _, d in page.tags if any(n == "style" or n.startswith("on") for n in d)] == []
    assert {re.split("[?#0-9]", str(a["href"]))[0] for a in page.all("a")} == {
        *("", "/approvals", "/inbox", "/cases/", "/manage", "/notices", "/triage", "/overview"),
        *("/account/", "/account/you"),
    }


def test_a_strangers_words_stand_in_a_box_of_their_own_direction() -> None:
    page = _shown(LINE)

    assert page.all("span", class_="words") == [{"class": "words", "dir": "auto"}]
    assert page.all("bdi", class_="author") == [{"class": "author"}]
    assert _glanced(PEEK).all("blockquote") == [{"class": "whole", "dir": "auto"}]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//evil.example/1",
        "/local",
        "https://acme.example@evil.example/",
        "https://evil.example\\@acme.example/",
        "https://acme.example\n.evil.example/",
        "https://аcme.example/",  # noqa: RUF001  a Cyrillic letter, as a thief would use
        "https://[acme/",
        "https:///nowhere",
        "ftp://acme.example/",
        "",
        None,
    ],
)
def test_only_a_plain_web_address_becomes_a_link(url: str | None) -> None:
    assert safe_link(url) is None
    assert _glanced(replace(PEEK, url=url)).all("a", rel=RELATION) == []


def test_a_link_shows_the_host_it_leads_to() -> None:
    page = _glanced(PEEK)

    assert "Open it on social.example" in page.words
    assert page.all("a", rel=RELATION) == [{"href": "https://social.example/1", "rel": RELATION}]


def test_a_very_long_post_is_cut_and_says_so() -> None:
    shown = _glanced(replace(PEEK, text="x" * 1_000_000))

    assert len(shown.source) < 10_000
    assert "996000 more characters are not shown here." in shown.words
