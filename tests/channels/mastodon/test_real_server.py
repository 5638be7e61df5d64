"""Against a real server that others wrote: heard, answered, edited, killed, restarted."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from tests.channels.mastodon.conftest import Open, Person, now
from tests.servers.snac2 import Snac

from answerback.channels.http import Answer, BrokenOff, Client, Unreached
from answerback.channels.inbound import ChannelDown, Cursor, Fetched
from answerback.channels.live import CannotHear, NotAllowed
from answerback.channels.mastodon.hear import Mastodon
from answerback.channels.outbound import Guarantee, Message, NoAnswer, NotTaken
from answerback.domain.records.post import Post

pytestmark = pytest.mark.slow


_Found = TypeVar("_Found")


def _until(ask: Callable[[], Sequence[_Found]], *, seconds: float = 60) -> list[_Found]:
    """Ask until something comes: the server hands mentions over in the background."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = list(ask())
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError("nothing came")


def _place(network: Mastodon, stream: str) -> Cursor | None:
    """Return the place behind all that is there now."""
    page = network.poll(stream, None, at=now())
    return page.cursor


def _heard(
    network: Mastodon, stream: str, since: Cursor | None
) -> tuple[list[Post], Cursor | None]:
    page = network.poll(stream, since, at=now())
    assert [one.failure for one in page.things] == [None] * len(page.things)
    assert not page.holes
    return [one.post for one in page.things if one.post], page.cursor or since


def _message(post: Post, *, text: str, key: str = "") -> Message:
    return Message(
        text=text,
        to=post.author.handle,
        channel="mastodon",
        in_reply_to=post.external_id,
        key=key or str(uuid4()),
        made_at=now(),
        answered=post,
    )


def test_the_connection_test_says_who_we_are_and_how_much_we_may_say(hearing: Open) -> None:
    checked = hearing().check(at=now())

    assert checked.handle == "acme"
    assert checked.most_characters == 100_000
    assert "Signed in to localhost" in checked.sentence


def test_a_refused_login_is_told_in_a_sentence(acme: Person) -> None:
    account = replace(acme.account(), secrets={"token": "wrong"})

    with (
        closing(Mastodon(account)) as wrong,
        pytest.raises(NotAllowed, match="refuses our login .*Make a new access token"),
    ):
        wrong.check(at=now())


def test_a_mention_is_heard_answered_and_seen_and_an_edit_is_noticed(
    hearing: Open, acme: Person, ada: Person, server: Snac
) -> None:
    network = hearing()
    since = _place(network, "mentions")
    named = ada.says("@acme my order is late, see https://shop.example/orders/4711?x=1")

    (thing,) = _until(lambda: network.poll("mentions", since, at=now()).things)
    (post,), since = _heard(network, "mentions", since)
    said = acme.voice.send(_message(post, text="Sorry! We look into it."))

    assert thing.post == post or thing.post is not None
    assert post.author.handle == "ada"
    assert post.text.endswith("my order is late, see https://shop.example/orders/4711?x=1")
    assert post.inbound is None
    (seen,) = _until(
        lambda: server.ask("GET", f"statuses/{named}/context", token=ada.token)["descendants"]
    )
    assert seen["id"][10:] == said.rpartition("/")[2]
    assert "Sorry! We look into it." in seen["content"]
    assert f'href="{server.url}/ada"' in seen["content"]

    server.ask("PUT", f"statuses/{named}", token=ada.token, status="@acme it came, thank you")
    (edited,), since = _heard(network, "mentions", since)

    assert edited.external_id == post.external_id
    assert edited.text.endswith("it came, thank you")
    assert edited.revision != post.revision
    assert edited.revised_at is not None
    assert _heard(network, "mentions", since)[0] == []


def test_a_thread_is_read_whole_whoever_wrote_it(hearing: Open, acme: Person, ada: Person) -> None:
    first = ada.says("Does anybody know how to open an acme kettle?")
    second = acme.says("@ada press the lid", in_reply_to_id=first)
    third = ada.says("@acme that helped", in_reply_to_id=second)
    network = hearing()

    def whole() -> list[Fetched]:
        found = network.context(f"{acme.server.host}/{second}", at=now()).things
        return list(found) if len(found) == 3 else []

    posts = [one.post for one in _until(whole) if one.post]
    steady = [f"{acme.server.host}/{one[10:]}" for one in (first, second, third)]
    assert [one.external_id for one in posts] == steady
    assert [one.in_reply_to for one in posts] == [None, *steady[:2]]
    assert [one.inbound for one in posts] == [None, False, None]


def test_an_answer_written_in_the_official_app_is_heard_as_ours(
    hearing: Open, acme: Person, ada: Person
) -> None:
    network = hearing()
    since = _place(network, "own")
    asked = ada.says("@acme where is my order?")
    answered = acme.says("@ada on its way", in_reply_to_id=asked)

    (own,), _ = _heard(network, "own", since)

    assert own.external_id == f"{acme.server.host}/{answered[10:]}"
    assert own.inbound is False
    assert own.in_reply_to == f"{acme.server.host}/{asked[10:]}"


def test_hashtags_and_the_public_timeline_are_heard(hearing: Open, ada: Person) -> None:
    word = f"w{uuid4().hex[:10]}"
    network = hearing(hashtags=f"#{word}", public="yes")
    streams = [one.name for one in network.streams() if one.name not in {"mentions", "own"}]
    places = {one: _place(network, one) for one in streams}
    ada.says(f"the {word} of acme, #{word}")

    heard = {one: [post.text for post in _heard(network, one, places[one])[0]] for one in streams}

    assert streams == [f"tag:{word}", "public"]
    assert heard == {one: [f"the {word} of acme, #{word}"] for one in streams}


