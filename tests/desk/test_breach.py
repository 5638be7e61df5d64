from datetime import datetime, timedelta

import pytest
from django.db import connection
from tests.builders import MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.breach_deadlines import breach_one
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.post import Post
from answerback.domain.records.role import Role

DUE = MONDAY_9 + timedelta(hours=2)  # what the small triage gives a leaking kettle
SECOND = timedelta(seconds=1)


def breached(at: datetime) -> list[str]:
    """Look once, and return whose cases were noticed."""
    breach_one(at=at)
    cases = models.Case.objects.filter(breached_at=at).order_by("pk")
    return list(cases.values_list("author_key", flat=True))


def in_time(*posts: Post) -> None:
    """Take posts in while their deadlines are still to come."""
    imported(*posts)
    models.Case.objects.update(opened_at=MONDAY_9)


def told() -> list[tuple[str, str | None]]:
    rows = models.Notice.objects.filter(what="breached").order_by("user__handle", "pk")
    return list(rows.values_list("user__handle", "case__author_key"))


def test_a_deadline_is_noticed_when_it_has_passed_and_not_a_second_before() -> None:
    imported(make_post("1"), make_post("2", author="bob", text="@acme where is my kettle"))

    early = breach_one(at=DUE - SECOND)
    noticed = breached(DUE)

    assert (early, noticed) == (False, ["ada"])
    assert breach_one(at=DUE + SECOND) is False
    event = models.Event.objects.get(what="deadline_breached")
    assert (event.case_id, event.by, event.at) == (models.Case.objects.first().pk, None, DUE)  # type: ignore[union-attr]
    assert event.particulars == {
        "respond_by": DUE.isoformat(),
        "late_seconds": 0,
        "queue": "repairs",
        "state": "new",
        "owner": None,
        "before_opening": 1,  # imported the day after
    }


def test_a_worker_that_looks_each_second_notices_within_one() -> None:
    imported(make_post("1"))
    clock = [DUE - 30 * SECOND + timedelta(milliseconds=400) + step * SECOND for step in range(60)]

    noticed = next(at for at in clock if breach_one(at=at))

    assert noticed - DUE < SECOND
    late = models.Event.objects.get(what="deadline_breached").particulars["late_seconds"]
    assert late == 0.4


def test_the_owner_the_watchers_and_the_leads_are_told_and_nobody_else() -> None:
    in_time(make_post("1"))
    case = models.Case.objects.get()
    for handle, role in (("bob", Role.AGENT), ("lea", Role.LEAD), ("olga", Role.OWNER)):
        make_user(handle, role=role)
    make_user("vera", role=Role.AGENT)  # noise: works here, too
    make_user("other", role=Role.LEAD, brand="Other")  # noise: leads another brand
    models.Watch.objects.create(case=case, user=make_user("cleo", role=Role.APPROVER), at=MONDAY_9)
    assign_case(case_id=case.pk, to="bob", by="bob", at=MONDAY_9)

    breach_one(at=DUE)

    assert [handle for handle, _ in told()] == ["bob", "cleo", "lea", "olga"]


def test_a_later_deadline_that_is_missed_again_is_told_again() -> None:
    in_time(make_post("1"))
    make_user("lea", role=Role.LEAD)
    breach_one(at=DUE)
    models.Notice.objects.update(read_at=DUE)
    case = models.Case.objects.get()
    later = MONDAY_9 + timedelta(days=1, hours=8)
    # The first post is answered; another one of the same person waits now.
    imported(
        make_post(
            "2", text="@acme where is it", in_reply_to="1", created_at=later - 8 * 3600 * SECOND
        ),
        make_post("3", author="acme", text="sorry", in_reply_to="1", created_at=DUE),
        fingerprint="later",
    )
    case.refresh_from_db()

    before = (case.respond_by, case.breached_at)
    breach_one(at=later - SECOND)
    early = models.Event.objects.filter(what="deadline_breached").count()
    breach_one(at=later)

    assert before == (later, None)
    assert early == 1
    assert models.Event.objects.filter(what="deadline_breached").count() == 2
    assert [handle for handle, _ in told()] == ["lea", "lea"]


@pytest.mark.parametrize("how", ["closed", "answered", "author has the word", "awaiting author"])
def test_what_owes_nothing_any_more_breaches_nothing(how: str) -> None:
    imported(make_post("1"))
    make_user("bob")
    case = models.Case.objects.get()
    assign_case(case_id=case.pk, to="bob", by="bob", at=MONDAY_9)
    if how == "closed":
        move = Move(to=CaseState.CLOSED, close_reason=CloseReason.SPAM)
        move_cases(case_ids=[case.pk], move=move, by="bob", at=MONDAY_9)
    elif how == "awaiting author":
        move_cases(case_ids=[case.pk], move=Move(to=CaseState.AWAITING_AUTHOR), by="bob", at=DUE)
    elif how == "author has the word":
        models.Case.objects.update(author_has_the_word=True)
    else:
        models.Post.objects.update(answer=models.Post.objects.get())

    assert breach_one(at=DUE) is False
    assert not models.Event.objects.filter(what="deadline_breached").exists()


def test_sleeping_does_not_stop_the_clock() -> None:
    imported(make_post("1"))
    models.Case.objects.update(snoozed_until=DUE + timedelta(days=1))

    assert breached(DUE) == ["ada"]


def test_many_at_once_tell_a_lead_once() -> None:
    in_time(*(make_post(str(number), author=f"ada{number}") for number in range(25)))
    make_user("lea", role=Role.LEAD)

    turns = sum(breach_one(at=DUE, at_once=12) for _ in range(10))

    assert turns == 3  # 12, 12 and 1
    assert models.Event.objects.filter(what="deadline_breached").count() == 25
    assert [case for _, case in told()] == [None, "ada24"]


def test_an_archive_of_old_posts_tells_a_lead_once_and_an_owner_of_their_case() -> None:
    imported(*(make_post(str(number), author=f"ada{number}") for number in range(3)))
    make_user("lea", role=Role.LEAD)
    make_user("bob")
    case = models.Case.objects.get(author_key="ada1")
    assign_case(case_id=case.pk, to="bob", by="bob", at=NEXT_DAY)

    for _ in range(3):
        breach_one(at=NEXT_DAY, at_once=1)

    assert models.Event.objects.filter(what="deadline_breached").count() == 3
    assert told() == [("bob", "ada1"), ("lea", None)]


def test_looking_reads_the_index_of_deadlines_and_no_more() -> None:
    imported(make_post("1"))
    if connection.vendor != "sqlite":
        pytest.skip("asks SQLite for its plan")
    from answerback.desk.operations import breach_deadlines  # noqa: PLC0415  a private question

    plan = breach_deadlines._due(DUE).order_by("respond_by", "pk").explain()  # noqa: SLF001

    assert "USING INDEX case_not_yet_breached" in plan
    assert "SCAN" not in plan
