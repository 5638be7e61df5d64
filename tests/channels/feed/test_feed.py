"""Feeds are read as they are found: broken, compressed, moved, unchanged."""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.channels.site import Asked, Said, Site, site
from tests.channels.variations import HARMLESS, assert_set_aside
from tests.servers.recordings import recorded

from answerback.channels.feed.document import Document, NoFeed, document_of
from answerback.channels.feed.hear import Feed
from answerback.channels.feed.letters import letters_of
from answerback.channels.feed.map import posts_of
from answerback.channels.guard import AddressRefused
from answerback.channels.inbound import ChannelDown, Cursor, Fetched
from answerback.channels.live import Account, HoleKind, Limited, Page
from answerback.channels.markup import text_of_html
from answerback.domain.records.post import MediaKind, Post

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MakeFeed = Callable[..., Feed]
SITE = "http://site/feed"
URL = "https://blog.example/feed"

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"
 xml:lang="en-GB">
<title>Kettle blog</title>
<entry><id>https://blog.example/2</id><title>Acme &amp; its kettle</title>
<link href="https://www.blog.example/2"/><published>2026-03-02T10:00:00Z</published>
<updated>2026-03-02T11:00:00Z</updated><author><name>Ada L.</name></author>
<category term="kettles"/>
<thr:in-reply-to ref="https://blog.example/1"/>
<content type="html">&lt;p&gt;It leaks.&lt;/p&gt;&lt;p&gt;Again.&lt;/p&gt;</content></entry>
<entry><id>https://blog.example/1</id><title>First</title><published>2026-03-01T10:00:00Z</published>
<summary>Nothing &lt; much</summary></entry>
</feed>"""
RSS = '<rss version="2.0"><channel><title>News</title><language>de-AT</language>{}</channel></rss>'
ITEM = (
    "<item><guid isPermaLink='false'>{n}</guid><title>Title {n}</title>"
    "<pubDate>Sun, 0{day} Mar 2026 08:00:00 GMT</pubDate>"
    "<enclosure url='https://blog.example/{n}.mp3' type='audio/mpeg' length='1'/></item>"
)
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
{"id": "https://blog.example/j", "content_html": "<p>Hello</p>", "title": "T", "language": "fr",
 "date_published": "2026-03-02T09:00:00Z", "authors": [{"name": "Bob"}], "tags": ["x"]}]}"""


def read(body: str | bytes, *, url: str = URL, content_type: str = "") -> list[Post]:
    raw = body.encode() if isinstance(body, str) else body
    things = posts_of(document_of(raw, content_type=content_type, url=url), url=url, at=NOON)
    return [one.post for one in things if one.post is not None]


def items(*numbers: int) -> str:
    return RSS.format("".join(ITEM.format(n=n, day=n % 9 + 1) for n in numbers))


def test_an_entry_of_atom_is_a_post_with_all_that_it_tells() -> None:
    leaks, first = read(ATOM)

    assert leaks.external_id == "https://blog.example/2"
    assert leaks.text == "Acme & its kettle\n\nIt leaks.\n\nAgain."
    assert leaks.created_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert leaks.revised_at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert leaks.in_reply_to == first.external_id == "https://blog.example/1"
    assert (leaks.author.handle, leaks.author.name) == ("ada-l.@blog.example", "Ada L.")
    assert (first.author.handle, first.author.name) == ("blog.example", "Kettle blog")
    assert dict(leaks.details) == {
        "title": ("Acme & its kettle",),
        "lang": ("en",),
        "tag": ("kettles",),
        "domain": ("blog.example",),
    }
    assert first.text == "First\n\nNothing < much"


def test_entries_of_rss_and_of_json_feed_are_posts_as_well() -> None:
    [news] = read(items(1))
    [told] = read(JSON)

    assert (news.external_id, news.text, news.source) == ("blog.example: 1", "Title 1", "News")
    assert [(one.kind, one.url) for one in news.media] == [
        (MediaKind.AUDIO, "https://blog.example/1.mp3")
    ]
    assert (told.text, told.author.handle) == ("T\n\nHello", "bob@blog.example")
    assert told.details["lang"] == ("fr",)


def test_what_another_site_says_of_an_entry_is_another_post() -> None:
    planet, moved = (
        read(ATOM, url=url)[0]
        for url in ("https://planet.example/feed", "http://www.blog.example/rss")
    )

    assert planet.external_id == "planet.example: https://blog.example/2"
    assert moved.external_id == "https://blog.example/2"


