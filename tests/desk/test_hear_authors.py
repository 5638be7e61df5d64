"""What happens to a case when its author writes again, or we do."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import events_of, imported, notices, one_case
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.close_case import close_case
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.snooze_case import snooze_case
from answerback.desk.operations.wake_case import wake_one
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.post import Post

THANKS = "@acme thank you, that did it"
AGAIN = "@acme it leaks again"
BOTH = "@acme thanks but it leaks again"
SOFT = "@acme hm"


def _said(number: str, text: str, *, minutes: int, heard: int = 0, **told: object) -> Post:
    """Return what Ada says so many minutes after nine, heard so long after the next morning."""
    return make_post(
        number,
        text=text,
        conversation_id="c",
        created_at=MONDAY_9 + minutes * LATER,
        heard_at=NEXT_DAY + heard * LATER,
        **told,
    )


def _ours(number: str, *, minutes: int) -> Post:
    return _said(number, "@ada sorry", minutes=minutes, author="acme", in_reply_to="1")


def _adas() -> models.Case:
    """Return the case of Ada's complaint; Bob has it."""
    case = one_case(_said("1", "@acme my kettle leaks", minutes=0))
    make_user("bob")
    assign_case(case_id=case.pk, to="bob", by="bob", at=NEXT_DAY)
    case.refresh_from_db()
    return case


def _come(case: models.Case, *posts: Post) -> models.Case:
    imported(*posts, fingerprint=f"file of {[(post.external_id, post.version) for post in posts]}")
    case.refresh_from_db()
    return case


def _answered() -> models.Case:
    """Return Bob's case, answered: its author has the word."""
    case = _come(_adas(), _ours("2", minutes=10))
    move = Move(to=CaseState.AWAITING_AUTHOR)
    move_cases(case_ids=[case.pk], move=move, by="bob", at=NEXT_DAY)
    return case


def test_the_owner_is_told_when_the_author_writes_again() -> None:
    case = _come(_adas(), _said("3", AGAIN, minutes=20))

    assert (case.state, case.owner) == ("assigned", "bob")
    assert notices() == [("bob", "author_wrote", None)]


def test_a_new_question_brings_an_answered_case_back_to_its_owner() -> None:
    case = _come(_answered(), _said("3", AGAIN, minutes=20))

    assert (case.state, case.owner, case.leading.external_id) == ("assigned", "bob", "3")
    assert events_of(case)[-2:] == ["case_moved", "author_wrote"]
    assert notices() == [("bob", "author_wrote", None)]


def test_thanks_leave_an_answered_case_with_its_author() -> None:
    case = _come(_answered(), _said("3", THANKS, minutes=20))

    assert (case.state, case.outcome, case.author_has_the_word) == (
        "awaiting_author",
        "thanked",
        False,
    )


def test_what_was_said_before_our_answer_and_heard_after_it_brings_nothing_back() -> None:
    case = _come(_answered(), _said("3", AGAIN, minutes=5))

    assert (case.state, case.author_has_the_word) == ("awaiting_author", True)


def test_a_closed_case_comes_back_to_its_owner_who_is_told() -> None:
    case = _answered()
    close_case(case_id=case.pk, reason=CloseReason.ANSWERED, by="bob", at=NEXT_DAY)

    case = _come(case, _said("3", AGAIN, minutes=20))

    assert (case.state, case.owner) == ("assigned", "bob")
    assert notices() == [("bob", "author_wrote", None)]


@pytest.mark.parametrize(
    ("text", "sleeps_through_thanks", "wakes"),
    [
        (AGAIN, False, True),
        (THANKS, False, True),
        (AGAIN, True, True),
        (SOFT, True, True),
        (BOTH, True, True),
        (THANKS, True, False),
    ],
)
def test_a_word_of_the_author_wakes_a_case_unless_it_only_gives_thanks(
    *, text: str, sleeps_through_thanks: bool, wakes: bool
) -> None:
    case = _adas()
    snooze_case(
        case_id=case.pk,
        until=NEXT_DAY + timedelta(days=3),
        by="bob",
        at=NEXT_DAY,
        sleeps_through_thanks=sleeps_through_thanks,
    )

    case = _come(case, _said("3", text, minutes=20, heard=5))

    assert (case.snoozed_until is None) is wakes
    if wakes:
        assert models.Event.objects.get(what="case_woken").particulars["what"] == "author"
        assert notices() == [("bob", "woken", None)]


