"""What goes wrong between a real server and us: it dies, it limits, it answers no answer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.channels.bluesky.conftest import Open, Speak, now
from tests.channels.bluesky.hearing import listen
from tests.servers.bluesky import PASSWORD, Person, Server
from tests.servers.faulty import Faulty, faulty

from answerback.channels.bluesky.send import BlueskySender
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Limited
from answerback.channels.outbound import Message, NoAnswer

pytestmark = pytest.mark.slow  # servers of their own, that are killed


@pytest.fixture
def mortal(installed: Path, tmp_path: Path, loopback: None) -> Iterator[Server]:  # noqa: ARG001
    """Return a server that may be killed."""
    server = Server(folder=installed, data=tmp_path / "pds")
    try:
        server.start()
        yield server
    finally:
        server.stop()


def test_a_server_that_is_killed_and_started_again_is_heard_from_where_we_were(
    mortal: Server, opened: Open
) -> None:
    acme, ada = mortal.person("acmekettles"), mortal.person("ada")
    network = opened(acme)
    first = [ada.mention(acme, f"Before {number}")["uri"] for number in range(5)]
    heard = listen(network, until=lambda one: len(one.posts) == 5)
    unheard = [ada.mention(acme, f"Between {number}")["uri"] for number in range(5)]

    mortal.kill()

    with pytest.raises(ChannelDown):
        listen(network, since=heard.cursor, until=lambda _: False)
    with pytest.raises(ChannelDown):
        network.poll("own", None, at=now())
    mortal.start()
    last = ada.mention(acme, "After")["uri"]
    again = listen(opened(acme), since=heard.cursor, until=lambda one: len(one.posts) == 6)
    assert [post.external_id for post in heard.posts] == first
    assert [post.external_id for post in again.posts] == [*unheard, last]


def test_a_stream_that_is_cut_off_says_so(mortal: Server, opened: Open) -> None:
    acme, ada = mortal.person("acmekettles"), mortal.person("ada")
    ada.mention(acme, "It leaks")
    pages = opened(acme).listen("mentions", None, stopping=lambda: False, clock=now)
    while not next(pages).things:
        pass

    mortal.kill()

    with pytest.raises(ChannelDown, match="ended"):
        list(pages)


def message(key: str, *, text: str = "Sorry!") -> Message:
    return Message(
        text=text, to="ada.test", channel="bluesky", in_reply_to=None, key=key, made_at=now()
    )


def test_a_server_that_dies_while_we_speak_leaves_nobody_in_doubt_for_long(
    mortal: Server, voices: Speak
) -> None:
    acme = mortal.person("acmekettles")
    sender = voices(acme)
    before, after = message(uuid4().hex), message(uuid4().hex)
    said = sender.send(before)

    mortal.kill()

    for told in (before, after):
        with pytest.raises((ChannelDown, NoAnswer)):
            sender.send(told)
    mortal.start()
    assert sender.find(before) == said
    assert sender.find(after) is None
    assert {sender.send(before), sender.send(before)} == {said}
    assert sender.send(after) == sender.find(after) != said
    assert len(all_said_by(acme)) == 2


def say_until_sure(sender: BlueskySender, told: Message) -> str:
    for _ in range(50):
        try:
            return sender.send(told)
        except (ChannelDown, NoAnswer):
            continue
    raise AssertionError("it was never said")


def all_said_by(person: Person) -> list[str]:
    found: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = person.ask(
            "com.atproto.repo.listRecords",
            repo=person.did,
            collection="app.bsky.feed.post",
            limit=100,
            **more,
        )
        found += [one["uri"] for one in page["records"]]
        if not page.get("cursor"):
            return found
        more = {"cursor": page["cursor"]}


def test_through_a_line_that_loses_half_of_all_answers_everything_is_said_once(
    mortal: Server, voices: Speak
) -> None:
    acme = mortal.person("acmekettles")
    plan = Faulty(port=mortal.port, path="putRecord")
    messages = [message(uuid4().hex, text=f"Sorry no. {number}") for number in range(100)]

    with faulty(plan) as port:
        sender = voices(acme, port=port)
        said = [say_until_sure(sender, told) for told in messages]

    assert sorted(said) == sorted(all_said_by(acme))
    assert len(set(said)) == 100
    assert sum(number for fault, number in plan.seen.items() if fault != "none") >= 40
    assert len(plan.seen) == 5


def test_making_a_record_twice_is_a_fault_there_and_putting_it_twice_is_none(
    mortal: Server, voices: Speak
) -> None:
    acme = mortal.person("acmekettles")
    told = message(uuid4().hex)
    said = voices(acme).send(told)
    key = said.rpartition("/")[2]
    record = {"$type": "app.bsky.feed.post", "text": "Sorry!", "createdAt": "2026-03-02T12:00:00Z"}

    with pytest.raises(AssertionError, match="createRecord: 500"):
        acme.do(
            "com.atproto.repo.createRecord",
            repo=acme.did,
            collection="app.bsky.feed.post",
            rkey=key,
            record=record,
        )

    assert voices(acme).send(told) == said


def test_where_the_server_limits_us_we_wait_as_long_as_it_says_and_keep_our_session(
    installed: Path,
    tmp_path: Path,
    opened: Open,
    loopback: None,  # noqa: ARG001  opened, not used
) -> None:
    server = Server(folder=installed, data=tmp_path / "pds", rate_limits=True)
    try:
        server.start()
        acme = server.person("acmekettles")
        kept: dict[str, str] = {}
        opened(acme, keep=kept.update).check(at=now())
        for _ in range(40):  # jobs, of which none signs in
            page = opened(acme, secrets={**kept, "password": PASSWORD}).poll("own", None, at=now())
        assert page.rate is not None
        assert page.rate.limit == 3_000

        def signing_in_for_every_job() -> None:
            for _ in range(40):
                opened(acme).check(at=now())

        with pytest.raises(Limited) as limited:
            signing_in_for_every_job()
        assert timedelta(seconds=1) <= limited.value.wait <= timedelta(minutes=5, seconds=5)
        opened(acme, secrets={**kept, "password": PASSWORD}).check(at=now())
    finally:
        server.stop()