def test_entries_without_an_id_are_told_apart_by_link_or_by_words() -> None:
    body = RSS.format(
        "<item><link>https://blog.example/a</link><title>A</title></item>"
        "<item><link>https://blog.example/</link><title>B</title></item>"
        "<item><link>https://blog.example/</link><title>C</title></item>"
        "<item><title>D</title></item><item><link>https://blog.example/only</link></item>"
    )

    first, *shared, last, bare = (post.external_id for post in read(body))

    assert (first, bare) == ("https://blog.example/a", "https://blog.example/only")
    assert len({*shared, last}) == 3
    assert all(key.startswith("blog.example: #") for key in (*shared, last))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<rss>é</rss>".encode(), "text/xml; charset=iso-8859-1"),
        ("<rss>é</rss>".encode("latin-1"), "text/xml; charset=utf-8"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><rss>é</rss>'.encode("latin-1"), ""),
        ("<rss>é</rss>".encode("utf-16"), "text/xml"),
        ("<rss>é</rss>".encode("utf-16-be"), ""),
        ("\ufeff<rss>é</rss>".encode(), "text/xml; charset=punycode"),
        ('<?xml version="1.0" encoding="idna"?><rss>é</rss>'.encode(), ""),
    ],
)
def test_letters_are_read_whatever_the_headers_claim(body: bytes, content_type: str) -> None:
    assert letters_of(body, content_type=content_type) == "<rss>é</rss>"


def test_japanese_in_seven_bits_is_read_as_its_document_says() -> None:
    body = '<?xml version="1.0" encoding="iso-2022-jp"?><rss>やかん</rss>'.encode("iso-2022-jp")

    assert letters_of(body) == "<rss>やかん</rss>"


@pytest.mark.parametrize("cut", [0.5, 0.8, 0.95])
def test_a_feed_that_breaks_off_gives_the_entries_before_the_break(cut: float) -> None:
    whole = items(*range(1, 9))

    found = read(whole[: int(len(whole) * cut)])

    assert [post.external_id for post in found][:4] == [f"blog.example: {n}" for n in range(1, 5)]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><rss version='2.0'><channel><item><title>&i; x</title></item></channel></rss>"
)
OUTSIDE = (
    '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "http://a.example/">]>'
    "<rss version='2.0'><channel><item><title>&a;&b; x</title></item></channel></rss>"
)


@pytest.mark.parametrize("body", [BOMB, OUTSIDE])
def test_entities_open_no_file_no_line_and_no_bomb(body: str) -> None:
    [post] = read(body)

    assert len(post.text) < 100
    assert "root:" not in post.text


@pytest.mark.parametrize(
    "part", ["<a>", "<item/>", "&", "<i a='1'>", 'a="1" ', "<item><pubDate>1</pubDate></item>"]
)
def test_what_no_feed_has_so_much_of_is_not_read(part: str) -> None:
    body = f"<rss version='2.0'><channel>{part * (4_800_000 // len(part))}"

    with pytest.raises(NoFeed, match="no feed does, and it is not read"):
        document_of(body.encode(), content_type="", url=URL)


def test_a_web_page_is_no_feed_and_names_the_one_it_points_to() -> None:
    page = '<html><link rel="alternate" type="application/rss+xml" href="/all.rss"><p>Hi</html>'

    with pytest.raises(NoFeed, match=r"is no feed. It points to one: https://blog.example/all.rss"):
        document_of(page.encode(), content_type="text/html", url=URL)
    with pytest.raises(NoFeed, match="Look for its RSS address"):
        document_of(b'{"items": 5}', content_type="", url=URL)
    with pytest.raises(NoFeed, match="JSON that cannot be read"):
        document_of(b'{"items": ', content_type="", url=URL)


def test_ten_broken_copies_of_an_item_are_set_aside() -> None:
    document = document_of(JSON.encode(), content_type="", url=URL)

    def one(item: Any) -> list[Fetched]:
        told = Document(title="", language="", entries=[item], is_json=True, shown=1)
        return [*posts_of(told, url=URL, at=NOON)]

    assert_set_aside(
        document.entries[0],
        key="id",
        date="date_published",
        read=one,
        harmless=HARMLESS | {"missing_key"},
    )


def test_an_entry_without_words_link_or_media_is_set_aside() -> None:
    document = document_of(
        RSS.format("<item><guid isPermaLink='false'>1</guid></item>").encode(),
        content_type="",
        url=URL,
    )

    [one] = posts_of(document, url=URL, at=NOON)

    assert one.failure is not None
    assert one.failure.reason == "no_text"


@pytest.fixture
def served(loopback: None) -> Iterator[Site]:  # noqa: ARG001  lets it speak
    with site() as there:
        yield there


@pytest.fixture
def feed_of(served: Site) -> Iterator[MakeFeed]:
    with ExitStack() as stack:

        def make(*paths: str) -> Feed:
            account = Account(
                account_id=1,
                channel="rss",
                name="Feeds",
                settings={"feeds": ", ".join(f"{served.url}{path}" for path in paths)},
                reach=frozenset({served.address}),
            )
            return stack.enter_context(closing(Feed(account)))

        yield make