@pytest.mark.parametrize("author", ["acme", "zoe"])
def test_nobody_elses_word_wakes_a_case(author: str) -> None:
    case = _adas()
    snooze_case(case_id=case.pk, until=NEXT_DAY + LATER, by="bob", at=NEXT_DAY)

    case = _come(case, _said("3", "@acme @ada it leaks", minutes=20, heard=5, author=author))

    assert case.snoozed_until is not None


def test_what_was_heard_before_it_was_snoozed_wakes_nothing_when_it_is_read_again() -> None:
    case = _adas()
    later = NEXT_DAY + LATER
    snooze_case(case_id=case.pk, until=later + LATER, by="bob", at=later)
    models.Post.objects.update(sorted_at=None)
    models.Plan.objects.all().delete()
    models.Reading.objects.all().delete()

    case = _come(case)

    assert case.snoozed_until is not None


def test_an_edit_is_a_word_of_the_author() -> None:
    case = _adas()
    snooze_case(case_id=case.pk, until=NEXT_DAY + LATER, by="bob", at=NEXT_DAY)

    case = _come(case, _said("1", "@acme my kettle leaks and burns", minutes=0, version=2, heard=1))

    assert case.snoozed_until is None


TALK = (
    _said("1", "@acme my kettle leaks", minutes=0),
    _ours("2", minutes=10),
    _said("3", AGAIN, minutes=20),
    _ours("4", minutes=30),
    _said("5", THANKS, minutes=40),
    _said("5", "@acme thank you, that did it, really", minutes=40, version=2),
)


@pytest.mark.parametrize("order", list(permutations(range(len(TALK)), len(TALK)))[::31])
def test_what_was_said_last_does_not_depend_on_the_order_of_coming(order: Sequence[int]) -> None:
    for place in order:
        imported(TALK[place], fingerprint=str(place))

    case = models.Case.objects.get(author_key="ada")
    assert (case.stirred_at, case.author_has_the_word, case.outcome) == (
        MONDAY_9 + 40 * LATER,
        False,
        "thanked",
    )


def test_anger_after_thanks_is_how_it_ended() -> None:
    case = _come(_answered(), _said("3", THANKS, minutes=20), _said("4", AGAIN, minutes=30))

    assert case.outcome == "still_angry"


def test_nothing_was_said_but_the_first_post() -> None:
    case = _adas()

    assert (case.stirred_at, case.author_has_the_word, case.outcome) == (None, False, "")


_WORDS = st.lists(
    st.tuples(st.sampled_from([THANKS, AGAIN, SOFT]), st.integers(min_value=1, max_value=90)),
    max_size=4,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=_WORDS, order=st.randoms(use_true_random=False), through=st.booleans(), cut=st.booleans()
)
def test_a_case_wakes_at_the_first_word_that_may_wake_it_or_at_its_time(
    *, words: list[tuple[str, int]], order: Random, through: bool, cut: bool
) -> None:
    with transaction.atomic():  # every example begins with empty tables
        _sleep_and_hear(words=words, order=order, through=through, cut=cut)
        transaction.set_rollback(True)


def _sleep_and_hear(
    *, words: list[tuple[str, int]], order: Random, through: bool, cut: bool
) -> None:
    case = _adas()
    until = NEXT_DAY + 200 * LATER
    snooze_case(case_id=case.pk, until=until, by="bob", at=NEXT_DAY, sleeps_through_thanks=through)
    posts = [
        _said(str(10 + n), text, minutes=minutes, heard=5 + n)
        for n, (text, minutes) in enumerate(words)
    ]
    order.shuffle(posts)
    for part in [[post] for post in posts] if cut else [posts]:
        _come(case, *part)
    case.refresh_from_db()

    wakes = any(not (through and text == THANKS) for text, _ in words)

    assert (case.snoozed_until is None) is wakes
    assert wake_one(at=until - timedelta(seconds=1)) is False
    assert wake_one(at=until) is not wakes
    case.refresh_from_db()
    assert case.snoozed_until is None
    assert events_of(case).count("case_woken") == 1
