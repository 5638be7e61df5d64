"""Which answer stops which post's clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from answerback.domain.measure.conversation import gather
from answerback.domain.measure.spoken import Spoken
from answerback.domain.measure.waiting import Counted, Part, State, counted

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONTH_LATER = MONDAY_9 + timedelta(days=30)


def said(name: str, author: str, minute: int | None, **told: Any) -> Spoken:
    return Spoken(
        id=name,
        author=author,
        inbound=author != "Acme",
        at=None if minute is None else MONDAY_9 + timedelta(minutes=minute),
        conversation_id="c",
        **told,
    )


def waits(*posts: Spoken, at: datetime = MONTH_LATER) -> dict[str, Counted]:
    (talk,) = gather(posts).conversations
    return {wait.post.id: wait for wait in counted(talk, at=at)}


def answers(*posts: Spoken) -> dict[str, str | None]:
    return {name: wait.answer.id if wait.answer else None for name, wait in waits(*posts).items()}


def test_an_answer_stops_the_clock_of_every_post_its_author_had_waiting() -> None:
    told = answers(
        said("q1", "kim", 0),
        said("q2", "kim", 3, in_reply_to="q1"),
        said("other", "lee", 4, in_reply_to="q1"),
        said("r", "Acme", 9, in_reply_to="q2"),
        said("later", "kim", 12, in_reply_to="r"),
    )

    assert told == {"q1": "r", "q2": "r", "other": None, "later": None}


def test_going_on_after_our_own_post_speaks_to_the_same_person() -> None:
    told = answers(
        said("q", "kim", 0),
        said("noise", "lee", 1, in_reply_to="q"),
        said("r1", "Acme", 5, in_reply_to="q"),
        said("q2", "kim", 6, in_reply_to="r1"),
        said("r2", "Acme", 7, in_reply_to="r1"),
    )

    assert told == {"q": "r1", "noise": None, "q2": "r2"}


def test_a_handle_tells_whom_a_brand_post_without_a_link_speaks_to() -> None:
    told = answers(
        said("q", "Kim", 0), said("noise", "lee", 1), said("r", "Acme", 5, handles=("kim",))
    )

    assert told == {"q": "r", "noise": None}


def test_without_link_or_handle_a_brand_post_answers_the_one_who_spoke_last() -> None:
    told = answers(said("noise", "lee", 0), said("q", "kim", 1), said("r", "Acme", 5))

    assert told == {"noise": None, "q": "r"}


def test_a_reply_to_a_post_outside_the_archive_answers_nobody_here() -> None:
    told = answers(said("q", "kim", 0), said("r", "Acme", 5, in_reply_to="deleted"))

    assert told == {"q": None}


def test_a_brand_that_spoke_first_has_not_answered_yet() -> None:
    told = waits(
        said("news", "Acme", 0),
        said("q", "kim", 1, in_reply_to="news"),
        said("noise", "lee", 2, in_reply_to="news"),
        said("r", "Acme", 5, in_reply_to="q"),
    )

    assert {name: (wait.state, wait.follow_up) for name, wait in told.items()} == {
        "q": (State.ANSWERED, False),
        "noise": (State.NEVER, False),
    }


def test_each_author_has_one_first_post_and_follow_ups_come_after_an_answer() -> None:
    told = waits(
        said("q1", "kim", 0),
        said("q2", "kim", 1, in_reply_to="q1"),
        said("l1", "lee", 2, in_reply_to="q1"),
        said("r", "Acme", 5, in_reply_to="q1"),
        said("q3", "kim", 6, in_reply_to="r"),
        said("l2", "lee", 7, in_reply_to="r"),
    )

    assert {name: (wait.part, wait.follow_up) for name, wait in told.items()} == {
        "q1": (Part.FIRST, False),
        "q2": (Part.NEXT, False),
        "l1": (Part.FIRST, False),
        "q3": (Part.NEXT, True),
        "l2": (Part.NEXT, False),
    }


@pytest.mark.parametrize(
    ("days", "state", "seconds"),
    [(6.9, State.OPEN, 6.9 * 86400), (7, State.NEVER, 7 * 86400)],
)
def test_silence_is_open_for_seven_days_and_never_from_then_on(
    days: float, state: State, seconds: float
) -> None:
    (wait,) = waits(said("q", "kim", 0), at=MONDAY_9 + timedelta(days=days)).values()

    assert (wait.state, wait.seconds) == (state, seconds)


def test_what_comes_after_the_report_has_not_happened() -> None:
    told = waits(
        said("q", "kim", 0),
        said("r", "Acme", 90, in_reply_to="q"),
        said("late", "kim", 95, in_reply_to="r"),
        at=MONDAY_9 + timedelta(minutes=60),
    )

    assert {name: (wait.state, wait.answer, wait.seconds) for name, wait in told.items()} == {
        "q": (State.OPEN, None, 3600)
    }


def test_an_answer_without_a_usable_time_is_an_answer_but_stands_in_no_curve() -> None:
    told = waits(
        said("no-clock", "kim", None),
        said("r1", "Acme", None, in_reply_to="no-clock"),
        said("timed", "lee", 1, in_reply_to="no-clock"),
        said("r2", "Acme", None, in_reply_to="timed"),
        said("wrong", "ann", 9, in_reply_to="no-clock"),
        said("r3", "Acme", 2, in_reply_to="wrong"),
        said("silent", "joe", None, in_reply_to="no-clock"),
    )

    untimed = State.ANSWERED_UNTIMED
    assert {name: (wait.state, wait.clocked) for name, wait in told.items()} == {
        "no-clock": (untimed, False),
        "timed": (untimed, False),
        "wrong": (untimed, False),
        "silent": (State.UNANSWERED_UNTIMED, False),
    }


def test_only_posts_that_need_a_response_start_a_clock() -> None:
    told = waits(
        said("hello", "kim", 0, needs_response=False),
        said("q", "kim", 1, in_reply_to="hello"),
        said("r", "Acme", 2, in_reply_to="q"),
    )

    assert {name: wait.part for name, wait in told.items()} == {"q": Part.FIRST}
