"""The layouts that are known by themselves, and identifiers for rows that have none."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.channels.files import (
    KINDS,
    NOON,
    as_text,
    failure,
    fetch_all,
    outline,
    posts,
    write_bytes,
    write_rows,
)

from answerback.channels.archive.fetch import Archive, open_archive
from answerback.channels.inbound import Cursor
from answerback.domain.records.post import Author, Post

SUPPORT = [
    {
        "tweet_id": "2",
        "author_id": "115712",
        "inbound": "True",
        "created_at": "Tue Oct 31 22:10:47 +0000 2017",
        "text": "@SprocketCare my order is lost",
        "response_tweet_id": "3,4",
        "in_response_to_tweet_id": "",
    },
    {
        "tweet_id": "3",
        "author_id": "SprocketCare",
        "inbound": "False",
        "created_at": "Tue Oct 31 22:29:00 +0000 2017",
        "text": "@115712 We are looking, /Bo",
        "response_tweet_id": "",
        "in_response_to_tweet_id": "2.0",
    },
]

PAIR = {
    "id": "rp-1",
    "text": "-",
    "author": "u_66ff00aa",
    "brand": "SprocketCare",
    "created_at": "2014-08-27T06:31:06Z",
    "reply_at": "2014-08-27T07:29:33Z",
    "seconds": 3507,
    "post_id": "tw-1",
    "reply_id": "tw-2",
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_support_file_is_known_by_its_columns(kind: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / f"twcs.{kind}", SUPPORT)

    asked, replied = posts(path)

    assert asked == Post(
        channel="twitter",
        source=f"archive:twcs.{kind}",
        external_id="2",
        author=Author(handle="115712"),
        text="@SprocketCare my order is lost",
        created_at=datetime(2017, 10, 31, 22, 10, 47, tzinfo=UTC),
        heard_at=NOON,
        reply_ids=("3", "4"),
        inbound=True,
    )
    assert replied == Post(
        channel="twitter",
        source=f"archive:twcs.{kind}",
        external_id="3",
        author=Author(handle="SprocketCare"),
        text="@115712 We are looking, /Bo",
        created_at=datetime(2017, 10, 31, 22, 29, tzinfo=UTC),
        heard_at=NOON,
        in_reply_to="2",
        inbound=False,
        about="SprocketCare",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_pair_of_post_and_reply_gives_two_posts(kind: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / f"pairs.{kind}", [PAIR])

    asked, replied = posts(path)

    assert asked == Post(
        channel="archive",
        source=f"archive:pairs.{kind}",
        external_id="tw-1",
        author=Author(handle="u_66ff00aa"),
        text="-",
        created_at=datetime(2014, 8, 27, 6, 31, 6, tzinfo=UTC),
        heard_at=NOON,
        reply_ids=("tw-2",),
        inbound=True,
        about="SprocketCare",
    )
    assert replied == Post(
        channel="archive",
        source=f"archive:pairs.{kind}",
        external_id="tw-2",
        author=Author(handle="SprocketCare"),
        text="-",
        created_at=datetime(2014, 8, 27, 7, 29, 33, tzinfo=UTC),
        heard_at=NOON,
        in_reply_to="tw-1",
        inbound=False,
        about="SprocketCare",
    )


def test_between_the_two_posts_of_a_pair_the_cursor_stands_before_the_row(tmp_path: Path) -> None:
    rows = [PAIR, PAIR | {"post_id": "tw-3", "reply_id": "tw-4"}]
    path = write_rows(tmp_path / "pairs.jsonl", rows)

    found = fetch_all(path)

    assert fetch_all(path, since=found[0].cursor) == found
    assert fetch_all(path, since=found[1].cursor) == found[2:]
    assert fetch_all(path, since=found[2].cursor) == found[2:]


def test_a_pair_without_a_reply_is_one_post_and_without_an_id_none(tmp_path: Path) -> None:
    rows = [
        PAIR | {"reply_id": None, "reply_at": None},
        PAIR | {"reply_id": None},
        PAIR | {"post_id": ""},
    ]

    found = fetch_all(write_rows(tmp_path / "pairs.jsonl", rows))

    assert outline(found) == [(1, "-"), (2, "!no_id"), (3, "!no_id")]
    assert found[0].post
    assert found[0].post.reply_ids == ()
    assert "It has no 'reply_id'" in failure(found[1]).sentence


def test_a_pair_with_texts_gives_each_post_its_own(tmp_path: Path) -> None:
    row = PAIR | {"text": "where is it?", "reply_text": "on its way"}

    found = posts(write_rows(tmp_path / "pairs.jsonl", [row]))

    assert [post.text for post in found] == ["where is it?", "on its way"]


def test_json_rows_may_each_have_their_own_names(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path / "a.jsonl",
        [
            {"text": "one", "label": "complaint", "seq": 0},
            {"body": "two", "date": "2026-03-01", "user": {"screen_name": "@ada", "id": 7}},
            {"message": "three", "author_id": 12},
        ],
    )

    found = posts(path)

    assert [post.text for post in found] == ["one", "two", "three"]
    assert [post.author.handle for post in found] == ["", "ada", "12"]
    assert [post.created_at for post in found] == [None, datetime(2026, 3, 1, tzinfo=UTC), None]


def test_channel_and_source_can_be_told(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "twcs.csv", SUPPORT)

    archive = open_archive(path=path, heard_at=NOON, channel="mastodon", source="yesterday")

    assert {(one.post.channel, one.post.source) for one in archive.fetch(None) if one.post} == {
        ("mastodon", "yesterday")
    }


def test_a_row_may_tell_its_own_network(tmp_path: Path) -> None:
    rows = [{"text": "a", "channel": "mastodon"}, {"text": "b", "channel": ""}]

    found = posts(write_rows(tmp_path / "a.csv", rows))

    assert [post.channel for post in found] == ["mastodon", "archive"]


def test_a_moment_of_hearing_without_a_zone_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        Archive(path=tmp_path, heard_at=NOON.replace(tzinfo=None))


TOLD = {"text": "same words", "author": "ada", "created_at": "2026-03-01T08:00:00Z"}


def made_ids(path: Path, rows: list[dict[str, str]]) -> list[str]:
    """Return the identifiers of posts that came without."""
    found = [post.external_id for post in posts(write_rows(path, rows))]
    assert {one[:5] for one in found} == {"made-"}
    return found


def test_an_identifier_is_made_that_is_the_same_each_time_and_in_every_format(
    tmp_path: Path,
) -> None:
    made = [made_ids(tmp_path / f"a.{kind}", [TOLD]) for kind in KINDS]

    assert made == [made[0]] * len(KINDS)


def test_the_same_author_words_and_moment_are_one_post_wherever_the_row_stands(
    tmp_path: Path,
) -> None:
    one, other, again = made_ids(tmp_path / "a.csv", [TOLD, TOLD | {"text": "other"}, TOLD])

    assert one == again != other


SPARSE = (
    {"text": "where is it?"},
    {"text": "where is it?", "author": "ada"},
    {"text": "where is it?", "created_at": "2026-03-01T08:00:00Z"},
    {"text": "where is it?", "author": "ada", "created_at": "2026-03-01"},
    {"text": "where is it?", "author": "ada", "created_at": "2026-03-02T00:00:00Z"},
    {"text": "where is it?", "author": "ada", "created_at": "31/10/2017"},
    {"text": "where is it?", "author": "ada", "created_at": "1/11/2017"},
    {"text": "where is it?", "in_reply_to": "7"},
    {"text": "where is it?", "conversation_id": "7"},
    {"text": "where is it?", "brand": "Acme"},
    {"text": "where is it?", "url": "https://acme.example/7"},
    {"text": "where is it now?"},
)
NAMES = ("text", "author", "created_at", "in_reply_to", "conversation_id", "brand", "url")
ROWS_WITHOUT_ID = [dict.fromkeys(NAMES, "") | row for row in SPARSE]


@pytest.mark.parametrize("name", ["again.csv", "again.csv.gz", "again.jsonl.zst", "again.parquet"])
def test_a_file_without_identifiers_may_be_renamed_packed_and_turned_round(
    name: str, tmp_path: Path
) -> None:
    first = made_ids(tmp_path / "posts.csv", ROWS_WITHOUT_ID)

    again = made_ids(tmp_path / name, ROWS_WITHOUT_ID[::-1])

    assert again == first[::-1]
    assert len(set(first)) == len(SPARSE)


@pytest.mark.parametrize("row", ROWS_WITHOUT_ID, ids=str)
def test_rows_without_an_identifier_that_are_equal_are_one_post(
    row: dict[str, str], tmp_path: Path
) -> None:
    one, two = made_ids(tmp_path / "posts.csv", [row, row])

    assert one == two


def test_an_identifier_stays_when_a_time_in_the_future_becomes_one_to_believe(
    tmp_path: Path,
) -> None:
    path = write_rows(tmp_path / "a.csv", [TOLD | {"created_at": "2026-03-09T08:00:00Z"}])
    heard = [NOON, NOON + timedelta(days=30)]

    found = [list(open_archive(path=path, heard_at=at).fetch(None)) for at in heard]

    told = [one.post for (one,) in found if one.post]
    assert [post.created_at_assumed for post in told] == [True, False]
    assert told[0].external_id == told[1].external_id


@pytest.mark.parametrize("word", ["", "nan", "NULL", "<NA>", " "])
def test_words_for_nothing_are_no_identifier(word: str, tmp_path: Path) -> None:
    (made,) = made_ids(tmp_path / "a.csv", [TOLD | {"id": word}])
    (post,) = posts(write_rows(tmp_path / "b.csv", [TOLD | {"in_reply_to": word}]))

    assert made == made_ids(tmp_path / "c.csv", [TOLD])[0]
    assert post.in_reply_to is None


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("12", "12"),
        ("12.0", "12"),
        ("ta-1000-Am-0", "ta-1000-Am-0"),
        ("1.5", "1.5"),
        ("007", "007"),
    ],
)
def test_an_identifier_is_kept_as_written_but_for_what_a_data_frame_added(
    written: str, told: str, tmp_path: Path
) -> None:
    (post,) = posts(write_rows(tmp_path / "a.csv", [TOLD | {"id": written}]))

    assert post.external_id == told


def test_resuming_in_the_middle_gives_the_same_identifiers(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", as_text("csv", [{"text": "same"}] * 3).encode())

    found = fetch_all(path)

    assert fetch_all(path, since=Cursor(found[0].cursor)) == found[1:]


def test_excels_line_that_tells_the_separator_is_no_header(tmp_path: Path) -> None:
    written = "sep=;\r\nNr;Text;Datum\r\n1;Brot, steinhart;03.02.2026 14:05\r\n"
    path = write_bytes(tmp_path / "a.csv", b"\xef\xbb\xbf" + written.encode())

    (one,) = fetch_all(path, mapping={"id": "Nr", "created_at": "Datum"})

    assert one.post is not None
    assert (one.line, one.post.external_id, one.post.text) == (3, "1", "Brot, steinhart")
    assert one.post.created_at == datetime(2026, 2, 3, 14, 5, tzinfo=UTC)
