"""HTML of the Mastodon API as plain text: nothing hidden, nothing mangled, nothing slow."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.channels.mastodon.plain import LONGEST, plain
from answerback.channels.unreadable import Unreadable

_SHORTENED = (
    '<p>See <a href="https://shop.example/kettles/4711?from=toot" rel="nofollow">'
    '<span class="invisible">https://</span><span class="ellipsis">shop.example/kettles/4</span>'
    '<span class="invisible">711?from=toot</span></a></p>'
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>one<br>two<br />three</p>", "one\ntwo\nthree"),
        ("one<br>two<br>", "one\ntwo"),
        ("<p>a &lt;b&gt; &amp;amp; &#39;c&#39; &eacute; &#x1F600;</p>", "a <b> &amp; 'c' é 😀"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        (_SHORTENED, "See https://shop.example/kettles/4711?from=toot"),
        (
            '<p><a href="https://evil.example/x">https://bank.example</a></p>',
            "https://bank.example (https://evil.example/x)",
        ),
        ('<a href="https://a.example/">here</a>', "here (https://a.example/)"),
        ('<a href="https://www.a.example/b">a.example/b</a>', "https://www.a.example/b"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ('<a href="https://a.example/b">a.example/…</a>', "https://a.example/b"),
        (
            '<a href="https://s.example/tags/acme" class="mention hashtag">#<span>acme</span></a>!',
            "#acme!",
        ),
        ("no markup at all & more", "no markup at all & more"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("", ""),
    ],
)
def test_markup_is_read_as_people_read_it(markup: str, text: str) -> None:
    assert plain(markup).text == text


def test_people_are_named_as_the_server_names_them() -> None:
    markup = (
        '<p><span class="h-card"><a href="https://far.example/@ada" class="u-url mention">@<span>'
        'ada</span></a></span> and <a href="https://far.example/@bob" class="mention">@bob</a></p>'
    )

    assert plain(markup, mentions={"https://far.example/@ada": "ada@far.example"}).text == (
        "@ada@far.example and @bob"
    )


def test_a_link_dressed_as_a_person_shows_where_it_leads() -> None:
    told = plain('<a href="https://evil.example">@acme</a>')

    assert told.text == "@acme (https://evil.example)"
    assert told.links == ("https://evil.example",)


def test_the_line_that_stands_in_for_a_quote_is_left_out_when_the_quote_is_told() -> None:
    markup = (
        '<p class="quote-inline">RE: <a href="https://a.example/1">https://a.example/1</a></p>'
        "<p>Quite so.</p>"
    )

    assert plain(markup, quoted=True).text == "Quite so."
    assert plain(markup).text == "RE: https://a.example/1\n\nQuite so."


def test_what_is_too_long_is_set_aside_and_not_cut() -> None:
    with pytest.raises(Unreadable, match="characters of HTML, and a post may have 524,288"):
        plain("<p>" + "x" * LONGEST)


@pytest.mark.parametrize(
    "flood",
    [
        "<p>",
        "<b>",
        "<",
        "<a",
        '<a href="',
        "<a href='x'>",
        "<a href=https://a.example>x</a>",
        '<a href="https://a.example/">x</a>',
        "&",
        "&amp;",
        "&#65;",
        "&a",
        "</p>",
        "<!--",
        "<p><br>",
        "\n \n",
        "<p a='",
        "&lt;p&gt;",
        "<li>x",
        "x…",
    ],
)
def test_no_flood_takes_long(flood: str) -> None:
    markup = (flood * (LONGEST // len(flood) + 1))[:LONGEST]
    spent = []
    for _ in range(3):
        began = time.process_time()
        plain(markup)
        spent.append(time.process_time() - began)

    assert min(spent) < 0.05


@given(
    st.lists(
        st.sampled_from(
            [
                *("<p>", "</p>", "<br>", "<a href='https://a.example/b'>", "</a>", "text", "@x"),
                *("<span class='invisible'>", "</span>", "&amp;", "&", "<", ">", "\n", "<li>"),
            ]
        ),
        max_size=30,
    )
)
def test_no_markup_whatever_is_too_much_for_it(parts: list[str]) -> None:
    told = plain("".join(parts))

    assert told.text == told.text.strip()
    assert "\n\n\n" not in told.text
    assert told.text.count("text") == parts.count("text")
