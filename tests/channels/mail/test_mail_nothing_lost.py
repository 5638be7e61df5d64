"""Mail is heard once each, whatever breaks: the server counts anew, the worker is killed."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.channels.mail.letters import letter
from tests.servers import mail as servers
from tests.servers.mail import Office

from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.live import Hole, HoleKind, Page
from answerback.channels.mail import hear
from answerback.channels.mail.hear import Mail
from answerback.channels.mail.imap import Mailbox, Withheld
from answerback.channels.mail.place import Place

MAILS = 200


@pytest.fixture
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    request.getfixturevalue("loopback")
    with servers.pymap(tmp_path) as office:
        yield office


@pytest.fixture(params=["pymap", "dovecot"])
def any_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    request.getfixturevalue("loopback")
    run = servers.pymap if request.param == "pymap" else servers.dovecot
    with run(tmp_path) as office:
        yield office


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the servers know no moment but this one


def put(office: Office, *numbers: int, text: str = "Hello?") -> None:
    box = office.box()
    for number in numbers:
        box.append("INBOX", "", "", letter(text, id=f"m{number}@example.org"))
    box.logout()


def ids(page: Page) -> list[str]:
    return [one.post.external_id for one in page.things if one.post is not None]


def read_on(office: Office, since: Cursor | None) -> tuple[list[str], Page]:
    """Poll until nothing more is there; return the ids, and the last page with all holes."""
    found: list[str] = []
    holes: list[Hole] = []
    box = Mail(office.account())
    while True:
        page = box.poll("inbox", since, at=now())
        found += ids(page)
        holes += page.holes
        since = page.cursor
        if not page.more:
            box.close()
            return found, replace(page, holes=tuple(holes))


def test_a_server_that_counts_anew_makes_nothing_lost_and_says_nothing_new_twice(
    office: Office,
) -> None:
    _, start = read_on(office, None)
    put(office, 1, 2, 3)
    before, page = read_on(office, start.cursor)
    office.imap.kill()  # pymap forgets its mail, and gives the folder another UIDVALIDITY
    office.imap.start()
    put(office, 1, 2, 3, 4)  # as when a mailbox is restored: other numbers, the same mails

    again, after = read_on(office, page.cursor)

    assert before == ["m1@example.org", "m2@example.org", "m3@example.org"]
    assert again == [*before, "m4@example.org"]  # what we have is known by its id
    assert after.holes == ()
    assert read_on(office, after.cursor)[0] == []


def test_more_mail_than_is_looked_at_again_is_told_as_a_gap(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hear, "_MOST_AGAIN", 2)
    put(office, 1, 2, 3, 4, 5)
    _, page = read_on(office, None)
    assert page.cursor is not None
    old = replace(Place.of(page.cursor), validity=1)

    again, after = read_on(office, old.cursor)

    assert again == ["m4@example.org", "m5@example.org"]
    (hole,) = after.holes
    assert hole.kind is HoleKind.CURSOR_LAPSED
    assert hole.since is not None


class Worker:
    """Polls as our worker does, and is killed at random: in the middle, or before it commits."""

    def __init__(self, office: Office, patch: pytest.MonkeyPatch) -> None:
        self.office = office
        self.chance = random.Random(7)  # noqa: S311  the same kills each time
        self.kept: list[str] = []
        self.cursor = read_on(office, None)[1].cursor
        self.kills = 0
        self.fetch = Mailbox.fetch
        patch.setattr(Mailbox, "fetch", lambda box, uid, *, size: self.maybe(box, uid, size))

    def maybe(self, box: Mailbox, uid: int, size: int) -> object:
        if self.chance.random() < 0.03:
            raise ChannelDown("killed")
        return self.fetch(box, uid, size=size)

    def turn(self) -> bool:
        """Poll once, and say whether there may be more."""
        box = Mail(self.office.account())
        try:
            page = box.poll("inbox", self.cursor, at=now())
        except ChannelDown:
            self.kills += 1
            return True
        finally:
            box.close()
        if self.chance.random() < 0.3:  # neither things nor cursor are kept
            self.kills += 1
            return True
        self.kept += ids(page)
        self.cursor = page.cursor
        return page.more


@pytest.mark.slow
def test_two_hundred_mails_while_the_worker_is_killed_at_random_are_kept_once_each(
    any_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(any_office, monkeypatch)

    for first in (0, MAILS // 2):
        put(any_office, *range(first, first + MAILS // 2))
        while worker.turn():
            pass

    assert worker.kills >= 5
    assert worker.kept == [f"m{number}@example.org" for number in range(MAILS)]


def test_a_mail_of_many_megabytes_is_heard_by_its_beginning(any_office: Office) -> None:
    _, start = read_on(any_office, None)
    raw = letter("It leaks.").replace(b"\n", b"\r\n")
    large = raw.replace(b"It leaks.", b"It leaks.\r\n" + b"x" * 76 + b"\r\n" + b"y " * 3_000_000)
    box = any_office.box()
    box.append("INBOX", "", "", large)
    box.logout()
    asked = Mail(any_office.account())

    page = asked.poll("inbox", start.cursor, at=now())

    asked.close()
    (one,) = page.things
    assert one.post is not None
    assert one.post.text.startswith("It leaks.")
    assert one.post.text.endswith("[It goes on, in the mailbox.]")
    assert int(one.post.details["bytes"][0]) > 6_000_000


def test_a_window_of_the_past_is_fetched_page_by_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hear, "_MOST_MAILS", 4)
    put(office, *range(10))
    asked = Mail(office.account())
    found: list[str] = []
    after: Cursor | None = None
    while True:
        page = asked.backfill("inbox", since=now(), until=now(), after=after, at=now())
        found += ids(page)
        after = page.cursor
        if not page.more:
            break
    asked.close()

    assert set(found) >= {f"m{number}@example.org" for number in range(10)}
    assert len(found) == len(set(found))


def test_the_place_in_one_mailbox_is_none_in_another(office: Office) -> None:
    put(office, 1, 2)
    _, page = read_on(office, None)
    assert page.cursor is not None
    elsewhere = replace(Place.of(page.cursor), where="another", uid=5_000)

    found, _ = read_on(office, elsewhere.cursor)

    assert found == ["m1@example.org", "m2@example.org"]


def test_a_mail_that_the_server_does_not_give_now_is_waited_for_and_not_for_ever(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office, 1)
    monkeypatch.setattr(hear, "_IN_VAIN", {})
    fetch = Mailbox.fetch

    def withheld(*_told: object, **_named: object) -> None:
        raise Withheld("[UNAVAILABLE] The mailbox is busy")

    monkeypatch.setattr(Mailbox, "fetch", withheld)
    box = Mail(office.account())
    for _ in range(11):
        with pytest.raises(ChannelDown, match="does not give a mail now"):
            box.poll("inbox", None, at=now())
    last = box.poll("inbox", None, at=now())
    monkeypatch.setattr(Mailbox, "fetch", fetch)
    assert ids(box.poll("inbox", None, at=now())) == ["m1@example.org"]
    box.close()

    assert [one.failure.reason for one in last.things if one.failure] == ["withheld"]
