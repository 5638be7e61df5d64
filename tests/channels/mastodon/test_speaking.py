"""What a reply says, to whom, how public, and what is known when it went wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.channels.mastodon.stand_in import ACME, ADA, StandIn, said, stand_in, status
from tests.channels.site import Asked, Said

from answerback.channels.http import ServerFault
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Limited, NotAllowed
from answerback.channels.mastodon import upload
from answerback.channels.mastodon.map import Reader
from answerback.channels.mastodon.send import MastodonVoice
from answerback.channels.mastodon.wording import addressed, named_beside, same_words
from answerback.channels.outbound import (
    Attachment,
    Guarantee,
    Message,
    NoAnswer,
    NotTaken,
    voice_of,
)
from answerback.domain.records.post import Post

_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def server(loopback: None) -> Iterator[StandIn]:  # noqa: ARG001  opened, not used
    with stand_in() as made:
        yield made


def _asked(server: StandIn, **told: Any) -> Post:
    """Let Ada ask something, and return it as heard."""
    asked = {**server.mention(len(server.mentions) + 1), **told}
    server.statuses[asked["id"]] = asked
    return Reader(host=server.host, source="mentions", at=_AT).post(asked)


def _reply(post: Post, text: str = "Sorry!", **told: Any) -> Message:
    return Message(
        **{
            "text": text,
            "to": post.author.handle,
            "channel": "mastodon",
            "in_reply_to": post.external_id,
            "key": "key-1",
            "answered": post,
            **told,
        }
    )


def test_a_reply_names_its_person_goes_under_its_key_and_gets_the_name_we_hear_it_by(
    server: StandIn,
) -> None:
    post = _asked(server)

    named = voice_of(server.account()).send(_reply(post))

    (form,) = server.posted()
    assert form == {
        "status": ["@ada Sorry!"],
        "visibility": ["public"],
        "in_reply_to_id": [post.external_id.rpartition("/")[2]],
    }
    assert named == f"{server.host}/{server.own[0]['id']}"
    (request,) = [one for one in server.site.asked if one.method == "POST"]
    assert request.headers["idempotency-key"] == "key-1"
    assert request.headers["authorization"] == "Bearer a secret token"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Sorry!", "@ada@far.example Sorry!"),
        ("Sorry, @ada@far.example!", "Sorry, @ada@far.example!"),
        ("Sorry, @ADA@far.example.", "Sorry, @ADA@far.example."),
        ("Sorry, @ada", "@ada@far.example Sorry, @ada"),
        ("See https://x.example/@ada@far.example", None),
        ("write to help@ada@far.example", None),
    ],
)
def test_the_person_is_named_once(text: str, whole: str | None) -> None:
    assert addressed(text, to="ada@far.example") == (whole or f"@ada@far.example {text}")


def test_who_else_is_named_is_seen() -> None:
    text = "@ada see @bob@far.example and mail@carol.example, @acme."

    assert named_beside(text, to={"ada", "acme"}) == ["bob@far.example"]


@pytest.mark.parametrize(
    ("told", "live", "usual", "spoken"),
    [
        ("public", "public", "public", "public"),
        ("unlisted", "unlisted", "public", "unlisted"),
        ("private", "private", "public", "private"),
        ("direct", "direct", "public", "direct"),
        ("public", "direct", "public", "direct"),  # its author closed it meanwhile
        ("private", "public", "public", "private"),  # or opened it: we answer what we read
        ("public", "public", "unlisted", "unlisted"),  # the brand's own choice
        ("public", "local", "public", "unlisted"),
    ],
)
def test_no_answer_is_more_public_than_its_question(
    server: StandIn, told: str, live: str, usual: str, spoken: str
) -> None:
    post = _asked(server, visibility=told)
    server.statuses[post.external_id.rpartition("/")[2]]["visibility"] = live
    me = {**ACME, "source": {"privacy": usual}}
    server.answer("/api/v1/accounts/verify_credentials", said(me))

    voice_of(server.account()).send(_reply(post))

    assert server.posted()[0]["visibility"] == [spoken]


def test_a_private_answer_that_names_somebody_else_is_not_said(server: StandIn) -> None:
    post = _asked(server, visibility="direct")

    with pytest.raises(NotTaken, match="names @bob, who would get to read it"):
        voice_of(server.account()).send(_reply(post, "Ask @bob"))

    assert server.posted() == []


def test_a_reply_to_ourselves_names_nobody(server: StandIn) -> None:
    post = _asked(server, account=ACME)

    voice_of(server.account()).send(_reply(post, "One thing more"))

    assert server.posted()[0]["status"] == ["One thing more"]


@pytest.mark.parametrize("there", [404, 410])
def test_a_post_that_is_gone_is_not_answered(server: StandIn, there: int) -> None:
    post = _asked(server)
    path = f"/api/v1/statuses/{post.external_id.rpartition('/')[2]}"
    server.answer(path, said({"error": "Record not found"}, status=there))

    with pytest.raises(NotTaken, match="no longer on 127"):
        voice_of(server.account()).send(_reply(post))

    assert server.posted() == []


def test_a_post_of_another_server_is_not_answered_here(server: StandIn) -> None:
    post = replace(_asked(server), external_id="far.example/1")

    with pytest.raises(NotTaken, match="Ask through the account on far.example"):
        voice_of(server.account()).send(_reply(post))


@pytest.mark.parametrize("wrong", [400, 403, 404, 422])
def test_a_no_is_a_no_in_the_servers_words(server: StandIn, wrong: int) -> None:
    post = _asked(server)
    told = {"error": "Validation failed: Text character limit of 500 exceeded"}
    server.answer("/api/v1/statuses", said(told, status=wrong))

    with pytest.raises(NotTaken, match="character limit of 500 exceeded.* Nothing was said"):
        voice_of(server.account()).send(_reply(post))


@pytest.mark.parametrize(
    "answer",
    [
        Said(status=500),
        Said(status=502, body=b"<html>Bad gateway</html>"),
        Said(status=503, headers={"retry-after": "5"}),
        Said(status=504),
        Said(status=200, body=b"<html>Welcome</html>"),
        Said(status=200, body=b"{}"),
        Said(status=200, body=b"[]"),
        Said(status=200, body=b'{"id": 5}'),
    ],
)
def test_what_is_no_clear_answer_may_have_been_said(server: StandIn, answer: Said) -> None:
    post = _asked(server)
    server.answer("/api/v1/statuses", answer)

    with pytest.raises(NoAnswer, match="It may have been said"):
        voice_of(server.account()).send(_reply(post))


def test_a_server_that_is_too_busy_says_how_long_to_wait(server: StandIn) -> None:
    post = _asked(server)
    server.answer("/api/v1/statuses", Said(status=429, headers={"retry-after": "90"}))

    with pytest.raises(Limited) as refused:
        voice_of(server.account()).send(_reply(post))

    assert refused.value.wait == timedelta(seconds=90)


def test_a_refused_login_is_for_a_person_to_mend_and_nothing_was_said(server: StandIn) -> None:
    post = _asked(server)
    server.answer("/api/v1/accounts/verify_credentials", Said(status=401))

    with pytest.raises(NotAllowed, match="refuses our login"):
        voice_of(server.account()).send(_reply(post))


def test_a_fault_before_anything_is_said_is_no_doubt(server: StandIn) -> None:
    post = _asked(server)
    server.answer(f"/api/v1/statuses/{post.external_id.rpartition('/')[2]}", Said(status=500))

    with pytest.raises(ChannelDown) as wrong:
        voice_of(server.account()).send(_reply(post))

    assert not wrong.value.may_have_heard
    assert not isinstance(wrong.value, ServerFault)
    assert server.posted() == []


@pytest.mark.parametrize(
    ("version", "source", "promise"),
    [
        ("4.7.3", "https://github.com/mastodon/mastodon", Guarantee.IDEMPOTENT),
        ("4.8.0-alpha.1+glitch", "https://github.com/glitch-soc/mastodon", Guarantee.IDEMPOTENT),
        ("4.0.0 (not true; really snac/2.75)", "", Guarantee.SEARCHABLE),
        ("2.7.2 (compatible; Pleroma 2.6.3)", "", Guarantee.SEARCHABLE),
        ("0.17.3 git-abc", "https://codeberg.org/superseriousbusiness", Guarantee.SEARCHABLE),
        ("4.7.3", "https://codeberg.org/somebody/else", Guarantee.SEARCHABLE),
        ("", "", Guarantee.SEARCHABLE),
    ],
)
def test_only_mastodon_itself_is_trusted_to_know_a_key(
    server: StandIn, version: str, source: str, promise: Guarantee
) -> None:
    server.answer("/api/v2/instance", said({"version": version, "source_url": source}))
    voice = voice_of(server.account())
    before = voice.send_guarantee

    voice.send(_reply(_asked(server)))

    assert before is Guarantee.SEARCHABLE  # nobody was asked yet
    assert voice.send_guarantee is promise
    assert voice.key_lives == timedelta(minutes=50)
    quiet = timedelta(0) if promise is Guarantee.IDEMPOTENT else timedelta(seconds=120)
    assert voice.found_after == quiet


def test_what_was_said_is_found_by_what_it_answers_and_its_words(server: StandIn) -> None:
    post, other = _asked(server), _asked(server)
    voice = voice_of(server.account())
    wanted = _reply(post, "See https://acme.example/a/very/long/way?x=1 *now*")
    voice.send(_reply(other, wanted.text))
    voice.send(_reply(post, "Something else"))
    assert voice.find(wanted) is None

    named = voice.send(wanted)

    assert voice.find(wanted) == named


def test_the_same_words_said_long_before_are_not_this_reply(server: StandIn) -> None:
    post = _asked(server)
    voice = voice_of(server.account())
    voice.send(_reply(post, "Thank you!"))
    made_at = datetime.fromisoformat(server.own[0]["created_at"])

    early = voice.find(_reply(post, "Thank you!", made_at=made_at + timedelta(hours=1)))
    there = voice.find(_reply(post, "Thank you!", made_at=made_at))

    assert early is None
    assert there is not None


def test_a_private_answer_that_no_list_shows_is_found_below_its_question(server: StandIn) -> None:
    post = _asked(server)
    number = post.external_id.rpartition("/")[2]
    ours = status(900, by=ACME, in_reply_to_id=number, content="<p>@ada Sorry!</p>")
    theirs = status(901, by=ADA, in_reply_to_id=number, content="<p>Sorry!</p>")
    server.answer(
        f"/api/v1/statuses/{number}/context", said({"ancestors": [], "descendants": [theirs, ours]})
    )

    assert voice_of(server.account()).find(_reply(post)) == f"{server.host}/1900"


@pytest.mark.parametrize(
    ("content", "same"),
    [
        ("<p>@ada@far.example Sorry, we look</p>", True),
        ("<p>Sorry,<br>we <b>look</b></p>", True),
        ("<p>Sorry, we look again</p>", False),
        ("", False),
    ],
)
def test_the_same_words_are_known_however_a_server_writes_them(content: str, *, same: bool) -> None:
    assert same_words({"content": content}, "Sorry, *we look*") is same


def test_a_picture_goes_with_what_is_to_be_seen_on_it(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "_LOOK", 0.01)
    server.answer("/api/v2/media", said({"id": "77", "url": None}, status=202))
    ready = iter([206, 206, 200])
    server.site.pages["/api/v1/media/77"] = lambda _: said({"id": "77"}, status=next(ready))
    picture = Attachment(name="lid.png", kind="image/png", data=b"\x89PNG", alt="The lid")

    voice_of(server.account()).send(_reply(_asked(server), attachments=(picture,)))

    (sent,) = [one for one in server.site.asked if one.path == "/api/v2/media"]
    assert b"The lid" in sent.body
    assert b"\x89PNG" in sent.body
    assert server.posted()[0]["media_ids[]"] == ["77"]


def test_an_older_server_takes_pictures_at_the_old_place(server: StandIn) -> None:
    server.answer("/api/v1/media", said({"id": "78"}))
    picture = Attachment(name="lid.png", kind="image/png", data=b"\x89PNG")

    voice_of(server.account()).send(_reply(_asked(server), attachments=(picture,)))

    assert server.posted()[0]["media_ids[]"] == ["78"]


def test_a_picture_that_is_not_taken_stops_the_reply(server: StandIn) -> None:
    told = {"error": "Validation failed: File content type is invalid"}
    server.answer("/api/v2/media", said(told, status=422))
    picture = Attachment(name="lid.exe", kind="application/x-msdownload", data=b"MZ")

    with pytest.raises(NotTaken, match="The file 'lid.exe' was not taken.*content type is invalid"):
        voice_of(server.account()).send(_reply(_asked(server), attachments=(picture,)))

    assert server.posted() == []


def test_more_files_than_the_server_takes_are_not_sent(server: StandIn) -> None:
    several = tuple(Attachment(name=f"{n}.png", kind="image/png", data=b"") for n in range(5))

    with pytest.raises(NotTaken, match="takes 4 files on one post, and the reply has 5"):
        voice_of(server.account()).send(_reply(_asked(server), attachments=several))


def test_what_was_said_can_be_taken_away(server: StandIn) -> None:
    voice = MastodonVoice(server.account())
    named = voice.send(_reply(_asked(server)))
    path = f"/api/v1/statuses/{named.rpartition('/')[2]}"
    server.site.pages[path] = lambda asked: said({}, status=200 if _deletes(asked) else 404)

    voice.delete(named)

    assert [one.path for one in server.site.asked if one.method == "DELETE"] == [path]


def test_what_may_not_be_taken_away_is_told(server: StandIn) -> None:
    voice = MastodonVoice(server.account())
    named = voice.send(_reply(_asked(server)))
    path = f"/api/v1/statuses/{named.rpartition('/')[2]}"
    told = {"error": "This action is outside the authorized scopes"}
    server.site.pages[path] = lambda asked: said(told, status=403 if _deletes(asked) else 200)

    with pytest.raises(NotTaken, match="outside the authorized scopes"):
        voice.delete(named)


def _deletes(asked: Asked) -> bool:
    return asked.method == "DELETE"
