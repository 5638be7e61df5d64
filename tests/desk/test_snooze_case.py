"""Letting a case sleep, and waking it."""

from datetime import timedelta

import pytest
from tests.builders import LATER, NEXT_DAY, make_post
from tests.desk.steps import events_of, imported, notices, one_case
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.close_case import close_case
from answerback.desk.operations.lock_case import CaseIsClosed
from answerback.desk.operations.snooze_case import CannotSleepUntil, snooze_case
from answerback.desk.operations.wake_case import NotAsleep, wake_case, wake_one
from answerback.domain.records.case import CloseReason

SECOND = timedelta(seconds=1)


def _asleep(until: timedelta = LATER) -> models.Case:
    case = one_case()
    make_user("ada")
    assign_case(case_id=case.pk, to="ada", by="ada", at=NEXT_DAY)
    snooze_case(case_id=case.pk, until=NEXT_DAY + until, by="ada", at=NEXT_DAY)
    case.refresh_from_db()
    return case


def test_a_snoozed_case_sleeps_and_keeps_its_state() -> None:
    case = _asleep()

    assert (case.state, case.snoozed_until) == ("assigned", NEXT_DAY + LATER)
    event = models.Event.objects.get(what="case_snoozed")
    assert event.particulars == {"until": (NEXT_DAY + LATER).isoformat(), "through_thanks": 0}


def test_a_case_wakes_to_the_second_and_its_owner_is_told() -> None:
    case = _asleep()

    assert not wake_one(at=NEXT_DAY + LATER - SECOND)
    assert wake_one(at=NEXT_DAY + LATER)
    assert not wake_one(at=NEXT_DAY + LATER)

    case.refresh_from_db()
    assert case.snoozed_until is None
    assert events_of(case)[-2:] == ["case_snoozed", "case_woken"]
    assert notices() == [("ada", "woken", None)]


def test_snoozed_again_the_new_moment_counts() -> None:
    case = _asleep()

    snooze_case(case_id=case.pk, until=NEXT_DAY + 2 * LATER, by="ada", at=NEXT_DAY)

    assert not wake_one(at=NEXT_DAY + LATER)
    assert wake_one(at=NEXT_DAY + 2 * LATER)


def test_a_case_is_woken_by_hand_once() -> None:
    case = _asleep()

    wake_case(case_id=case.pk, by="ada", at=NEXT_DAY)

    with pytest.raises(NotAsleep, match="awake already"):
        wake_case(case_id=case.pk, by="ada", at=NEXT_DAY)
    assert notices() == []


@pytest.mark.parametrize("until", [timedelta(), -SECOND, timedelta(days=366) + SECOND])
def test_a_case_sleeps_only_until_a_moment_to_come(until: timedelta) -> None:
    case = one_case()

    with pytest.raises(CannotSleepUntil, match="a moment after now .* and within a year"):
        snooze_case(case_id=case.pk, until=NEXT_DAY + until, by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert case.snoozed_until is None


def test_a_closed_case_does_not_sleep() -> None:
    case = one_case()
    close_case(case_id=case.pk, reason=CloseReason.SPAM, by="ada", at=NEXT_DAY)

    with pytest.raises(CaseIsClosed, match="Reopen it before it can sleep"):
        snooze_case(case_id=case.pk, until=NEXT_DAY + LATER, by="ada", at=NEXT_DAY)


def test_every_due_case_wakes_one_at_a_time_the_longest_due_first() -> None:
    imported(make_post("1"), make_post("2", author="bob"), make_post("3", author="cleo"))
    for case, minutes in zip(models.Case.objects.order_by("pk"), (2, 1, 9), strict=True):
        until = NEXT_DAY + minutes * LATER
        snooze_case(case_id=case.pk, until=until, by="ada", at=NEXT_DAY)

    while wake_one(at=NEXT_DAY + 3 * LATER):
        pass

    woken = models.Event.objects.filter(what="case_woken").order_by("pk")
    assert [event.case.author_key for event in woken if event.case] == ["bob", "ada"]
