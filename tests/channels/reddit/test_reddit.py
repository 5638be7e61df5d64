"""Reddit is read as it was recorded, and polled without losing what edits and deletions tell."""

import base64
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.channels.site import Asked, Said, Site, site
from tests.channels.variations import assert_set_aside
from tests.servers.recordings import recorded

from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.live import Account, HoleKind, Limited, NotAllowed, Page
from answerback.channels.reddit import hear
from answerback.channels.reddit.hear import Reddit
from answerback.channels.reddit.map import thing_of
from answerback.domain.records.post import MediaKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)  #: than the newest recording


def comment(number: str, **told: Any) -> dict[str, Any]:
    data = {
        "name": f"t1_{number}",
        "body": f"words of {number}",
        "author": "ada",
        "author_fullname": "t2_ada",
        "parent_id": "t3_root",
        "link_id": "t3_root",
        "subreddit": "kettles",
        "created_utc": 1772445600.0,
        "edited": False,
        "permalink": f"/r/kettles/comments/root/x/{number}/",
    }
    return {"kind": "t1", "data": {**data, **told}}


def submission(**told: Any) -> dict[str, Any]:
    data = {
        "name": "t3_root",
        "title": "The kettle",
        "selftext": "It leaks &amp; hisses",
        "author": "Acme_Help",
        "subreddit": "kettles",
        "created_utc": 1772442000.0,
        "edited": 1772445600.0,
        "permalink": "/r/kettles/comments/root/x/",
        "is_self": False,
        "post_hint": "image",
        "url": "https://i.example/kettle.jpg",
        "link_flair_text": "Question",
    }
    return {"kind": "t3", "data": {**data, **told}}


def test_a_comment_and_a_submission_are_posts() -> None:
    first = thing_of(submission(), at=NOON, ours="acme_help").post
    second = thing_of(comment("b"), at=NOON, ours="acme_help").post

    assert first is not None
    assert second is not None
    assert (first.external_id, first.conversation_id) == ("t3_root", "t3_root")
    assert first.text == "The kettle\n\nIt leaks &amp; hisses"
    assert (first.inbound, second.inbound) == (False, True)
    assert first.revised_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert [(one.kind, one.url) for one in first.media] == [
        (MediaKind.IMAGE, "https://i.example/kettle.jpg")
    ]
    assert dict(first.details) == {
        "title": ("The kettle",),
        "tag": ("Question",),
        "domain": ("reddit.com",),
    }
    assert (second.in_reply_to, second.conversation_id) == ("t3_root", "t3_root")
    assert (second.author.handle, second.author.native_id) == ("ada", "t2_ada")
    assert second.url == "https://www.reddit.com/r/kettles/comments/root/x/b/"


@pytest.mark.parametrize(
    "told",
    [
        comment("b", body="[deleted]", author="[deleted]"),
        comment("b", body="[removed]"),
        submission(selftext="[removed]"),
        submission(selftext="", author="[deleted]"),
        submission(removed_by_category="moderator"),
    ],
)
def test_what_was_taken_back_is_gone(told: dict[str, Any]) -> None:
    gone = thing_of(told, at=NOON).gone

    assert gone is not None
    assert gone.external_id == told["data"]["name"]


def test_words_outlive_their_account_and_two_such_are_no_one_person() -> None:
    first, second = (
        thing_of(comment(number, author="[deleted]", author_fullname=None), at=NOON).post
        for number in "ab"
    )

    assert first is not None
    assert second is not None
    assert (first.author.handle, second.author.handle) == ("deleted.t1_a", "deleted.t1_b")


@pytest.mark.parametrize("told", [comment("b"), submission()])
def test_ten_broken_copies_are_set_aside(told: dict[str, Any]) -> None:
    def read(payload: Any) -> Any:
        return thing_of(payload, at=NOON)

    for key in ("data.name", "data.author", "kind"):
        assert_set_aside(told, key=key, date="data.created_utc", read=read)


def cassettes() -> Iterator[Mapping[str, Any]]:
    """Yield all that reddit.com answered in the recordings."""
    folder = recorded("cassettes")
    if folder is None:
        pytest.skip("needs the recordings of praw's source package: python -m tests.servers")
    for path in folder.glob("*.json"):
        for one in json.loads(path.read_text())["interactions"]:
            body = one["response"]["body"]
            packed = body.get("base64_string")
            text = gzip.decompress(base64.b64decode(packed)).decode() if packed else body["string"]
            try:
                yield {"answer": json.loads(text)}
            except ValueError:
                continue


def things(told: Any) -> Iterator[dict[str, Any]]:
    if isinstance(told, dict):
        if told.get("kind") in {"t1", "t3"} and isinstance(told.get("data"), dict):
            yield told
        told = [*told.values()]
    if isinstance(told, list):
        for one in told:
            yield from things(one)


