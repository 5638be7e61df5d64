"""Whatever comes by mail becomes a post or says why not: never a crash, never slowly."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.mail.ugly import BROKEN, UGLY
from tests.slowness import usual_seconds

from answerback.channels.inbound import Fetched
from answerback.channels.mail.map import Box, Mail, mail_fetched
from answerback.domain.records.post import Post
from answerback.intake.seen import unstorable

NINE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BOX = Box(ours="care@acme.example", source="inbox")


def mapped(raw: bytes) -> Fetched:
    return mail_fetched(Mail(raw=raw, size=len(raw), internal=NINE), box=BOX, at=NINE)


def post_of(name: str) -> Post:
    told = mapped(UGLY[name])
    assert told.post is not None, told.failure
    return told.post


def test_the_collection_is_large_enough() -> None:
    assert len(UGLY) >= 100
    assert len(BROKEN) == 10


@pytest.mark.parametrize("name", UGLY)
def test_ugly_mail_is_kept_within_50_ms(name: str) -> None:
    told = mapped(UGLY[name])

    assert told.post is not None
    assert unstorable(told.post) is None
    told.raw.encode()
    assert usual_seconds(lambda: mapped(UGLY[name])) < 0.05


@pytest.mark.parametrize("wrong", BROKEN)
def test_mail_that_broke_on_its_way_is_kept(wrong: str) -> None:
    for raw in UGLY.values():
        told = mapped(BROKEN[wrong](raw[:20_000]))

        assert told.failure is None
        assert told.post is not None
        assert unstorable(told.post) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_some_mail(raw: bytes) -> None:
    told = mapped(raw)

    assert told.post is not None
    assert unstorable(told.post) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("latin-1", "Grüße aus Köln"),
        ("windows-1252", "„Grüße“ … 5 €"),
        ("koi8-r", "Где мой заказ?"),
        ("gb18030", "我的订单在哪里"),
        ("shift_jis", "注文はどこですか"),
        ("iso-2022-jp", "注文はどこですか"),
        ("euc-kr", "주문이 어디에 있나요"),
        ("says utf-8, is latin-1", "Grüße"),
        ("says ascii, is utf-8", "Grüße"),
        ("says latin-1, is utf-8", "Grüße"),
        ("unknown charset", "Grüße"),
        ("no body", "My kettle"),
        ("headers alone", "My kettle"),
        ("files alone", "My kettle"),
        ("both, the plain one empty", "Only here"),
        ("never closed", "hi"),
        ("a boundary of signs", "hi"),
        ("nested 12 deep", "at the bottom"),
        ("nested 500 deep", "My kettle"),
        ("html", "Grüße & alles Gute\n\nZeile\nzwei"),
        ("html of scripts", "hi"),
        ("html of links", "https://a.example/x b"),
        ("a mail in a mail", "see"),
    ],
)
def test_what_can_be_read_is_read(name: str, text: str) -> None:
    assert post_of(name).text == text


def test_names_and_addresses_are_told_apart() -> None:
    found = {name: post_of(name).author for name in UGLY}

    told = {name: (one.handle, one.name) for name, one in found.items()}
    assert told["8-bit headers"] == ("j@x.example", "Jürgen")
    assert told["an address in a name"] == ("thief@evil.example", "care@acme.example")
    assert told["an encoded address"] == ("t@e.example", "<care@acme.example>")
    assert told["a name with commas"][0] == "jane@d.example"
    assert told["an old form of address"] == ("jane@d.example", "Jane Doe")
    assert told["no sender"][0] == "unknown@invalid"
    assert "\n" not in told["a line break in a name"][1]


def test_ids_stay_what_they_are_and_missing_ones_are_made_from_the_mail() -> None:
    assert post_of("utf-8").external_id == "a1@example.org"
    assert post_of("an id without brackets").external_id == "abc@x.example"
    assert post_of("an id with spaces").external_id == "abc@x.example"
    assert post_of("an id of kilobytes").external_id.startswith("long-")
    made = post_of("no id").external_id
    assert made.startswith("none-")
    assert made == post_of("no id").external_id
    assert made != post_of("an empty id").external_id or made.startswith("none-")


def test_threads_come_from_ids_alone() -> None:
    many = post_of("ten thousand references")
    itself = post_of("it answers itself")

    assert (many.conversation_id, many.in_reply_to) == ("r0@example.org", "r9999@example.org")
    assert itself.in_reply_to is None


@pytest.mark.parametrize(
    "name", ["no date", "a date of nonsense", "the year 9999", "the year 1601"]
)
def test_a_time_that_cannot_be_is_not_believed(name: str) -> None:
    assert (post_of(name).created_at, post_of(name).created_at_assumed) == (NINE, True)


def test_files_are_named_and_left_where_they_are() -> None:
    assert [one.alt for one in post_of("winmail.dat").media] == ["winmail.dat"]
    assert [one.alt for one in post_of("a file name in pieces").media] == ["Käse.png"]
    assert [one.url for one in post_of("files alone").media] == [""]
