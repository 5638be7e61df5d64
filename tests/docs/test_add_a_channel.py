"""The page that shows how to add a channel shows one that works."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.channels.site import Asked, Said, Site, site
from tests.channels.variations import assert_set_aside

from answerback.channels import live
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, NotAllowed

PAGE = Path(__file__).parents[2] / "docs/howto/add-a-channel.md"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENTRIES = [
    {"id": number, "author": "ada", "text": f"entry {number}", "at": "2026-03-02T10:00:00Z"}
    for number in (1, 2, 3)
]


@pytest.fixture(scope="module")
def guestbook() -> ModuleType:
    """Run the page's code as the module that it is."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    module = ModuleType("guestbook")
    exec(compile(code, str(PAGE), "exec"), module.__dict__)  # noqa: S102  our own page
    return module


@pytest.fixture
def served(loopback: None) -> Iterator[Site]:  # noqa: ARG001  lets it speak
    def entries(asked: Asked) -> Said:
        if asked.headers.get("authorization") != "Bearer t":
            return Said(status=401)
        after = int(parse_qs(urlsplit(asked.path).query)["after"][0])
        return Said(body=json.dumps([one for one in ENTRIES if one["id"] > after]).encode())  # type: ignore[operator]

    with site() as there:
        there.pages["/entries"] = entries
        yield there


def account(served: Site, token: str = "t") -> Account:  # noqa: S107  of a test
    return Account(
        account_id=1,
        channel="guestbook",
        name="Guests",
        settings={"server": served.url},
        secrets={"token": token},
        reach=frozenset({served.address}),
    )


def test_the_channel_of_the_page_hears_all_and_nothing_twice(
    guestbook: ModuleType, served: Site
) -> None:
    with closing(guestbook.Guestbook(account(served))) as asked:
        [stream] = asked.streams()
        checked = asked.check(at=NOON)
        first = asked.poll(stream.name, None, at=NOON)
        second = asked.poll(stream.name, first.things[0].cursor, at=NOON)
        third = asked.poll(stream.name, first.cursor, at=NOON)

    assert checked.sentence == "It answers; 3 entries are there."
    assert [one.post.text for one in first.things] == ["entry 1", "entry 2", "entry 3"]
    assert second.things == first.things[1:]
    assert (third.things, third.cursor) == ((), first.cursor)


def test_what_goes_wrong_is_said_in_words(guestbook: ModuleType, served: Site) -> None:
    with closing(guestbook.Guestbook(account(served, "wrong"))) as asked, pytest.raises(NotAllowed):
        asked.check(at=NOON)
    served.pages["/entries"] = Said(body=b"{}")
    with closing(guestbook.Guestbook(account(served))) as asked, pytest.raises(ChannelDown):
        asked.check(at=NOON)


def test_its_map_sets_ten_broken_copies_aside(guestbook: ModuleType) -> None:
    def read(payload: Any) -> Any:
        return guestbook.thing_of(payload, at=NOON)

    # It is strict: a time that is none is a failure, too.
    assert_set_aside(ENTRIES[0], key="id", date="at", read=read, harmless=frozenset())


def test_its_entry_point_makes_it_known(
    guestbook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    [line] = re.findall(r'^(guestbook) = "(.+)"$', PAGE.read_text("utf-8"), re.MULTILINE)
    group = re.findall(r'entry-points\."(.+)"\]', PAGE.read_text("utf-8"))
    entry = EntryPoint(line[0], line[1], group[0])
    monkeypatch.setattr(EntryPoint, "load", lambda _entry: guestbook.Guestbook)
    installed = {"answerback.networks": (entry,)}
    monkeypatch.setattr(live, "_of_others", lambda: installed[group[0]])

    assert live.network("guestbook") is guestbook.Guestbook