def told(page: Page) -> list[str]:
    return [one.post.text for one in page.things if one.post]


def test_a_feed_tells_what_is_new_and_nothing_twice(feed_of: MakeFeed, served: Site) -> None:
    feed = feed_of("/feed")
    [stream] = feed.streams()
    served.pages["/feed"] = Said(body=items(2, 1).encode())
    first = feed.poll(stream.name, None, at=NOON)
    served.pages["/feed"] = Said(body=items(3, 2, 1).replace("Title 1", "Title one").encode())
    second = feed.poll(stream.name, first.cursor, at=NOON)
    third = feed.poll(stream.name, second.cursor, at=NOON)

    assert told(first) == ["Title 1", "Title 2"]
    assert told(second) == ["Title one", "Title 3"]
    assert (told(third), third.holes) == ([], ())


def test_a_feed_that_has_not_changed_is_not_sent_again(feed_of: MakeFeed, served: Site) -> None:
    def answer(asked: Asked) -> Said:
        known = asked.headers.get("if-none-match") == '"v1"'
        since = asked.headers.get("if-modified-since") == "Mon, 02 Mar 2026 10:00:00 GMT"
        headers = {"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"}
        return (
            Said(status=304) if known and since else Said(body=items(1).encode(), headers=headers)
        )

    served.pages["/feed"] = answer
    feed = feed_of("/feed")
    first = feed.poll(feed.streams()[0].name, None, at=NOON)

    second = feed.poll(feed.streams()[0].name, first.cursor, at=NOON + timedelta(minutes=5))

    assert told(first) == ["Title 1"]
    assert (second.things, second.cursor) == ((), first.cursor)


def test_a_mark_that_cannot_be_said_back_is_left_out(feed_of: MakeFeed, served: Site) -> None:
    served.pages["/feed"] = Said(body=items(1).encode(), headers={"ETag": '"Köln"'})
    feed = feed_of("/feed")
    first = feed.poll(feed.streams()[0].name, None, at=NOON)

    served.pages["/feed"] = Said(body=items(2, 1).encode())
    second = feed.poll(feed.streams()[0].name, first.cursor, at=NOON)

    assert told(second) == ["Title 2"]


def test_more_than_a_feed_shows_is_a_hole(feed_of: MakeFeed, served: Site) -> None:
    feed = feed_of("/feed")
    stream = feed.streams()[0].name
    served.pages["/feed"] = Said(body=items(2, 1).encode())
    first = feed.poll(stream, None, at=NOON)
    served.pages["/feed"] = Said(body=items(8, 7).encode())

    page = feed.poll(stream, first.cursor, at=NOON + timedelta(hours=1))

    assert [(hole.kind, hole.since, hole.until) for hole in page.holes] == [
        (HoleKind.PAGES_RAN_OUT, NOON, NOON + timedelta(hours=1))
    ]
    assert told(page) == ["Title 7", "Title 8"]


def test_what_is_remembered_of_a_feed_is_bounded(feed_of: MakeFeed, served: Site) -> None:
    feed = feed_of("/feed")
    stream, cursor = feed.streams()[0].name, None
    for start in range(0, 3_000, 300):
        served.pages["/feed"] = Said(body=items(*range(start, start + 300)).encode())
        cursor = feed.poll(stream, cursor, at=NOON).cursor

    assert len(cursor or "") < 40_000


def test_a_cursor_that_is_not_understood_begins_anew(feed_of: MakeFeed, served: Site) -> None:
    served.pages["/feed"] = Said(body=items(1).encode())
    feed = feed_of("/feed")

    assert told(feed.poll(feed.streams()[0].name, Cursor("7"), at=NOON)) == ["Title 1"]


def test_a_compressed_feed_is_unpacked(feed_of: MakeFeed, served: Site) -> None:
    packed = gzip.compress(items(1).encode())
    served.pages["/feed"] = Said(body=packed, headers={"Content-Encoding": "gzip"})
    feed = feed_of("/feed")

    assert told(feed.poll(feed.streams()[0].name, None, at=NOON)) == ["Title 1"]


def test_a_feed_that_moved_is_followed_twice_and_no_further(
    feed_of: MakeFeed, served: Site
) -> None:
    for path, to in (("/a", "/b"), ("/b", "/feed"), ("/round", "/round")):
        served.pages[path] = Said(status=301, headers={"Location": to})
    served.pages["/feed"] = Said(body=items(1).encode())
    feed = feed_of("/a", "/round")
    moved, round_and_round = (stream.name for stream in feed.streams())

    assert told(feed.poll(moved, None, at=NOON)) == ["Title 1"]
    with pytest.raises(ChannelDown, match="sends us on and on"):
        feed.poll(round_and_round, None, at=NOON)


