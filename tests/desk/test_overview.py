"""The three tiles: what was lost, what the filter misses, who never had an answer."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.builders import ACME, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.people import make_brand

from answerback.channels.inbound import Failure
from answerback.desk import models
from answerback.desk.operations.audit import record_draw, record_labels
from answerback.desk.queries.answered import answered_share
from answerback.desk.queries.ledger import ledger
from answerback.desk.queries.measured_recall import filter_recall
from answerback.desk.queries.overview import overview
from answerback.desk.queries.posts_behind import Behind, count_never_answered, posts_behind

HOUR = timedelta(hours=1)
NINE_DAYS_ON = MONDAY_9 + timedelta(days=9)


def _brand() -> int:
    return models.Brand.objects.get(name=ACME.name).pk


def _answer(external_id: str, *, to: str, hours: float, author: str = "ada") -> object:
    return make_post(
        external_id,
        author="acme",
        text=f"@{author} we are sorry",
        in_reply_to=to,
        created_at=MONDAY_9 + timedelta(hours=hours),
    )


def _posts_behind(which: Behind, *, brand_ids: set[int] | None = None) -> list[str]:
    page = posts_behind(which, brand_ids=brand_ids or {_brand()}, at=NINE_DAYS_ON)
    numbers = [line.post_id for line in page.lines]
    names = dict(models.Post.objects.values_list("pk", "external_id"))
    return [names[number] for number in numbers]


def test_a_post_owed_an_answer_for_seven_days_was_never_answered_and_no_other() -> None:
    imported(
        make_post("waits"),
        make_post("young", author="bob", created_at=NINE_DAYS_ON - timedelta(days=6)),
        make_post("answered", author="cleo"),
        _answer("reply", to="answered", hours=1, author="cleo"),  # type: ignore[arg-type]  # a post
        make_post("owes nothing", author="dora", text="@acme hello"),
        make_post("not heard", author="emil", text="it leaks"),
    )

    assert _posts_behind(Behind.NEVER_ANSWERED) == ["waits"]
    assert count_never_answered(brand_ids={_brand()}, at=NINE_DAYS_ON) == 1
    assert _posts_behind(Behind.OPEN) == ["young"]
    assert _posts_behind(Behind.ANSWERED) == ["answered"]


def test_a_case_closed_without_an_answer_goes_on_waiting() -> None:
    imported(make_post("waits"))
    models.Case.objects.update(state="closed", closed_at=NEXT_DAY, close_reason="not_for_us")

    assert _posts_behind(Behind.NEVER_ANSWERED) == ["waits"]


def test_posts_of_a_brand_that_is_not_asked_for_are_not_listed() -> None:
    imported(make_post("waits"))
    other = make_brand("Umbra").pk

    assert _posts_behind(Behind.NEVER_ANSWERED, brand_ids={other}) == []
    assert overview(brand_ids={other}, at=NINE_DAYS_ON).sources == ()


def test_a_list_goes_on_where_its_page_ended() -> None:
    imported(*(make_post(str(n), author=f"a{n}", created_at=MONDAY_9 + n * HOUR) for n in range(5)))
    brands = {_brand()}

    first = posts_behind(Behind.NEVER_ANSWERED, brand_ids=brands, at=NINE_DAYS_ON, limit=2)
    second = posts_behind(
        Behind.NEVER_ANSWERED, brand_ids=brands, at=NINE_DAYS_ON, limit=3, after=first.more
    )

    authors = [line.author for line in (*first.lines, *second.lines)]
    assert authors == ["a4", "a3", "a2", "a1", "a0"]
    assert second.more is None


def test_the_answered_share_counts_silence() -> None:
    imported(
        make_post("1"),
        _answer("2", to="1", hours=0.5),  # type: ignore[arg-type]  # a post
        make_post("3", author="bob"),
        make_post("4", author="cleo"),
        _answer("5", to="4", hours=5, author="cleo"),  # type: ignore[arg-type]  # a post
        make_post("6", author="dora"),
    )

    found = answered_share(brand_ids={_brand()}, at=NINE_DAYS_ON)

    shares = {name: rate.share for name, rate in found.shares if rate is not None}
    assert found.posts == 4
    assert shares == {"1 h": 0.25, "4 h": 0.25, "24 h": 0.5, "7 d": 0.5}
    assert found.median_seconds == pytest.approx(5 * 3600)


def test_the_answered_share_leaves_out_posts_from_before_its_period() -> None:
    imported(make_post("old", created_at=MONDAY_9 - timedelta(days=31)), make_post("new"))
    at = MONDAY_9 + timedelta(days=1)

    assert answered_share(brand_ids={_brand()}, at=at).posts == 1
    assert answered_share(brand_ids={_brand()}, at=at, period=None).posts == 2


def test_a_desk_without_posts_has_an_overview() -> None:
    brand = make_brand().pk

    found = overview(brand_ids={brand}, at=MONDAY_9)

    assert (found.never_answered, found.answered.posts, found.sources) == (0, 0, ())
    assert [one.estimate for one in found.recalls] == [None]


def _drawn(labels: dict[str, str]) -> None:
    posts = {post.external_id: post.pk for post in models.Post.objects.order_by("pk")}
    record_draw(
        brand=ACME.name,
        draw="first",
        items=[(posts["1"], "kept", 0.5), (posts["2"], "far", 0.5)],
        strata={"kept": 2, "far": 2},
        at=NEXT_DAY,
    )
    record_labels(
        draw="first", labels={posts[name]: said for name, said in labels.items()}, at=NEXT_DAY
    )


def test_recall_is_not_yet_measured_until_every_stratum_has_a_label() -> None:
    imported(make_post("1"), make_post("2", author="bob"))
    _drawn({"1": "relevant"})

    (found,) = filter_recall(brand_ids={_brand()})

    assert (found.estimate, found.labelled, found.drawn) == (None, 1, 2)
    assert _posts_behind(Behind.DRAWN) == ["2", "1"]


def test_recall_comes_with_its_interval() -> None:
    imported(make_post("1"), make_post("2", author="bob"))
    _drawn({"1": "relevant", "2": "irrelevant"})

    (found,) = filter_recall(brand_ids={_brand()})

    assert found.estimate is not None
    assert found.estimate.share == 1.0
    assert 0 < found.estimate.low < 1


def test_the_ledger_tells_what_was_repaired() -> None:
    imported(
        make_post("1", created_at=None, created_at_assumed=True),
        make_post("2", author="bob"),
        Failure(reason="not_json", sentence="It is no JSON."),
    )

    (source,) = ledger(brand_ids={_brand()})

    assert (source.fetched, source.failed, source.repaired) == (3, 1, 1)


@pytest.mark.parametrize("sources", [1, 3])
def test_the_overview_asks_the_same_number_of_questions_however_much_there_is(
    sources: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(sources):
        imported(make_post(str(number)), fingerprint=f"file {number}")
    brands = {_brand()}

    with django_assert_num_queries(14):  # two more where an audit was drawn
        overview(brand_ids=brands, at=NINE_DAYS_ON)
