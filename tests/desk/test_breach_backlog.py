import threading
from datetime import timedelta
from time import perf_counter

import pytest
from django.db import connection, transaction
from tests.builders import MONDAY_9, NEXT_DAY, make_post
from tests.databases import on_a_server_only
from tests.desk.steps import imported
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.breach_deadlines import AT_ONCE, breach_one
from answerback.domain.records.case import CaseState
from answerback.domain.records.role import Role

DUE = MONDAY_9 + timedelta(hours=2)
MANY = 10_000


def make_backlog() -> None:
    """Ten thousand cases of which each third is Bob's, all of one post, to be quick."""
    imported(make_post("1"))
    make_user("lea", role=Role.LEAD)
    make_user("bob")
    first = models.Case.objects.get()
    models.Case.objects.bulk_create(
        models.Case(
            brand_id=first.brand_id,
            channel=first.channel,
            author_key=f"author{number}",
            conversation=str(number),
            state=CaseState.NEW if number % 3 else CaseState.ASSIGNED,
            owner=None if number % 3 else "bob",
            queue="repairs",
            kind="complaint",
            priority=0.5,
            respond_by=DUE + timedelta(milliseconds=number),
            turn=DUE,
            written_at=MONDAY_9,
            leading_id=first.leading_id,
            opened_at=MONDAY_9,
        )
        for number in range(MANY - 1)
    )


def test_ten_thousand_deadlines_that_pass_at_once_are_noticed_within_a_minute() -> None:
    make_backlog()
    at, turns, began = DUE + timedelta(seconds=30), 0, perf_counter()

    while breach_one(at=at):
        turns += 1

    took = perf_counter() - began
    assert turns == MANY // AT_ONCE
    assert models.Case.objects.filter(breached_at=at).count() == MANY
    assert models.Event.objects.filter(what="deadline_breached").count() == MANY
    told = models.Notice.objects.filter(what="breached")
    assert (told.filter(user__handle="lea").count(), told.filter(user__handle="bob").count()) == (
        1,
        3333,
    )
    assert took < 60, f"took {took:.1f} s"


@on_a_server_only
@pytest.mark.usefixtures("committed")
def test_who_finds_every_late_case_held_rests_and_does_not_ask_again_at_once() -> None:
    imported(make_post("1"))
    case = models.Case.objects.get()
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            models.Case.objects.select_for_update(no_key=True).get(pk=case.pk)
            held.set()
            let_go.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    try:
        assert breach_one(at=NEXT_DAY) is False
    finally:
        let_go.set()
        holder.join()

    assert breach_one(at=NEXT_DAY) is True
