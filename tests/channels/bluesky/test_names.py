"""A record's key tells the time, and a message has the same one for ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.channels.bluesky.map import moment_of
from answerback.channels.bluesky.names import Address, address, is_did, key_for, key_time
from answerback.channels.unreadable import Unreadable

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(_MOMENTS, st.text())
def test_a_messages_key_is_the_same_each_time_and_tells_its_moment(at: datetime, key: str) -> None:
    made = key_for(key=key, made_at=at)

    assert made == key_for(key=key, made_at=at)
    told = key_time(made)
    assert told is not None
    assert abs(told - at) <= timedelta(milliseconds=2)


def test_later_messages_have_higher_keys_and_others_other_keys() -> None:
    keys = [key_for(key="k", made_at=NOON + timedelta(milliseconds=one)) for one in range(200)]
    others = {key_for(key=str(one), made_at=NOON) for one in range(1_000)}

    assert keys == sorted(keys)
    assert len(others) >= 998


def test_a_records_address_is_read_and_what_is_none_is_refused() -> None:
    uri = "at://did:plc:abc/app.bsky.feed.post/3jui7kd54zh2y"

    assert address(uri) == Address(
        did="did:plc:abc", collection="app.bsky.feed.post", key="3jui7kd54zh2y"
    )
    assert str(address(uri)) == uri
    for wrong in (None, 7, "", "https://acme.example", "at://did:plc:abc", f"{uri}\n", f"{uri}/x"):
        with pytest.raises(Unreadable, match="without a usable address"):
            address(wrong)


_JUDGES: dict[str, Callable[[str], object]] = {
    "did": is_did,
    "tid": key_time,
    "datetime": moment_of,
}


@pytest.mark.parametrize("kind", sorted(_JUDGES))
@pytest.mark.parametrize("said", ["valid", "invalid"])
def test_the_networks_own_examples_are_judged_as_it_judges_them(
    kind: str,
    said: str,
    shared_data: Path,
) -> None:
    folder = shared_data / "fixtures/atproto/interop-test-files/syntax"
    file = folder / f"{kind}_syntax_{said}.txt"
    lines = [
        line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"
    ]

    taken = [line for line in lines if _JUDGES[kind](line)]

    assert lines
    if said == "valid":
        assert taken == lines
    elif kind == "tid":
        assert taken == []
