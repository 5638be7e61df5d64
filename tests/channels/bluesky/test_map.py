"""Recorded posts become ours, field by field; broken ones are set aside."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.channels.bluesky.recorded import posts_in, recorded_in, with_names
from tests.channels.variations import assert_set_aside

from answerback.channels.bluesky.map import Ear, addressed_to, all_gone, gone, moment_of, thing_of
from answerback.channels.inbound import Fetched
from answerback.domain.records.post import Author, Media, MediaKind, Post

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
US = "did:plc:acme"
EAR = Ear(source="mentions", did=US, handle="acme.example", at=NOON)
ADA = "did:plc:ada"
URI = f"at://{ADA}/app.bsky.feed.post/3l3qo2vuowo2b"


def view(**more: Any) -> dict[str, Any]:
    """Return a post as the app view shows it."""
    record = {
        "$type": "app.bsky.feed.post",
        "text": "The kettle leaks",
        "createdAt": "2026-03-02T11:00:00.000Z",
        **more.pop("record", {}),
    }
    author = {"did": ADA, "handle": "ada.example", "displayName": "Ada", "labels": []}
    return {
        "uri": URI,
        "cid": "bafyreiversion",
        "author": author,
        "record": record,
        "indexedAt": "2026-03-02T11:00:05.000Z",
        "likeCount": 3,
        "labels": [],
        **more,
    }


def read(payload: Any) -> Fetched:
    return thing_of(payload, ear=EAR)


def post_of(payload: Any) -> Post:
    found = read(payload)
    assert found.post is not None, found.failure
    return found.post


def test_a_view_becomes_a_post() -> None:
    found = read(view(record={"langs": ["pt-BR", "en"], "tags": ["kettle"]}))

    post = found.post
    assert found.cursor == f"{URI}#bafyreiversion"
    assert post is not None
    assert (post.channel, post.source, post.external_id) == ("bluesky", "mentions", URI)
    assert post.author == Author(handle="ada.example", name="Ada", native_id=ADA)
    assert post.text == "The kettle leaks"
    assert post.created_at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert post.available_at == datetime(2026, 3, 2, 11, 0, 5, tzinfo=UTC)
    assert (post.revision, post.revised_at, post.version) == ("bafyreiversion", None, 1)
    assert post.url == f"https://bsky.app/profile/{ADA}/post/3l3qo2vuowo2b"
    assert (post.in_reply_to, post.conversation_id) == (None, URI)
    assert (post.inbound, post.heard_at) == (None, NOON)
    assert post.details == {"lang": ("pt", "en"), "tag": ("kettle",), "likes": ("3",)}


def test_a_reply_to_us_tells_what_it_answers_and_where_its_thread_began() -> None:
    ours = f"at://{US}/app.bsky.feed.post/3l3qo2vuowo2c"
    root = f"at://{ADA}/app.bsky.feed.post/3l3qo2vuowo2a"

    post = post_of(view(record={"reply": {"parent": {"uri": ours}, "root": {"uri": root}}}))

    assert (post.in_reply_to, post.conversation_id) == (ours, root)
    assert post.details["to"] == ("acme.example",)


def test_a_quote_tells_whose_words_and_which() -> None:
    quoted = f"at://{US}/app.bsky.feed.post/3l3qo2vuowo2c"
    shown = {
        "$type": "app.bsky.embed.record#view",
        "record": {
            "uri": quoted,
            "author": {"handle": "acme.example"},
            "value": {"text": "Our kettles never leak"},
        },
    }

    post = post_of(view(embed=shown, record={"embed": {"record": {"uri": quoted}}}))

    assert post.details["quoted"] == ("Our kettles never leak",)
    assert post.details["quotes"] == (quoted,)
    assert post.details["type"] == ("quote",)
    assert post.details["engaging_with"] == ("acme.example",)


def test_pictures_films_and_cards_have_their_words() -> None:
    blob = {"$type": "blob", "ref": {"$link": "bafkpicture"}, "mimeType": "image/jpeg"}
    pictures = {"$type": "app.bsky.embed.images", "images": [{"alt": "A puddle", "image": blob}]}
    film = {"$type": "app.bsky.embed.video", "video": blob, "alt": "It drips"}
    card = {"external": {"uri": "https://acme.example/k", "title": "Kettle", "description": ""}}

    assert post_of(view(record={"embed": pictures})).media == (
        Media(
            kind=MediaKind.IMAGE,
            url=f"https://cdn.bsky.app/img/feed_fullsize/plain/{ADA}/bafkpicture@jpeg",
            alt="A puddle",
        ),
    )
    assert post_of(view(record={"embed": film})).media[0].alt == "It drips"
    about = post_of(view(record={"embed": card}))
    assert about.media == (Media(kind=MediaKind.LINK, url="https://acme.example/k", alt="Kettle"),)
    assert (about.details["title"], about.details["has"]) == (("Kettle",), ("links",))


def test_labels_of_others_and_of_the_author_are_told_and_those_taken_back_are_not() -> None:
    labels = [{"val": "spam"}, {"val": "rude", "neg": True}]
    own = {"labels": {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic"}]}}

    assert post_of(view(labels=labels, record=own)).details["tag"] == ("spam", "graphic")


def test_a_post_of_a_stream_has_its_version_and_when_that_was_made() -> None:
    told = {
        "uri": URI,
        "cid": "bafyreisecond",
        "author": None,
        "record": view()["record"],
        "operation": "update",
        "time": "2026-03-02T11:30:00+00:00",
    }

    post = post_of(told)

    assert post.author == Author(handle=ADA, native_id=ADA)
    assert (post.revision, post.available_at) == ("bafyreisecond", None)
    assert post.revised_at == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)


def test_our_own_posts_are_ours_and_a_broken_handle_is_none() -> None:
    ours = post_of(view(uri=f"at://{US}/app.bsky.feed.post/3l3qo2vuowo2b"))
    nameless = post_of(view(author={"did": ADA, "handle": "handle.invalid"}))

    assert ours.inbound is False
    assert nameless.author == Author(handle=ADA, native_id=ADA)


@pytest.mark.parametrize("claimed", ["2999-01-01T00:00:00Z", "soon", "0001-01-01T00:00:00Z", None])
def test_a_time_nobody_believes_is_the_moment_of_hearing(claimed: object) -> None:
    post = post_of(view(record={"createdAt": claimed}))

    assert (post.created_at, post.created_at_assumed) == (NOON, True)


def test_only_what_speaks_to_us_is_a_mention() -> None:
    ours, other = (f"at://{did}/app.bsky.feed.post/3k" for did in (US, ADA))
    facet = {
        "index": {"byteStart": 0, "byteEnd": 3},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": US}],
    }

    def speaks(**record: Any) -> bool:
        return addressed_to(record, did=US)

    assert speaks(facets=[facet])
    assert speaks(reply={"parent": {"uri": ours}, "root": {"uri": other}})
    assert speaks(reply={"parent": {"uri": other}, "root": {"uri": ours}})
    assert speaks(embed={"record": {"uri": ours, "cid": "c"}})
    assert speaks(embed={"record": {"record": {"uri": ours}}, "media": {"images": []}})
    assert not speaks(reply={"parent": {"uri": other}, "root": {"uri": other}})
    assert not speaks(text=f"{US} is mentioned in words alone")
    assert not speaks(reply="no object", facets=7, embed=[])


def test_word_that_something_is_gone_names_it() -> None:
    one, everything = gone(URI, at=NOON, raw=""), all_gone(ADA, at=NOON, raw="")

    assert (one.gone and one.gone.external_id, one.cursor) == (URI, f"{URI}#gone")
    assert everything.gone is not None
    assert (everything.gone.external_id, everything.gone.author_id) == (None, ADA)


@pytest.mark.parametrize("key", ["uri", "cid", "record", "record.text"])
def test_ten_broken_copies_of_a_post_are_set_aside(key: str) -> None:
    if key == "record.text":  # a text may hold anything; only what is no text sets a post aside
        assert read(view(record={"text": None})).failure
        assert read(view(record={"text": ["a"]})).failure
        return
    assert_set_aside(view(), key=key, date="record.createdAt", read=read)


_SENSELESS: list[Any] = [
    *(None, 7, "x", 10**5_000, float("nan"), [None], [[]], [{}, {}]),
    *({"record": 7}, {"images": [None, 7]}, {"did": 7, "handle": []}),
]


def test_nothing_beside_the_words_sets_a_post_aside() -> None:
    for name in ("facets", "embed", "langs", "tags", "labels"):
        for value in _SENSELESS:
            assert read(view(record={name: value})).failure is None, (name, value)
    for name in ("author", "embed", "labels", "indexedAt", "likeCount"):
        for value in _SENSELESS:
            assert read(view(**{name: value})).failure is None, (name, value)


def files(shared_data: Path) -> list[Path]:
    folder = shared_data / "fixtures"
    found = [
        *sorted((folder / "atproto").rglob("*.snap")),
        *sorted((folder / "atproto_py").rglob("*.json")),
        *sorted((folder / "granary").rglob("*bsky*.json")),
    ]
    return [file for file in found if ".as-from-bsky" not in file.name]


def test_all_recorded_posts_are_read_and_agree_with_what_was_recorded(shared_data: Path) -> None:
    read_from: Counter[str] = Counter()
    for file in files(shared_data):
        told = [one for value in recorded_in(file) for one in posts_in(value)]
        for number, raw in enumerate(told):
            named = with_names(raw, number)
            assert_agrees(post_of(named), named)
            read_from[file.relative_to(shared_data / "fixtures").parts[0]] += 1

    assert read_from["atproto"] >= 340
    assert read_from["atproto_py"] >= 2
    assert read_from["granary"] >= 15


def assert_agrees(post: Post, raw: dict[str, Any]) -> None:
    record = raw.get("record") or raw["value"]
    author = raw.get("author") or {}
    reply = record.get("reply") or {}
    assert (post.external_id, post.revision) == (raw["uri"], raw["cid"])
    assert post.author.handle == author.get("handle", post.author.native_id)
    assert post.author.name == author.get("displayName", "").strip()
    assert post.created_at in (moment_of(record["createdAt"]), NOON)
    assert post.available_at == moment_of(raw.get("indexedAt")) or post.available_at is None
    assert post.in_reply_to == (reply.get("parent") or {}).get("uri")
    assert post.conversation_id == (reply.get("root") or {}).get("uri", raw["uri"])
    if not record.get("facets"):
        assert post.text == record["text"]
    alts = [one["alt"] for one in images_of(record.get("embed")) if one.get("alt")]
    assert [one.alt for one in post.media if one.kind is MediaKind.IMAGE and one.alt] == alts


def images_of(embed: Any) -> list[dict[str, Any]]:
    inner = (embed or {}).get("media") or embed or {}
    return [*inner.get("images", ()), *inner.get("items", ())]
