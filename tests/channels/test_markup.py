"""HTML becomes the words that a reader would have seen."""

import time

import pytest

from answerback.channels.markup import looks_like_html, text_of_html


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>One</p><p>Two<br>three<br/>four</p>", "One\n\nTwo\nthree\nfour"),
        ("<ul><li>one<li>two</ul>after", "one\ntwo\n\nafter"),
        ("a  &amp;\n b &lt;c&gt; &#8364; &eacute;", "a & b <c> € é"),
        ("<script>alert(1)</script><style>p{}</style><!-- no -->seen", "seen"),
        ("<td>1</td><td>2</td>", "1 2"),
        ("<a href=\"https://x.example/?a>b\" title='>'>@<span>ada</span></a>", "@ada"),
        (
            (
                '<a href="https://a.example/b/c"><span class="invisible">https://</span>'
                '<span class="ellipsis">a.example/b</span><span class="invisible">/c</span></a>'
            ),
            "https://a.example/b/c",
        ),
        ("<pre>one\ntwo</pre>", "one\ntwo"),
        ("I <3 kettles, 1 < 2 and a <b and c", "I <3 kettles, 1 < 2 and a <b and c"),
        ("no markup at all", "no markup at all"),
        (
            "&#99999999999999999999; &#x110000000;",
            "\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}",
        ),
        ("", ""),
    ],
)
def test_markup_becomes_words(markup: str, words: str) -> None:
    assert text_of_html(markup) == words


@pytest.mark.parametrize(
    "part",
    ["<", "<a", '<a "', "<!--", "<script", "&", "&#", "<!", '<a b="', "<p>", "<a \"'", "<pre>"],
)
def test_a_megabyte_of_broken_markup_is_read_in_one_pass(part: str) -> None:
    half, whole = (part * (size // len(part)) for size in (1 << 18, 1 << 19))

    short, long = (_seconds(markup) for markup in (half, whole))

    assert long < 0.1 + 5 * short  # twice the text: about twice the time, never four times


def _seconds(markup: str) -> float:
    began = time.process_time()
    text_of_html(markup)
    return time.process_time() - began


def test_plain_text_is_told_from_markup() -> None:
    assert looks_like_html("<p>a")
    assert looks_like_html("a &amp; b")
    assert looks_like_html("x<br/>")
    assert not looks_like_html("1 < 2 and AT&T; I <3 it")
