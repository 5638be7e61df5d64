"""Conversations rebuilt from rows in any order, and both sides of the talk."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.domain.measure.conversation import Conversation, both_sides, gather, widest_gap
from answerback.domain.measure.rate import Rate
from answerback.domain.measure.spoken import Spoken, spoken
from answerback.domain.measure.thanks import gives_thanks
from answerback.domain.records.post import Author, Post

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONTH_LATER = MONDAY_9 + timedelta(days=30)


def asks(name: str, *, minute: int | None = 0, author: str = "kim", **told: Any) -> Spoken:
    at = None if minute is None else MONDAY_9 + timedelta(minutes=minute)
    return Spoken(id=name, author=author, inbound=True, at=at, **told)


def says(name: str, *, minute: int | None = 1, author: str = "Acme", **told: Any) -> Spoken:
    at = None if minute is None else MONDAY_9 + timedelta(minutes=minute)
    return Spoken(id=name, author=author, inbound=False, at=at, **told)


def names(conversations: Sequence[Conversation]) -> list[list[str]]:
    return [[post.id for post in talk.posts] for talk in conversations]


def test_a_conversation_id_keeps_posts_together() -> None:
    heard = [
        asks("1", conversation_id="a"),
        asks("2", conversation_id="b"),
        says("3", conversation_id="a"),
    ]

    gathered = gather(heard)

    assert names(gathered.conversations) == [["1", "3"], ["2"]]
    assert [talk.id for talk in gathered.conversations] == ["a", "b"]


def test_replies_are_joined_from_both_ends_whatever_the_order_of_rows() -> None:
    heard = [
        says("answer", minute=5, in_reply_to="question"),
        asks("more", minute=9),
        asks("noise", minute=2, author="lee"),
        asks("question", minute=0),
        says("listing", minute=7, in_reply_to="question", reply_ids=("more", "elsewhere")),
    ]

    gathered = gather(heard)

    assert names(gathered.conversations) == [["question", "answer", "listing", "more"], ["noise"]]


def test_an_orphan_stands_alone() -> None:
    gathered = gather([says("1", in_reply_to="deleted"), asks("2", author="lee")])

    assert names(gathered.conversations) == [["1"], ["2"]]


def test_a_ring_of_replies_ends_and_keeps_every_post() -> None:
    heard = [
        asks("1", in_reply_to="3"),
        says("2", in_reply_to="1"),
        asks("3", in_reply_to="2"),
        asks("self", in_reply_to="self"),
    ]

    gathered = gather(heard)

    assert names(gathered.conversations) == [["1", "2", "3"], ["self"]]


def test_a_reply_never_comes_before_its_parent_even_with_a_wrong_clock() -> None:
    heard = [says("reply", minute=3, in_reply_to="post"), asks("post", minute=60)]

    assert names(gather(heard).conversations) == [["post", "reply"]]


def test_without_a_clock_links_and_then_rows_give_the_order() -> None:
    heard = [
        says("4", minute=None, in_reply_to="3", conversation_id="c"),
        asks("1", minute=0, conversation_id="c"),
        says("2", minute=8, in_reply_to="1", conversation_id="c"),
        asks("3", minute=None, in_reply_to="2", conversation_id="c"),
        asks("5", minute=9, conversation_id="c"),
    ]

    assert names(gather(heard).conversations) == [["1", "2", "3", "4", "5"]]


def test_the_first_of_two_equal_ids_counts_and_the_other_is_told() -> None:
    gathered = gather([asks("1", author="kim"), asks("1", author="lee"), says("2")])

    assert gathered.duplicates == 1
    assert [post.author for talk in gathered.conversations for post in talk.posts] == [
        "kim",
        "Acme",
    ]


def test_equal_ids_of_two_channels_are_two_posts_and_two_conversations() -> None:
    heard = [
        asks("1", channel="mastodon", conversation_id="a"),
        asks("1", channel="bluesky", conversation_id="a", author="lee"),
        says("2", channel="bluesky", in_reply_to="1"),
        says("3", channel="mastodon", reply_ids=("1",)),
        says("4", channel="rss", in_reply_to="1"),
        asks("1", channel="rss", author="ann"),
        asks("1", channel="rss", author="noise"),  # the only duplicate
    ]

    gathered = gather(heard)

    assert (gathered.posts, gathered.customer_posts, gathered.duplicates) == (6, 3, 1)
    assert [
        (talk.channel, [post.author for post in talk.posts], [post.id for post in talk.posts])
        for talk in gathered.conversations
    ] == [
        ("mastodon", ["Acme", "kim"], ["3", "1"]),
        ("bluesky", ["lee", "Acme"], ["1", "2"]),
        ("rss", ["ann", "Acme"], ["1", "4"]),
    ]


def test_a_post_of_nobody_knows_which_side_is_counted_apart() -> None:
    sideless = Spoken(id="9", author="who", inbound=None, at=MONDAY_9)

    gathered = gather([sideless, asks("1")])

    assert (gathered.posts, gathered.sideless) == (1, 1)


def test_two_brands_in_one_thread_get_their_own_halves() -> None:
    heard = [
        asks("to-acme", minute=0),
        says("acme-1", minute=1, in_reply_to="to-acme"),
        asks("to-bolt", minute=2, in_reply_to="to-acme", handles=("bolt",)),
        says("bolt-1", minute=3, author="Bolt", in_reply_to="to-bolt"),
        asks("again", minute=4, in_reply_to="bolt-1"),
    ]

    talks = {talk.brand: [post.id for post in talk.posts] for talk in gather(heard).conversations}

    assert talks == {"Acme": ["to-acme", "acme-1"], "Bolt": ["to-bolt", "bolt-1", "again"]}


def test_a_post_that_two_brands_answered_concerns_both() -> None:
    heard = [
        asks("q", about="Acme"),
        says("acme-1", minute=1, in_reply_to="q", about="Acme"),
        says("bolt-1", minute=2, author="Bolt", in_reply_to="q", about="Bolt"),
        asks("more", minute=3, in_reply_to="bolt-1"),
    ]

    talks = {talk.brand: [post.id for post in talk.posts] for talk in gather(heard).conversations}

    assert talks == {"Acme": ["q", "acme-1"], "Bolt": ["q", "bolt-1", "more"]}


def test_an_ignored_post_belongs_to_the_brand_it_names() -> None:
    heard = [
        asks("1"),
        says("2", in_reply_to="1"),
        asks("3", author="lee"),
        says("4", author="Bolt", in_reply_to="3"),
        asks("ignored", author="ann", handles=("friend", "bolt")),
        asks("unknown", author="joe", handles=("friend",)),
    ]

    brands = {talk.id: talk.brand for talk in gather(heard).conversations}

    assert brands == {"1": "Acme", "3": "Bolt", "ignored": "Bolt", "unknown": None}


def test_an_archive_of_one_brand_is_about_that_brand() -> None:
    gathered = gather([asks("1"), says("2", in_reply_to="1"), asks("ignored", author="lee")])

    assert [talk.brand for talk in gathered.conversations] == ["Acme", "Acme"]


LINKS = st.lists(
    st.tuples(st.integers(0, 11), st.booleans(), st.one_of(st.none(), st.integers(0, 11))),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[0],
)


@given(LINKS, st.randoms(use_true_random=False))
def test_every_post_is_in_exactly_one_conversation_and_rows_may_come_in_any_order(
    rows: list[tuple[int, bool, int | None]], chance: Any
) -> None:
    heard = [
        (asks if inbound else says)(
            str(number), minute=number, in_reply_to=None if parent is None else str(parent)
        )
        for number, inbound, parent in rows
    ]
    shuffled = chance.sample(heard, len(heard))

    straight, mixed = gather(heard), gather(shuffled)

    together = [sorted(thread) for thread in names(straight.conversations)]
    assert sorted(name for thread in together for name in thread) == sorted(
        post.id for post in heard
    )
    assert sorted(together) == sorted(sorted(thread) for thread in names(mixed.conversations))


@given(LINKS, st.randoms(use_true_random=False))
def test_without_rings_the_order_inside_a_conversation_is_the_same_for_any_order_of_rows(
    rows: list[tuple[int, bool, int | None]], chance: Any
) -> None:
    heard = [
        (asks if inbound else says)(
            str(number),
            minute=number,
            in_reply_to=str(parent) if parent is not None and parent < number else None,
        )
        for number, inbound, parent in rows
    ]

    straight, mixed = gather(heard), gather(chance.sample(heard, len(heard)))

    assert sorted(names(straight.conversations)) == sorted(names(mixed.conversations))


def test_both_sides_counts_turns_last_words_thanks_and_abandoned_talks() -> None:
    heard = [
        asks("a1", conversation_id="a"),  # two posts, one turn
        asks("a2", minute=1, conversation_id="a"),
        says("a3", minute=2, conversation_id="a"),
        asks("a4", minute=3, conversation_id="a", thanks=True),
        asks("b1", conversation_id="b", thanks=True),  # thanks first, but not at the end
        says("b2", minute=1, conversation_id="b"),
        asks("b3", minute=2, conversation_id="b"),
        says("c1", minute=0, conversation_id="c"),
        asks("c2", minute=1, conversation_id="c"),
        says("c3", minute=2, conversation_id="c"),
        asks("d1", conversation_id="d"),  # noise: nobody spoke back
    ]

    told = both_sides(gather(heard).conversations, at=MONTH_LATER)

    assert (told.conversations, told.customer_posts, told.brand_posts) == (4, 7, 4)
    assert (told.customer_turns, told.brand_turns, told.middle_turns) == (6, 4, 3)
    assert told.begun_by_brand == Rate.of(1, 4)
    assert told.without_brand == Rate.of(1, 4)
    assert told.brand_spoke_last == Rate.of(1, 4)
    assert told.ended_with_thanks == Rate.of(1, 4)
    assert told.abandoned == Rate.of(2, 4)


def test_a_young_last_word_is_not_abandoned_yet() -> None:
    talks = gather([asks("1", minute=0)]).conversations

    assert both_sides(talks, at=MONDAY_9 + timedelta(days=6)).abandoned == Rate.of(0, 1)
    assert both_sides(talks, at=MONDAY_9 + timedelta(days=7)).abandoned == Rate.of(1, 1)


def test_both_sides_of_no_talk_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one conversation"):
        both_sides([], at=MONTH_LATER)


def test_the_widest_gap_is_the_longest_silence_of_all() -> None:
    talks = gather([asks("1", minute=0), says("2", minute=5), asks("3", minute=90)]).conversations

    assert widest_gap(talks) == timedelta(minutes=85)
    assert widest_gap([]) == timedelta(0)


@pytest.mark.parametrize(
    "text",
    ["Thanks, all sorted!", "Muchas GRACIAS", "merci beaucoup", "vielen Dank",
     "ありがとうございます", "Большое спасибо", "ok thx"],
)  # fmt: skip
def test_thanks_in_several_languages(text: str) -> None:
    assert gives_thanks(text)


@pytest.mark.parametrize(
    "text",
    ["No thanks", "Thanks for nothing", "Thanks, but when will it come?", "Late thanks to you",
     "The thankless parcel", "Where is it", "a tackle box"],
)  # fmt: skip
def test_no_thanks(text: str) -> None:
    assert not gives_thanks(text)


def make_post(**told: Any) -> Post:
    right: dict[str, Any] = {
        "channel": "archive",
        "source": "file",
        "external_id": "1",
        "author": Author(handle="Kim"),
        "text": "@Acme and @acme: thanks, mail me@example.org",
        "heard_at": MONTH_LATER,
        "created_at": MONDAY_9,
    }
    return Post(**(right | told))


def test_only_ids_times_sides_and_handles_are_kept_of_a_post() -> None:
    post = make_post(inbound=True, in_reply_to="0", reply_ids=("2",), about="Acme")

    kept = spoken(post)

    assert kept == Spoken(
        id="1",
        author="Kim",
        inbound=True,
        at=MONDAY_9,
        in_reply_to="0",
        reply_ids=("2",),
        about="Acme",
        handles=("acme",),
        thanks=True,
        channel="archive",
    )


def test_a_time_that_intake_made_up_is_no_time() -> None:
    assert spoken(make_post(created_at_assumed=True)).at is None


def test_the_named_voice_is_the_brand_where_the_archive_tells_no_side() -> None:
    voices = frozenset({"acme"})

    sides = [
        spoken(make_post(author=Author(handle="ACME")), voices=voices).inbound,
        spoken(make_post(), voices=voices).inbound,
        spoken(make_post()).inbound,
        spoken(make_post(author=Author(handle="acme"), inbound=True), voices=voices).inbound,
    ]

    assert sides == [False, True, None, True]
