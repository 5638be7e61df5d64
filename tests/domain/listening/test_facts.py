"""What a post tells of the fields that queries ask."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from tests.builders import MONDAY_9, make_post

from answerback.domain.listening.facts import facts_of, facts_of_posts
from answerback.domain.listening.fields import Field
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Post


def post(**told: object) -> Post:
    details = {
        name: [values] if isinstance(values, str) else values
        for name, values in told.items()
        if name in set(Field) and name not in ("url", "channel", "author")
    }
    rest = {name: value for name, value in told.items() if name not in details}
    return make_post("1", **rest, details=Details(details))  # type: ignore[arg-type]  # a builder


def told(field: Field, **of: object) -> Sequence[str] | None:
    return facts_of(post(**of), fields={field}).get(field)


def test_only_what_is_asked_is_told() -> None:
    one = post(lang="en", likes="3", tag=["a", "b"])

    assert facts_of(one, fields={Field.LANG}) == {"lang": ("en",)}
    assert facts_of(one, fields={Field.LIKES, Field.TAG}) == {"likes": ("3",), "tag": ("a", "b")}
    assert facts_of(one, fields=()) == {}


def test_the_author_is_the_handle_and_then_the_name() -> None:
    full = Post(
        channel="mastodon",
        source="s",
        external_id="7",
        author=Author(handle="ada@m.social", name="Ada L.", followers=12),
        text="hi",
        heard_at=MONDAY_9,
    )

    assert facts_of(full, fields={Field.AUTHOR, Field.FOLLOWERS, Field.CHANNEL, Field.ID}) == {
        "author": ("ada@m.social", "Ada L."),
        "followers": ("12",),
        "channel": ("mastodon",),
        "id": ("7",),
    }
    assert told(Field.AUTHOR, author="") is None
    assert told(Field.FOLLOWERS) is None
    assert told(Field.CONVERSATION) is None
    assert told(Field.CONVERSATION, conversation_id="c9") == ("c9",)


def test_a_time_that_was_made_up_or_not_told_is_no_date() -> None:
    when = datetime(2026, 3, 1, 22, 5, 6, 789, tzinfo=UTC)

    assert told(Field.DATE, created_at=when) == ("2026-03-01T22:05:06.000789+00:00",)
    assert told(Field.DATE, created_at=when, created_at_assumed=True) is None
    assert told(Field.DATE, created_at=None) is None


@pytest.mark.parametrize(
    ("of", "type_"),
    [
        ({}, "post"),
        ({"in_reply_to": "7"}, "reply"),
        ({"quoted": "what she said"}, "quote"),
        ({"repost_of": "kim", "quoted": "x"}, "repost"),
        ({"in_reply_to": "7", "type": "quote"}, "quote"),
        ({"type": "RETWEET"}, "repost"),
        ({"type": "Comment"}, "reply"),
        ({"type": "complaint", "in_reply_to": "7"}, "reply"),
    ],
)
def test_the_type_is_as_the_network_tells_or_what_the_post_refers_to(
    of: dict[str, object], type_: str
) -> None:
    assert told(Field.TYPE, **of) == (type_,)


def test_whoever_asks_for_a_host_gets_every_address() -> None:
    one = post(url="https://s.example/1", domain="news.example")

    for field in (Field.URL, Field.DOMAIN, Field.TLD):
        assert facts_of(one, fields={field}) == {"url": ("https://s.example/1", "news.example")}


def test_whom_it_engages_with_is_whom_it_answers_or_repeats_too() -> None:
    assert told(Field.ENGAGING_WITH, to="kim", repost_of="lee") == ("kim", "lee")
    assert told(Field.ENGAGING_WITH, to="kim", engaging_with=["max", "kim"]) == ("max", "kim")


@pytest.mark.parametrize(
    ("field", "value", "sense"),
    [
        (Field.LIKES, "3", True),
        (Field.LIKES, "-3", False),
        (Field.LIKES, "many", False),
        (Field.LIKES, "nan", False),
        (Field.RATING, "4.5", True),
        (Field.RATING, "inf", False),
        (Field.LATITUDE, "-33.9", True),
        (Field.LATITUDE, "91", False),
        (Field.LONGITUDE, "-180", True),
        (Field.LONGITUDE, "nan", False),
        (Field.TITLE, " ", False),
    ],
)
def test_a_value_that_makes_no_sense_is_not_told(field: Field, value: str, *, sense: bool) -> None:
    assert told(field, **{field: value}) == ((value,) if sense else None)


def test_what_is_in_a_post_is_told_in_our_words_and_a_place_is_seen_by_its_degrees() -> None:
    assert told(Field.HAS, has=["Photo", "video", "smell"]) == ("images", "videos")
    assert told(Field.HAS, has=["media"], latitude="52", longitude="13") == ("media", "geo")
    assert told(Field.HAS, has=["media"], latitude="52", longitude="1300") == ("media",)


def test_a_language_is_guessed_once_a_batch_where_it_is_asked_and_not_told() -> None:
    asked: list[list[str]] = []

    def language(texts: Sequence[str]) -> list[str | None]:
        asked.append(list(texts))
        return ["de" if "ist" in text else None for text in texts]

    posts = [post(text="das ist gut"), post(text="hm"), post(lang="fr", text="ist"), post(text=" ")]

    facts = facts_of_posts(posts, fields={Field.LANG}, language=language)

    assert facts == [{"lang": ("de",)}, {}, {"lang": ("fr",)}, {}]
    assert asked == [["das ist gut", "hm"]]
    assert facts_of_posts(posts, fields={Field.TYPE}, language=language) == 4 * [
        {"type": ("post",)}
    ]
    assert facts_of_posts(posts, fields=(), language=language) is None
    assert len(asked) == 1