def test_nobody_sends_us_inside(feed_of: MakeFeed, served: Site) -> None:
    with site() as inside:
        inside.pages["/secret"] = Said(body=items(1).encode())
        served.pages["/feed"] = Said(status=302, headers={"Location": f"{inside.url}/secret"})
        feed = feed_of("/feed")

        with pytest.raises(AddressRefused):
            feed.poll(feed.streams()[0].name, None, at=NOON)

        assert inside.asked == []


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (404, "Look whether the address is right"),
        (410, "gone for good: take it out"),
        (401, "wants a login"),
        (403, "Look whether"),
        (500, "a fault of its own"),
        (503, "a fault of its own"),
    ],
)
def test_a_no_is_said_in_a_sentence_and_stops_that_feed_alone(
    feed_of: MakeFeed, served: Site, status: int, sentence: str
) -> None:
    served.pages["/feed"] = Said(status=status)
    feed = feed_of("/feed")

    with pytest.raises(ChannelDown, match=sentence) as told_us:
        feed.poll(feed.streams()[0].name, None, at=NOON)

    assert type(told_us.value).__name__ not in {"NotAllowed", "Lapsed"}


def test_a_feed_that_asks_us_to_wait_is_left_alone(feed_of: MakeFeed, served: Site) -> None:
    served.pages["/feed"] = Said(status=429, headers={"Retry-After": "120"})
    feed = feed_of("/feed")

    with pytest.raises(Limited) as asked:
        feed.poll(feed.streams()[0].name, None, at=NOON)

    assert asked.value.wait == timedelta(minutes=2)


def test_the_test_of_an_account_names_its_feeds(feed_of: MakeFeed, served: Site) -> None:
    served.pages["/feed"] = Said(body=items(1, 2).encode())

    checked = feed_of("/feed").check(at=NOON)

    assert checked.sentence == "Reads “News” (2 entries)."
    assert checked.handle == ""  # nobody names a feed
    with pytest.raises(ChannelDown, match="No feed is named"):
        feed_of().check(at=NOON)


@pytest.fixture
def wild() -> Path:
    """Return feedparser's own test feeds, or skip the test where they are not."""
    folder = recorded("feeds")
    if folder is None:
        pytest.skip("needs the feeds of feedparser's source package: python -m tests.servers")
    return folder


def test_feeds_of_the_wild_give_entries_and_never_a_crash(wild: Path) -> None:
    found: Counter[str] = Counter()
    for path in wild.rglob("*.xml"):
        found["files"] += 1
        try:
            document = document_of(path.read_bytes(), content_type="", url=URL)
        except NoFeed:
            found["no feed"] += 1
            continue
        for one in posts_of(document, url=URL, at=NOON):
            found["post" if one.post else one.failure.reason if one.failure else "gone"] += 1

    assert found["files"] > 2_000
    assert found["no feed"] <= 30  # EBCDIC, CDF, and files without anything in them
    assert {*found} <= {"files", "no feed", "post", "no_text"}
    assert found["post"] >= 500


RECORDED = "fixtures/granary/granary/tests/testdata"


def test_recorded_feeds_are_mapped_and_agree(shared_data: Path) -> None:
    folder = shared_data / RECORDED
    found = 0
    for path in folder.glob("*.rss.xml"):
        told = json.loads(
            path.with_name(path.name.replace("rss.xml", "as-from-rss.json")).read_text()
        )
        for post, object_ in zip(read(path.read_bytes(), url=SITE), told, strict=True):
            found += 1
            assert post.url == object_.get("url")
            assert text_of_html(object_["content"]) in post.text
            assert post.details.get("title", (None,))[0] == object_.get("displayName")
            assert post.author.name == object_["author"]["displayName"]
            if "published" in object_:
                assert post.created_at == datetime.fromisoformat(object_["published"])
            assert {one.url for one in post.media} >= {
                one["url"] for one in object_.get("stream", ())
            }
    assert found == 5


def test_recorded_json_feeds_are_mapped_and_agree(shared_data: Path) -> None:
    paths = [*(shared_data / RECORDED).glob("*.feed*.json")]
    outcomes: Counter[str] = Counter()
    for path in paths:
        document = document_of(path.read_bytes(), content_type="", url=SITE)
        for item, one in zip(document.entries, posts_of(document, url=SITE, at=NOON), strict=True):
            outcomes[one.failure.reason if one.failure else "post"] += 1
            if one.post:
                assert text_of_html(item.get("content_html", "")) in one.post.text
                assert one.post.details.get("title", (None,))[0] == item.get("title")

    assert len(paths) == 7
    assert outcomes == {"post": 6, "no_text": 1}  # a text that is a list
