"""The mailbox on real servers that others wrote."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.servers import mail as servers
from tests.servers.mail import Office

from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.live import Page
from answerback.channels.mail.hear import Mail
from answerback.domain.records.post import Post, Visibility


@pytest.fixture(params=["pymap", "dovecot"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    request.getfixturevalue("loopback")
    run = servers.pymap if request.param == "pymap" else servers.dovecot
    with run(tmp_path) as office:
        yield office


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the servers know no moment but this one


def posts(page: Page) -> list[Post]:
    return [one.post for one in page.things if one.post is not None]


def poll(office: Office, since: Cursor | None, *, stream: str = "inbox") -> Page:
    box = Mail(office.account())
    try:
        return box.poll(stream, since, at=now())
    finally:
        box.close()


def test_a_mail_is_heard_once_and_left_as_it_was(office: Office) -> None:
    start = poll(office, None)
    office.write("My order 42 is late.", Subject="Réservation perdue ✈", Message_ID="<a@x.example>")

    page = poll(office, start.cursor)
    after = poll(office, page.cursor)

    (post,) = posts(page)
    assert (post.external_id, post.author.handle) == ("a@x.example", "alice@example.org")
    assert post.text == "My order 42 is late."
    assert post.details["title"] == ("Réservation perdue ✈",)
    assert (post.visibility, post.inbound) == (Visibility.DIRECT, True)
    assert posts(after) == []
    box = office.box()
    box.select("INBOX", readonly=True)
    assert box.uid("SEARCH", "UNSEEN", "HEADER", "Message-ID", '"a@x.example"')[1] != [b""]
    box.logout()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"folder": "Nowhere"}, "has no folder 'Nowhere'"),
        ({"sent_folder": "Nowhere"}, "has no folder 'Nowhere'"),
        ({"imap_security": "tls"}, "does not begin with TLS on port"),
        ({"smtp_security": "tls"}, "none can be sent: .*does not begin with TLS on port"),
    ],
)
def test_a_setting_that_cannot_work_is_told_by_the_test_of_the_connection(
    office: Office, settings: dict[str, str], sentence: str
) -> None:
    box = Mail(office.account(**settings))

    with pytest.raises(ChannelDown, match=sentence):
        box.check(at=now())

    box.close()


def test_a_mail_is_pushed_within_two_seconds(office: Office) -> None:
    start = poll(office, None)
    stop = threading.Event()
    came: list[tuple[float, str]] = []

    def listen() -> None:
        box = Mail(office.account())
        for page in box.listen("inbox", start.cursor, stopping=stop.is_set, clock=now):
            came.extend((time.monotonic(), post.external_id) for post in posts(page))
        box.close()

    ear = threading.Thread(target=listen)
    ear.start()
    time.sleep(1.0)
    sent = time.monotonic()
    office.write("Hello?", Subject="Now", Message_ID="<now@x.example>")
    while not came and time.monotonic() - sent < 10:
        time.sleep(0.02)
    stop.set()
    ear.join(10)

    assert [name for _, name in came] == ["now@x.example"]
    assert came[0][0] - sent < 2.0
    assert not ear.is_alive()


def test_a_line_that_dies_is_said_and_the_next_one_takes_up_where_it_stopped(
    office: Office,
) -> None:
    start = poll(office, None)
    box = Mail(office.account())
    pages = box.listen("inbox", start.cursor, stopping=lambda: False, clock=now)
    next(pages)
    office.imap.kill()

    with pytest.raises(ChannelDown):
        for _ in pages:
            pass
    box.close()
    with pytest.raises(ChannelDown):
        poll(office, start.cursor)
    office.imap.start()
    office.write("Are you there again?", Message_ID="<again@x.example>")

    assert [post.external_id for post in posts(poll(office, start.cursor))] == ["again@x.example"]
