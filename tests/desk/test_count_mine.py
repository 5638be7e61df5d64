"""Counting one's own cases reads one's own cases."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.people import make_member

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.queries.inbox_counts import count_mine


def test_only_ones_own_open_cases_are_counted() -> None:
    imported(*(make_post(str(number), author=f"ada{number}") for number in range(4)))
    bob, ada = make_member("bob"), make_member("ada")
    for case, owner in zip(models.Case.objects.order_by("pk"), ("bob", "bob", "ada"), strict=False):
        assign_case(case_id=case.pk, to=owner, by=owner, at=NEXT_DAY)

    assert [count_mine(member=one, at=NEXT_DAY) for one in (bob, ada)] == [2, 1]


def test_they_are_found_by_their_owner_and_not_among_all_of_the_brand() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by what the table holds: a small one is read whole")
    imported(make_post("1"))
    with CaptureQueriesContext(connection) as asked:
        count_mine(member=make_member("bob"), at=NEXT_DAY)

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[-1]['sql']}")
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert "case_owner" in plan
