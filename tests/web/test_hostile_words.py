"""What strangers write stays words: it runs nothing, loads nothing, and turns nothing around."""

from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from tests.builders import MONDAY_9, make_post
from tests.desk.steps import imported
from tests.web.looking import EPOCH, Page, look

from answerback.desk.queries.inbox import InboxLine, Place
from answerback.web.cards import card, safe_link

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
LINE = InboxLine(
    case_id=1,
    brand="Acme",
    channel="archive",
    author="ada",
    state="new",
    owner="bob",
    queue="repairs",
    kind="complaint",
    priority=0.5,
    respond_by=MONDAY_9,
    external_id="1",
    written_at=MONDAY_9,
    text="it leaks",
    url="https://social.example/1",
    why=("It leaks.",),
    place=Place(turn=EPOCH, written_at=EPOCH, case_id=1),
    priority_parts={"urgency": 0.5},
)


def _shown(line: InboxLine) -> Page:
    told = {"card": card(line, at=MONDAY_9), "line": line, "several_brands": True}
    return Page(status=200, source=render_to_string("parts/card.html", told))


def _skeleton(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    """Return the tags and the names of their attributes, without what they say."""
    return [(tag, tuple(attributes)) for tag, attributes in page.tags]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("field", ["author", "channel", "queue", "brand", "kind", "text", "owner"])
def test_hostile_words_change_no_tag_of_a_card(field: str, words: str) -> None:
    harmless, hostile = LINE, replace(LINE, **{field: words})  # type: ignore[arg-type]  # all texts

    assert _skeleton(_shown(hostile)) == _skeleton(_shown(harmless))
    assert words in _shown(hostile).words


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_reasons_and_parts_change_no_tag_of_a_card(words: str) -> None:
    hostile = replace(LINE, why=(words,), priority_parts={words: 0.5})

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
    assert [a["href"] for a in page.all("a")] == ["#main", *["/inbox"] * 2]


def test_a_strangers_words_stand_in_a_box_of_their_own_direction() -> None:
    page = _shown(LINE)

    assert page.all("p", class_="words") == [{"class": "words", "dir": "auto"}]
    assert page.all("blockquote") == [{"dir": "auto"}]
    assert page.all("bdi", class_="author") == [{"class": "author"}]


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
    assert _shown(replace(LINE, url=url)).all("a") == []


def test_a_link_shows_the_host_it_leads_to() -> None:
    page = _shown(LINE)

    assert "Open it on social.example" in page.words
    assert page.all("a") == [
        {"href": "https://social.example/1", "rel": "noopener noreferrer nofollow"}
    ]


def test_a_very_long_post_is_cut_and_says_so() -> None:
    shown = _shown(replace(LINE, text="x" * 1_000_000))

    assert len(shown.source) < 10_000
    assert "996000 more characters are not shown here." in shown.words
