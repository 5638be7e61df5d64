"""Parts of a text are counted in bytes, and links that apps had shortened stand whole again."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from answerback.channels.bluesky.facets import (
    Facet,
    Kind,
    facets_for,
    read_facets,
    with_whole_links,
)

DID = "did:plc:abc"


def link(text: str, shown: str, target: str) -> tuple[str, tuple[Facet, ...]]:
    start = len(text[: text.index(shown)].encode())
    end = start + len(shown.encode())
    return text, (Facet(start=start, end=end, kind=Kind.LINK, target=target),)


def test_a_shortened_link_stands_whole_again() -> None:
    told = link(
        "Grüße 👩‍👩‍👦 acme.example/a/lon... dort",
        "acme.example/a/lon...",
        "https://acme.example/a/long/way",
    )

    assert with_whole_links(*told) == "Grüße 👩‍👩‍👦 https://acme.example/a/long/way dort"


def test_a_link_without_its_scheme_gets_it_back() -> None:
    told = link("see Acme.example/kettle", "Acme.example/kettle", "https://www.acme.example/kettle")

    assert with_whole_links(*told) == "see https://www.acme.example/kettle"


def test_linked_words_stay_words_and_a_link_that_leads_elsewhere_stays_as_it_is_shown() -> None:
    words = link("see here", "here", "https://acme.example/")
    elsewhere = link("see https://bank.example", "https://bank.example", "https://evil.example")

    assert with_whole_links(*words) == "see here"
    assert with_whole_links(*elsewhere) == "see https://bank.example"


def test_facets_that_make_no_sense_are_as_if_not_told() -> None:
    right = {
        "index": {"byteStart": 0, "byteEnd": 4},
        "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "acme"}],
    }
    wrong = [
        None,
        "facet",
        {"index": {"byteStart": 4, "byteEnd": 4}, "features": right["features"]},
        {"index": {"byteStart": True, "byteEnd": 4}, "features": right["features"]},
        {"index": {"byteStart": -1, "byteEnd": 4}, "features": right["features"]},
        {"index": right["index"], "features": "tag"},
        {"index": right["index"], "features": [None, {"$type": "of.another#kind", "tag": "x"}]},
        {"index": right["index"], "features": [{"$type": "app.bsky.richtext.facet#tag"}]},
    ]

    assert read_facets([*wrong, right]) == (Facet(start=0, end=4, kind=Kind.TAG, target="acme"),)
    assert read_facets("facets") == ()
    assert read_facets(None) == ()


def test_links_people_and_hashtags_of_ours_are_found() -> None:
    text = "Hi @ada.test (see https://acme.example/a_(b)). #kettle #5 @nobody.test, x@ada.test"

    found = facets_for(text, resolve=lambda handle: DID if handle == "ada.test" else None)

    data = text.encode()
    shown = [data[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in found]
    assert shown == ["@ada.test", "https://acme.example/a_(b)", "#kettle"]
    assert [one["features"][0].get("did") for one in found] == [DID, None, None]


_PARTS = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=12),
        st.sampled_from(["#kettle", "@ada.test", "https://acme.example/ü", "👩‍👩‍👦", "#ümlaut"]),
    ),
    max_size=12,
)


@given(_PARTS)
def test_every_part_begins_and_ends_between_characters_and_none_overlap(parts: list[str]) -> None:
    text = " ".join(parts)
    data = text.encode()

    found = facets_for(text, resolve=lambda _: DID)

    ranges = [(one["index"]["byteStart"], one["index"]["byteEnd"]) for one in found]
    assert ranges == sorted(ranges)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(ranges))
    for start, end in ranges:
        shown = data[start:end].decode()
        assert shown[0] in "#@h\uff03"
        assert not any(letter.isspace() for letter in shown)


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-2, 80), st.integers(-2, 80), st.text(max_size=20))),
)
def test_whatever_ranges_are_told_a_text_stays_a_text(
    text: str, ranges: list[tuple[int, int, str]]
) -> None:
    told = [
        {
            "index": {"byteStart": start, "byteEnd": end},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": target}],
        }
        for start, end, target in ranges
    ]

    assert isinstance(with_whole_links(text, read_facets(told)), str)
    assert with_whole_links(text, ()) == text
