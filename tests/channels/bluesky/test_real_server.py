"""On a real server that others wrote: heard, answered, seen, changed, taken away."""

from datetime import timedelta
from threading import Timer
from typing import Any
from uuid import uuid4

import pytest
from tests.channels.bluesky.conftest import Open, Speak, now
from tests.channels.bluesky.hearing import Heard, listen
from tests.servers.bluesky import PASSWORD, Person, Server

from answerback.channels.bluesky.hear import Bluesky
from answerback.channels.bluesky.names import key_for
from answerback.channels.bluesky.place import Place, micros
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import HoleKind, Lapsed, NotAllowed
from answerback.channels.outbound import Attachment, Message, NotTaken
from answerback.domain.records.post import MediaKind, Post

pytestmark = pytest.mark.slow  # half a minute: a server of others, and its second of patience

#: One red pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cf"
    "c0000003010100c9fe92ef0000000049454e44ae426082"
)


def message(post: Post, text: str, **more: Any) -> Message:
    told: dict[str, Any] = {
        "text": text,
        "to": post.author.handle,
        "channel": "bluesky",
        "in_reply_to": post.external_id,
        "key": uuid4().hex,
        "made_at": now(),
        "answered": post,
    }
    return Message(**{**told, **more})


def record(person: Person, uri: str) -> Any:
    _, _, did, collection, key = uri.split("/")
    return person.ask("com.atproto.repo.getRecord", repo=did, collection=collection, rkey=key)


def heard_mention(network: Bluesky, acme: Person, ada: Person) -> tuple[Post, Heard]:
    said = ada.mention(acme, "The kettle leaks")
    heard = listen(network, until=lambda one: bool(one.posts))
    assert heard.posts[0].external_id == said["uri"]
    return heard.posts[0], heard


def test_a_mention_is_heard_and_other_posts_are_not(
    acme: Person, ada: Person, opened: Open
) -> None:
    ada.post("Lovely weather")
    said = ada.mention(acme, "The kettle leaks")
    ada.post("Still lovely")

    heard = listen(opened(acme), until=lambda one: bool(one.posts))

    post = heard.posts[0]
    assert heard.texts == [f"The kettle leaks @{acme.handle}"]
    assert (post.external_id, post.revision) == (said["uri"], said["cid"])
    assert (post.author.handle, post.author.native_id) == (ada.handle, ada.did)
    assert post.inbound is None
    assert post.details["has"] == ("mentions",)


def test_a_reply_is_seen_with_its_thread_people_and_links_and_heard_as_ours(
    acme: Person, ada: Person, opened: Open, voices: Speak
) -> None:
    network = opened(acme)
    post, heard = heard_mention(network, acme, ada)

    said = voices(acme).send(message(post, f"Sorry, @{ada.handle}! See https://acme.example/help"))

    seen = record(ada, said)["value"]
    here = {"uri": post.external_id, "cid": post.revision}
    assert seen["reply"] == {"root": here, "parent": here}
    assert [one["features"][0] for one in seen["facets"]] == [
        {"$type": "app.bsky.richtext.facet#mention", "did": ada.did},
        {"$type": "app.bsky.richtext.facet#link", "uri": "https://acme.example/help"},
    ]
    ours = listen(network, since=heard.cursor, until=lambda one: bool(one.posts)).posts[0]
    assert (ours.external_id, ours.inbound) == (said, False)
    assert (ours.in_reply_to, ours.conversation_id) == (post.external_id, post.external_id)


def test_a_change_is_a_new_version_and_what_is_taken_away_is_gone(
    acme: Person, ada: Person, opened: Open, voices: Speak
) -> None:
    network = opened(acme)
    post, heard = heard_mention(network, acme, ada)
    sender = voices(acme)
    said = sender.send(message(post, "Sorry"))

    changed = ada.mention(acme, "It leaks badly", key=post.external_id.rpartition("/")[2])
    ada.take_away(post.external_id)
    sender.delete(said)
    sender.delete(said)

    heard = listen(network, since=heard.cursor, until=lambda one: len(one.gone) == 2)
    assert heard.gone == [(post.external_id, None), (said, None)]
    newer = next(one for one in heard.posts if one.external_id == post.external_id)
    assert newer.revision == changed["cid"] != post.revision
    assert newer.revised_at is not None
    assert newer.revised_at > post.created_at  # type: ignore[operator]
    with pytest.raises(NotTaken, match="The post that it answers is gone"):
        sender.send(message(post, "Still sorry"))


def test_an_author_who_closes_the_account_is_gone(acme: Person, ada: Person, opened: Open) -> None:
    network = opened(acme)
    _, heard = heard_mention(network, acme, ada)

    ada.do("com.atproto.server.deactivateAccount")

    heard = listen(network, since=heard.cursor, until=lambda one: bool(one.gone))
    assert heard.gone == [(None, ada.did)]


def test_the_same_message_is_said_once_however_often_it_is_sent(
    acme: Person, ada: Person, opened: Open, voices: Speak
) -> None:
    post, _ = heard_mention(opened(acme), acme, ada)
    told = message(post, "Sorry!")
    sender = voices(acme)
    assert sender.find(told) is None

    said = {voices(acme).send(told) for _ in range(3)}

    assert said == {sender.find(told)}
    listed = acme.ask(
        "com.atproto.repo.listRecords", repo=acme.did, collection="app.bsky.feed.post"
    )
    assert [one["uri"] for one in listed["records"]] == [*said]


