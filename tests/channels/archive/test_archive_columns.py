"""Which column holds what: what is known by name, and what `--map` says."""

import pytest

from answerback.channels.archive.columns import (
    DETAILS,
    NAMES,
    TARGETS,
    Columns,
    NoSuchColumn,
    check_columns,
    find_columns,
    parse_map,
)
from answerback.domain.listening.fields import Field
from answerback.domain.records.refusal import Refusal


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("text=body", {"text": "body"}),
        ("text=body,created_at=ts", {"text": "body", "created_at": "ts"}),
        (" text = What they said , id = No ", {"text": "What they said", "id": "No"}),
        ('"text=said, in full",id=n', {"text": "said, in full", "id": "n"}),
        ("text=a=b", {"text": "a=b"}),
        ("created_at=", {"created_at": ""}),
    ],
)
def test_a_mapping_is_read(text: str, mapping: dict[str, str]) -> None:
    assert parse_map(text) == mapping


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("txt=body", "cannot fill 'txt': a post has no such thing. Did you mean text?"),
        ("create_at=ts", "Did you mean created_at?"),
        ("zzz=body", f"no such thing. It can fill: {', '.join(TARGETS)}."),
        ("text", "'text' has no '='"),
        ("text=a,text=b", "names 'text' twice"),
        ("", "is empty"),
        ("text=a,", "'' has no '='"),
    ],
)
def test_a_wrong_mapping_is_refused_with_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(Refusal, match="--map") as no:
        parse_map(text)

    assert words in str(no.value)


@pytest.mark.parametrize("target", NAMES)
def test_every_name_that_is_known_is_found_however_it_is_written(target: str) -> None:
    for name in NAMES[target]:
        written = name.replace("_", " ").title()
        found = find_columns(["Noise", written], mapping=None)
        if (target, name) != ("author_name", "name"):  # alone, a name is the author
            assert getattr(found, target) == written


@pytest.mark.parametrize("target", DETAILS)
def test_every_name_of_a_detail_is_found_however_it_is_written(target: str) -> None:
    for name in DETAILS[target]:
        written = name.replace("_", " ").title()
        found = find_columns(["Noise", "Text", written], mapping=None)

        assert found == Columns(text="Text", details=((target, written),))


def test_no_name_of_a_detail_is_known_for_anything_else() -> None:
    names = [name for known in (*NAMES.values(), *DETAILS.values()) for name in known]

    assert {name for name in names if names.count(name) > 1} == {"name"}
    assert set(DETAILS) <= set(Field)


def test_a_column_that_holds_something_else_or_comes_twice_is_no_detail() -> None:
    names = ["headline", "lang", "lang", "likes"]

    assert check_columns(names, mapping={"text": "headline"}) == Columns(
        text="headline", details=(("likes", "likes"),)
    )
    with pytest.raises(NoSuchColumn, match="has the column 'lang' twice"):
        check_columns(names, mapping={"text": "headline", "lang": "lang"})


def test_a_mapping_fills_a_detail_or_leaves_it_out() -> None:
    mapping = {"text": "t", "lang": "sprache", "likes": ""}

    assert find_columns(["t", "sprache", "lang", "likes", "stars"], mapping=mapping) == Columns(
        text="t", details=(("lang", "sprache"), ("rating", "stars"))
    )


def test_the_likeliest_of_several_names_is_taken() -> None:
    found = find_columns(["message", "tweet_id", "text", "id", "name", "user"], mapping=None)

    assert found == Columns(text="text", id="id", author="user", author_name="name")


def test_a_name_alone_is_the_author_and_not_his_display_name_too() -> None:
    found = find_columns(["text", "name"], mapping=None)

    assert found == Columns(text="text", author="name")


def test_a_mapping_wins_over_names_and_leaves_the_others() -> None:
    found = find_columns(["text", "body", "id", "ts"], mapping={"text": "body", "created_at": "ts"})

    assert found == Columns(text="body", id="id", created_at="ts")


def test_a_mapping_to_nothing_leaves_a_column_out() -> None:
    found = find_columns(["text", "date"], mapping={"created_at": ""})

    assert found == Columns(text="text")


@pytest.mark.parametrize(
    ("names", "mapping", "words"),
    [
        (["nr", "what"], None, "Its columns: 'nr', 'what'. Say which one does, for example --map"),
        (["text"], {"text": "txt"}, "no column 'txt' to fill 'text' from. Did you mean 'text'?"),
        (["text", "id", "text"], None, "has the column 'text' twice"),
        ([f"c{n}" for n in range(99)], None, "'c19' and 79 more"),
    ],
)
def test_columns_that_do_not_do_are_refused_by_name(
    names: list[str], mapping: dict[str, str] | None, words: str
) -> None:
    with pytest.raises(NoSuchColumn) as no:
        check_columns(names, mapping=mapping)

    assert words in str(no.value)


def test_two_columns_of_one_name_do_no_harm_if_nothing_is_read_from_them() -> None:
    assert check_columns(["text", "x", "x"], mapping=None) == Columns(text="text")


def test_known_layouts_are_known_by_all_their_names() -> None:
    support = [
        "tweet_id",
        "author_id",
        "inbound",
        "created_at",
        "text",
        "response_tweet_id",
        "in_response_to_tweet_id",
    ]
    pairs = ["id", "text", "author", "brand", "created_at", "reply_at", "post_id", "reply_id"]

    assert find_columns(support, mapping=None).layout == "twitter support"
    assert find_columns(support[1:], mapping=None).layout == "columns"
    assert find_columns(pairs, mapping=None).layout == "response pairs"
    assert find_columns(support, mapping={"text": "text"}).layout == "columns"