@pytest.mark.slow
def test_all_that_reddit_was_recorded_to_say_is_mapped_and_agrees() -> None:
    found: Counter[str] = Counter()
    for answer in cassettes():
        for told in things(answer):
            one, data = thing_of(told, at=LATER), told["data"]
            found["gone" if one.gone else "post" if one.post else f"{one.failure}"] += 1
            if one.post:
                assert one.post.external_id == data["name"]
                assert one.post.created_at is not None
                assert one.post.created_at.timestamp() == data["created_utc"]
                found["edited"] += one.post.revised_at is not None
                assert (one.post.revised_at is not None) == isinstance(data.get("edited"), float)

    assert {*found} == {"gone", "post", "edited"}
    assert found["post"] > 40_000
    assert found["edited"] > 1_000
    assert found["gone"] > 200


@pytest.fixture
def served(loopback: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:  # noqa: ARG001  lets it speak
    with site() as there:
        monkeypatch.setattr(hear, "API", there.url)
        monkeypatch.setattr(hear, "TOKENS", there.url)
        there.pages["/api/v1/access_token"] = Said(body=b'{"access_token": "t"}')
        yield there


@pytest.fixture
def reddit(served: Site) -> Iterator[Reddit]:
    account = Account(
        account_id=1,
        channel="reddit",
        name="R",
        settings={"client_id": "id", "contact": "ada", "subreddits": "kettles", "searches": "acme"},
        secrets={"client_secret": "s"},
        reach=frozenset({served.address}),
    )
    with closing(Reddit(account)) as asked:
        yield asked


def listing(*children: dict[str, Any], after: str | None = None) -> Said:
    told = {"kind": "Listing", "data": {"children": [*children], "after": after}}
    headers = {"x-ratelimit-remaining": "590.0", "x-ratelimit-reset": "60"}
    return Said(body=json.dumps(told).encode(), headers=headers)


def names(page: Page) -> list[str]:
    return [one.cursor for one in page.things]


def test_each_subreddit_is_two_streams_and_each_search_one(reddit: Reddit) -> None:
    assert [stream.name for stream in reddit.streams()] == [
        "new:kettles",
        "comments:kettles",
        "search:acme",
    ]


def test_a_poll_tells_what_is_new_what_was_edited_and_what_is_gone(
    reddit: Reddit, served: Site
) -> None:
    path = "/r/kettles/comments"
    served.pages[path] = listing(comment("c"), comment("b"), comment("a"))
    first = reddit.poll("comments:kettles", None, at=NOON)
    served.pages[path] = listing(comment("d"), comment("c", body="other words"))
    served.pages["/api/info"] = listing(comment("b"), comment("a", body="[deleted]"))

    second = reddit.poll("comments:kettles", first.cursor, at=NOON + timedelta(minutes=1))
    third = reddit.poll("comments:kettles", second.cursor, at=NOON + timedelta(minutes=2))

    assert names(first) == ["t1_a", "t1_b", "t1_c"]
    assert names(second) == ["t1_a", "t1_c", "t1_d"]
    assert [one.gone is not None for one in second.things] == [True, False, False]
    assert second.rate is not None
    assert second.rate.remaining == 590
    assert (names(third), third.holes) == ([], ())
    asked = parse_qs(urlsplit(served.asked[-1].path).query)
    assert {*asked["id"][0].split(",")} == {"t1_a", "t1_b"}


def test_a_poll_walks_back_to_what_is_known_or_tells_of_a_hole(
    reddit: Reddit, served: Site
) -> None:
    def newest_first(asked: Asked) -> Said:
        after = parse_qs(urlsplit(asked.path).query).get("after", ["t1_zz"])[0]
        top = int(after.removeprefix("t1_"), 36) - 1
        page = [comment(_base36(number)) for number in range(top, max(top - 3, 0), -1)]
        return listing(*page, after=page[-1]["data"]["name"])

    served.pages["/api/info"] = listing()
    served.pages["/r/kettles/comments"] = newest_first
    known = Cursor(json.dumps({"at": NOON.isoformat(), "seen": [["t1_zv", ""]]}))
    lost = Cursor(json.dumps({"at": NOON.isoformat(), "seen": [["t1_a", ""]]}))

    met, hole = (reddit.poll("comments:kettles", since, at=NOON) for since in (known, lost))

    assert names(met) == [f"t1_z{sign}" for sign in "tuvwxy"]
    assert met.holes == ()
    assert [(one.kind, one.since) for one in hole.holes] == [(HoleKind.PAGES_RAN_OUT, NOON)]
    assert len(hole.things) == 30


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (Said(status=429, headers={"x-ratelimit-reset": "30"}), Limited),
        (Said(status=401), NotAllowed),
        (Said(status=403), ChannelDown),
        (Said(body=b"[]"), ChannelDown),
        (Said(body=b"<html>"), ChannelDown),
    ],
)
def test_a_no_is_said_in_words(
    reddit: Reddit, served: Site, page: Said, kind: type[Exception]
) -> None:
    served.pages["/r/kettles/new"] = page

    with pytest.raises(kind):
        reddit.poll("new:kettles", None, at=NOON)


def test_a_login_without_a_token_is_refused(reddit: Reddit, served: Site) -> None:
    served.pages["/api/v1/access_token"] = Said(body=b'{"error": "invalid"}')

    with pytest.raises(NotAllowed, match="gives no token"):
        reddit.check(at=NOON)


def test_words_that_are_none_are_set_aside_and_hold_up_no_page() -> None:
    thing = thing_of(comment("b", body=["[deleted]"]), at=NOON)

    assert thing.failure is not None