def test_a_search_hears_what_the_server_finds(hearing: Open, ada: Person) -> None:
    word = f"s{uuid4().hex[:10]}"
    network = hearing(searches=word)
    since = _place(network, f"search:{word}")
    ada.says(f"@acme the {word} leaks")

    (found,) = _until(lambda: network.poll(f"search:{word}", since, at=now()).things)

    assert found.post is not None
    assert found.post.text.endswith(f"the {word} leaks")


def test_many_posts_between_two_polls_are_all_heard_once(hearing: Open, ada: Person) -> None:
    word = f"m{uuid4().hex[:10]}"
    network = hearing(hashtags=word)
    stream = f"tag:{word}"
    since = _place(network, stream)
    said = {f"{ada.server.host}/{ada.says(f'number {one} #{word}')[10:]}" for one in range(60)}

    heard: list[str] = []
    for _ in range(6):
        posts, since = _heard(network, stream, since)
        heard += [one.external_id for one in posts]

    assert sorted(heard) == sorted(said)


def test_a_server_that_holds_no_stream_open_says_so(hearing: Open) -> None:
    with pytest.raises(CannotHear, match="it is polled"):
        next(iter(hearing().listen("mentions", None, stopping=lambda: False, clock=now)))


def test_a_server_that_was_killed_is_heard_on_when_it_is_back(
    hearing: Open, ada: Person, server: Snac
) -> None:
    network = hearing()
    since = _place(network, "mentions")
    ada.says("@acme before the power cut")
    _until(lambda: network.poll("mentions", since, at=now()).things)
    server.kill()
    try:
        with pytest.raises(ChannelDown):
            network.poll("mentions", since, at=now())
    finally:
        server.start()
    ada.says("@acme after the power cut")

    def both() -> list[Fetched]:
        found = network.poll("mentions", since, at=now()).things
        return list(found) if len(found) == 2 else []

    heard = _until(both)

    assert [one.post.text.rpartition("acme ")[2] for one in heard if one.post] != []
    texts = " / ".join(one.post.text for one in heard if one.post)
    assert "before the power cut" in texts
    assert "after the power cut" in texts


def test_what_may_have_been_said_is_found_and_not_said_twice(
    acme: Person, ada: Person, server: Snac, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ada.says("@acme is anybody there?")
    message = Message(
        text=f"Yes, we are **here**. https://acme.example/help?case={uuid4().hex}",
        to="ada",
        channel="mastodon",
        in_reply_to=f"{server.host}/{asked[10:]}",
        key=str(uuid4()),
        made_at=now(),
    )
    voice = acme.voice
    assert voice.find(message) is None
    whole = Client.request

    def cut(self: Client, method: str, path: str, **told: Any) -> Answer:
        answer = whole(self, method, path, **told)
        if method == "POST":
            raise BrokenOff("the line broke after they had heard")
        return answer

    monkeypatch.setattr(Client, "request", cut)
    with pytest.raises(NoAnswer, match="may have been said"):
        voice.send(message)
    monkeypatch.undo()

    found = voice.find(message)

    assert voice.send_guarantee is Guarantee.SEARCHABLE
    own = server.ask("GET", f"statuses/{asked}/context", token=acme.token)["descendants"]
    assert [f"{server.host}/{one['id'][10:]}" for one in own] == [found]


def test_a_reply_to_a_post_that_is_gone_is_not_said_at_all(
    acme: Person, server: Snac, hearing: Open
) -> None:
    """The server itself would post it to everybody, as an answer to nothing."""
    network = hearing()
    since = _place(network, "own")
    message = Message(
        text="Sorry to hear that",
        to="ada",
        channel="mastodon",
        in_reply_to=f"{server.host}/{uuid4().hex}",
        key=str(uuid4()),
    )

    with pytest.raises(NotTaken, match="no longer on localhost"):
        acme.voice.send(message)

    assert _heard(network, "own", since)[0] == []


def test_a_server_that_deletes_nothing_for_programs_says_what_to_do(
    acme: Person, server: Snac
) -> None:
    said = acme.says("good morning")

    with pytest.raises(NotTaken, match="Delete it on the server's own pages"):
        acme.voice.delete(f"{server.host}/{said[10:]}")

    acme.voice.delete(f"{server.host}/{uuid4().hex}")  # what is gone already is no fault


def test_a_window_of_the_past_is_fetched(hearing: Open, ada: Person) -> None:
    word = f"b{uuid4().hex[:10]}"
    since = now().replace(microsecond=0)
    for number in range(42):
        ada.says(f"number {number} #{word}")
    network = hearing(hashtags=word)

    heard, after, more = [], None, True
    while more:
        page = network.backfill(f"tag:{word}", since=since, until=now(), after=after, at=now())
        heard += [one.post.text for one in page.things if one.post]
        after, more = page.cursor, page.more

    assert len(heard) == len(set(heard)) == 42


def test_a_server_that_is_not_there_is_told_apart_from_one_that_may_have_heard(
    acme: Person, ada: Person, server: Snac
) -> None:
    asked = ada.says("@acme hello?")
    voice = acme.voice
    server.kill()
    try:
        with pytest.raises(Unreached):
            voice.send(
                Message(
                    text="Hello!",
                    to="ada",
                    channel="mastodon",
                    in_reply_to=f"{server.host}/{asked[10:]}",
                    key="k",
                )
            )
    finally:
        server.start()
