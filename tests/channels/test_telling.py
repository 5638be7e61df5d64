"""A network's payload becomes a post or a failure, whatever it holds."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.channels.variations import assert_set_aside

from answerback.channels.inbound import Fetched
from answerback.channels.telling import as_raw, believable, fetched, name_of, text_of, word
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.post import Author, Post

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GOOD = {"id": "7", "who": "ada", "text": "The kettle leaks", "at": "2026-03-02T11:00:00+00:00"}


def read(payload: Any) -> Fetched:
    def post(told: Any) -> Post:
        try:
            moment = datetime.fromisoformat(told["at"])
        except ValueError:
            moment = None
        created_at, assumed = believable(moment, at=NOON)
        return Post(
            channel="example",
            source="example",
            external_id=word(told, "id"),
            author=Author(handle=word(told, "who")),
            text=text_of(told.get("text")),
            created_at=created_at,
            created_at_assumed=assumed,
            heard_at=NOON,
        )

    return fetched(payload, named=name_of(payload), read=post)


def test_ten_broken_copies_of_a_payload_are_set_aside_and_none_crashes() -> None:
    assert_set_aside(GOOD, key="who", date="at", read=read)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\nb", "\ud83d", "x" * 513, None, True, 1.5])
def test_what_is_no_name_is_refused(name: object) -> None:
    with pytest.raises(Unreadable, match="without a usable 'who'"):
        word({"who": name}, "who")


def test_a_whole_number_is_a_name_as_well() -> None:
    assert word({"id": 7}, "id") == "7"


def test_a_thing_is_named_by_what_can_be_stored() -> None:
    assert fetched([], named="a\x00\ud83db", read=lambda _: None).cursor == "a??b"  # type: ignore[arg-type,return-value]


def test_absent_words_are_none_and_no_words_are_refused() -> None:
    assert text_of(None) == ""
    with pytest.raises(Unreadable, match="whose text is no text"):
        text_of(5)


def test_a_thing_without_a_usable_id_is_named_by_all_it_holds() -> None:
    assert name_of({"id": 7}) == "7"
    assert name_of({"id": None, "a": 1}) != name_of({"id": None, "a": 2})
    assert name_of({"id": 10**5_000}) == name_of({"id": 10**5_001})
    assert name_of([]) == name_of([])


def test_what_is_kept_of_a_payload_is_never_a_crash() -> None:
    nested: list[object] = []
    for _ in range(9_000):
        nested = [nested]

    assert as_raw({"a": "\ud83d"}) == '{"a": "\ud83d"}'
    assert "too deep" in as_raw(nested)
    assert "a number too long" in as_raw(10**5_000)