def test_what_was_said_before_the_post_went_is_not_taken_for_unsaid(
    acme: Person, ada: Person, opened: Open, voices: Speak
) -> None:
    post, _ = heard_mention(opened(acme), acme, ada)
    told, sender = message(post, "Sorry!"), voices(acme)
    said = sender.send(told)
    ada.take_away(post.external_id)

    assert sender.send(told) == said
    with pytest.raises(NotTaken, match="The post that it answers is gone"):
        sender.send(message(post, "Sorry!"))


def test_a_key_that_holds_another_post_is_never_written_over(
    acme: Person, ada: Person, opened: Open, voices: Speak
) -> None:
    post, _ = heard_mention(opened(acme), acme, ada)
    told = message(post, "Sorry!")
    taken = acme.post("Another", key=key_for(key=told.key, made_at=told.made_at))  # type: ignore[arg-type]

    with pytest.raises(NotTaken, match="another post stands already"):
        voices(acme).send(told)

    assert record(acme, taken["uri"])["cid"] == taken["cid"]


def test_pictures_are_sent_and_heard_with_their_words(
    acme: Person, ada: Person, opened: Open, voices: Speak
) -> None:
    network = opened(acme)
    post, heard = heard_mention(network, acme, ada)
    picture = Attachment(name="seal.png", kind="image/png", data=PNG, alt="The new seal, in red")

    voices(acme).send(message(post, "Like this", attachments=(picture,)))

    ours = listen(network, since=heard.cursor, until=lambda one: bool(one.posts)).posts[0]
    assert [(one.kind, one.alt) for one in ours.media] == [
        (MediaKind.IMAGE, "The new seal, in red")
    ]
    assert ours.media[0].url.startswith(f"https://cdn.bsky.app/img/feed_fullsize/plain/{acme.did}/")
    assert ours.details["has"] == ("images", "media")


def test_three_hundred_characters_are_taken_and_one_more_is_not(
    acme: Person, ada: Person, opened: Open, voices: Speak
) -> None:
    post, _ = heard_mention(opened(acme), acme, ada)
    sender = voices(acme)
    flag = "\U0001f1e9\U0001f1ea"

    sender.send(message(post, flag * 300))

    with pytest.raises(NotTaken, match=r"301 characters .* takes 300"):
        sender.send(message(post, flag * 301))
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    with pytest.raises(NotTaken, match=r"200 characters \(3,600 bytes\)"):
        sender.send(message(post, family * 200))


def test_our_own_posts_are_read_and_the_thread_above_a_post_without_an_app_view(
    acme: Person, ada: Person, opened: Open, voices: Speak
) -> None:
    network = opened(acme)
    post, _ = heard_mention(network, acme, ada)
    said = voices(acme).send(message(post, "Sorry"))

    own = network.poll("own", None, at=now())
    again = network.poll("own", own.cursor, at=now())

    assert [thing.post.external_id for thing in own.things if thing.post] == [said]
    assert [thing.cursor for thing in again.things] == [thing.cursor for thing in own.things]
    assert (own.holes, again.holes) == ((), ())
    above = network.context(said, at=now())
    assert [thing.post.external_id for thing in above.things if thing.post] == [
        post.external_id,
        said,
    ]


def test_without_an_app_view_the_connection_test_says_what_is_missing(
    acme: Person, opened: Open
) -> None:
    network = opened(acme)

    found = network.check(at=now())

    assert (found.handle, found.native_id, found.most_characters) == (acme.handle, acme.did, 300)
    assert "has no app view: it answers no searches" in found.sentence
    assert network.poll("mentions", None, at=now()).things == ()
    with pytest.raises(ChannelDown, match="has no app view"):
        network.poll("search:kettle", None, at=now())


def test_a_session_is_kept_and_used_again_and_a_wrong_password_is_told(
    acme: Person, opened: Open
) -> None:
    kept: dict[str, str] = {}
    opened(acme, keep=kept.update).check(at=now())
    first = dict(kept)

    opened(acme, secrets={**first, "password": "wrong"}, keep=kept.update).check(at=now())

    assert kept == first
    assert "password" not in kept
    with pytest.raises(NotAllowed, match="Set the account's handle and app password anew"):
        opened(acme, secrets={"password": "wrong"}).check(at=now())
    over = {**first, "session_access": first["session_access"][:-4] + "AAAA"}
    opened(acme, secrets={**over, "password": PASSWORD}, keep=kept.update).check(at=now())
    assert kept["session_access"] != over["session_access"]


def test_a_place_behind_all_that_was_told_is_begun_anew_and_nothing_is_lost(
    acme: Person, ada: Person, opened: Open, server: Server
) -> None:
    network = opened(acme)
    post, _ = heard_mention(network, acme, ada)
    ahead = Place(host=f"127.0.0.1:{server.port}", number=10_000_000).write()

    with pytest.raises(Lapsed, match="counts its events anew") as lapsed:
        listen(network, since=ahead, until=lambda one: bool(one.posts))

    heard = listen(network, since=lapsed.value.restart, until=lambda one: bool(one.posts))
    assert [one.external_id for one in heard.posts] == [post.external_id]


def test_a_stream_of_another_host_begins_now_and_tells_what_lies_between(
    acme: Person, ada: Person, opened: Open, server: Server
) -> None:
    ada.mention(acme, "Before")
    network = opened(acme, firehose=f"ws://127.0.0.1:{server.port}")
    went = now() - timedelta(hours=1)
    before = Place(host="relay.example", number=7, moment=micros(went)).write()
    later = Timer(1.0, lambda: ada.mention(acme, "After"))
    later.start()

    after = f"After @{acme.handle}"  # the server may still be telling what was just before
    heard = listen(network, since=before, until=lambda one: after in one.texts)

    later.join()
    (hole,) = heard.holes
    assert (hole.kind, hole.since) == (HoleKind.CURSOR_LAPSED, went)
    assert hole.until is not None
    assert hole.until > went
