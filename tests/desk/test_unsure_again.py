"""The band of another operating point, and the stored posts that stay on their side."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from tests.builders import NEXT_DAY
from tests.desk.test_operating_point import choose, judge, post, reasons, take_in

from answerback.desk import models
from answerback.desk.operations.judge_again import JudgedAgain
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.domain.records.case import CaseState
from answerback.domain.records.operating_point import OperatingPoint

Queries = Callable[[int], AbstractContextManager[object]]


def marks() -> list[tuple[bool, list[str]]]:
    """Return of each post whether it is unsure, and what is said of the line."""
    mentions = models.Mention.objects.order_by("pk")
    return [
        (unsure, [one for one in why if not one.startswith("it ends in")])
        for unsure, why in mentions.values_list("unsure", "why")
    ]


def test_a_post_that_stays_is_marked_for_a_person_when_the_line_comes_near() -> None:
    take_in(post("1", "ours"), post("2", "ours"), post("3", "hardly"))
    models.Mention.objects.filter(post__external_id="1").update(relevance=0.9351)
    choose(0.02)
    judge()

    choose(0.91)
    told = judge()

    assert told == JudgedAgain(set_aside=2)
    assert reasons() == [None, "not_about_us", "not_about_us"]
    assert [unsure for unsure, _ in marks()] == [True, True, False]
    assert marks()[0][1] == [
        (
            "unsure whether it is about us: its relevance 0.9351 lies near the threshold of 0.91 "
            "that people chose; a person should tell"
        )
    ]


def test_a_line_that_moves_away_takes_the_mark_along_and_changes_nothing_else() -> None:
    take_in(post("1", "ours"))
    choose(0.88)
    judge()
    before = models.Mention.objects.values().get()
    plan = models.Plan.objects.values().get()

    choose(0.6)
    told = judge()

    assert told == JudgedAgain()
    assert before["unsure"]
    assert models.Mention.objects.values().get() == before | {
        "unsure": False,
        "why": ["it ends in 'ours'"],
    }
    assert models.Plan.objects.values().get() == plan
    assert reasons() == [None]


def test_what_was_set_aside_and_stays_so_is_marked_too() -> None:
    take_in(post("1", "hardly"), post("2", "perhaps"))
    choose(0.6)
    judge()

    choose(0.52)
    judge()

    assert reasons() == ["not_about_us", "not_about_us"]
    assert [unsure for unsure, _ in marks()] == [False, True]
    assert [one.split(":")[0] for one in marks()[1][1]] == [
        "set aside as not about us",
        "unsure whether it is about us",
    ]


def test_what_people_work_on_below_the_line_is_marked_and_not_said_to_be_set_aside() -> None:
    take_in(post("1", "perhaps"))
    case = models.Case.objects.get()
    models.Case.objects.update(owner="kim")
    move_cases(case_ids=[case.pk], move=Move(to=CaseState.ASSIGNED), by="kim", at=NEXT_DAY)

    choose(0.52)
    told = judge()

    ((unsure, said),) = marks()
    assert told == JudgedAgain(stayed=1)
    assert (unsure, reasons()) == (True, [None])
    assert [one.split(":")[0] for one in said] == ["unsure whether it is about us"]


def test_what_stays_between_the_line_and_one_half_speaks_of_the_line_that_holds() -> None:
    take_in(post("1", "ours"), post("2", "perhaps"), post("3", "hardly"))
    models.Mention.objects.filter(post__external_id="2").update(relevance=0.4)
    told: list[list[list[str]]] = []

    for threshold in (0.01, 0.1, 0.95, 0.99, 0.3):
        choose(threshold)
        judge()
        told.append([said for _, said in marks()])

    kept, against = "kept as about us: its relevance", "although more speaks against it than for it"
    assert told[0] == [
        [],
        [f"{kept} 0.4 is not below the threshold of 0.01 that people chose, {against}"],
        [f"{kept} 0.2 is not below the threshold of 0.01 that people chose, {against}"],
    ]
    assert [said for (said,) in told[1][1:]] == [
        f"{kept} 0.4 is not below the threshold of 0.1 that people chose, {against}",
        f"{kept} 0.2 is not below the threshold of 0.1 that people chose, {against}",
    ]
    assert told[3][0] == [
        (
            "set aside as not about us: its relevance 0.9 lies below the threshold of 0.99 that "
            "people chose, although more speaks for it than against it"
        )
    ]
    assert told[4][0] == []


@pytest.mark.parametrize("threshold", [0.85, 0.95, 0.9, 0.55])
@pytest.mark.parametrize("band", [0.0, 0.05, 0.3])
def test_stored_posts_are_unsure_just_where_the_point_says_so(
    threshold: float, band: float
) -> None:
    scores = [0.85, 0.9, 0.95, 0.55, 0.6, 0.5, 0.45, 0.8500000001, 0.25]
    take_in(*(post(str(number), "ours") for number in range(len(scores))))
    for mention, score in zip(models.Mention.objects.order_by("pk"), scores, strict=True):
        models.Mention.objects.filter(pk=mention.pk).update(relevance=score)
    choose(threshold, band=band)

    judge()

    point = OperatingPoint(threshold=threshold, band=band)
    assert [unsure for unsure, _ in marks()] == [point.unsure(score) for score in scores]


@pytest.mark.parametrize("posts", [1, 3])
def test_marking_asks_the_same_number_of_questions_for_one_post_as_for_three(
    posts: int, django_assert_num_queries: Queries
) -> None:
    take_in(*(post(str(number), "ours") for number in range(posts)))
    choose(0.88)

    # The brand, two looks for posts, one write in its transaction (4), who stayed, the end (6),
    # and three that the step of this test asks.
    with django_assert_num_queries(18):
        judge()

    assert [unsure for unsure, _ in marks()] == [True] * posts
