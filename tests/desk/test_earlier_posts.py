from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders import ACME, LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import collected

from answerback.desk import models
from answerback.desk.operations.sort_waiting import sort_waiting
from answerback.desk.queries.earlier_posts import MOST, EarlierPosts
from answerback.project import wiring

Queries = Callable[[int], AbstractContextManager[object]]

FIRST = make_post("1")
EDIT = make_post("1", version=2, text="@acme my kettle leaks!")
SECOND = make_post("2", author="Ada", created_at=MONDAY_9 + LATER)
NOISE = (
    make_post("3", text="lovely weather"),  # Ada's too, and not to the brand
    make_post("4", author="bob"),
    make_post("5", created_at=None),
)


def test_each_post_counts_what_its_author_wrote_before_it() -> None:
    collected(SECOND, EDIT, FIRST, *NOISE)

    earlier = EarlierPosts(brand=ACME.name)([FIRST, EDIT, SECOND, *NOISE[1:]])

    assert [earlier(post) for post in (FIRST, EDIT, SECOND, *NOISE[1:])] == [0, 0, 1, 0, 0]


def test_another_brands_posts_do_not_count() -> None:
    collected(FIRST, SECOND)

    earlier = EarlierPosts(brand="Fernweh Ferries")([SECOND])

    assert earlier(SECOND) == 0


def test_the_count_ends_where_it_tells_no_more() -> None:
    posts = [make_post(str(n), created_at=MONDAY_9 + n * LATER) for n in range(MOST + 5)]
    collected(*posts)

    assert EarlierPosts(brand=ACME.name)(posts)(posts[-1]) == MOST


@pytest.mark.parametrize("posts", [1, 3])
def test_a_batch_is_one_question(posts: int, django_assert_num_queries: Queries) -> None:
    several = [make_post(str(n), author=f"a{n}") for n in range(posts)]
    collected(*several)

    with django_assert_num_queries(1):
        EarlierPosts(brand=ACME.name)(several)


def test_the_question_finds_an_authors_posts_by_their_index() -> None:
    collected(*(make_post(str(number), author=f"a{number % 40}") for number in range(400)))
    with CaptureQueriesContext(connection) as asked:
        EarlierPosts(brand=ACME.name)([FIRST])
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"{explain} {asked[0]['sql']}")
        plan = [str(row[-1]).strip() for row in cursor.fetchall()]

    inner = [step.split(" (")[0].strip() for step in plan if "post_author" in step]
    assert inner in (
        ["SEARCH e USING INDEX post_author"],
        ["->  Index Scan using post_author on desk_post e"],
    )


def test_who_wrote_before_weighs_more() -> None:
    source, _ = collected(FIRST, SECOND, *NOISE)
    sorting = wiring.sorting(
        brand=ACME,
        policy=wiring.load_policy(None),
        at=NEXT_DAY,
        contacts=EarlierPosts(brand=ACME.name),
    )

    sort_waiting(brand_id=source.brand_id, stages=sorting, at=NEXT_DAY)

    plans = models.Plan.objects.order_by("post__external_id")
    repeats = [plan.priority_parts["repeat"] > 0 for plan in plans]
    assert repeats == [False, True, False, False]


def test_the_tables_are_what_the_models_say() -> None:
    said = StringIO()
    call_command("makemigrations", "desk", check=True, dry_run=True, stdout=said)

    assert said.getvalue() == "No changes detected in app 'desk'\n"
