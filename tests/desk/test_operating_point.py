"""A threshold chosen by people: what it does to stored posts, and that nothing is lost."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection
from tests.builders import ACME, LATER, NEXT_DAY, make_post, small_listening, small_sorting
from tests.desk.steps import collected, imported, no_rest

from answerback.desk import models
from answerback.desk.operations.choose_operating_point import (
    ChoiceNeedsReason,
    Expected,
    choose_operating_point,
)
from answerback.desk.operations.hear_again import hear_again
from answerback.desk.operations.judge_again import JudgedAgain, judge_again
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.sort_waiting import sort_waiting
from answerback.desk.queries.inbox import NoSuchBrand, inbox
from answerback.desk.queries.ledger import ledger
from answerback.desk.queries.operating_point import operating_point, points_chosen
from answerback.domain.listening.set_aside import setter
from answerback.domain.pipeline import Stage
from answerback.domain.records.case import CaseState
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.operating_point import OperatingPoint
from answerback.domain.records.post import Post

EXPECTED = Expected(
    misses_per_1000=40.0, misses_low=10.0, misses_high=90.0, reads_per_hour=12.5, labels=200
)
#: The share that the small filter gives a post by the last word of its text.
SCORES = {"ours": 0.9, "perhaps": 0.5, "hardly": 0.2}


def small_filter() -> Stage:
    """Score posts by a word: a real stage, small enough to see through."""

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        return [_scored(dossier) for dossier in dossiers]

    return Stage(name="relevance", step=step)


def _scored(dossier: Dossier) -> Dossier:
    assert dossier.mention is not None
    word = dossier.post.text.split()[-1]
    told = replace(dossier.mention, relevance=SCORES[word], why=(f"it ends in '{word}'",))
    return replace(dossier, mention=told)


def stages() -> tuple[Stage, ...]:
    read, decide = small_sorting()

    def planned(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        decided = decide.step(dossiers)
        return [
            after if one.discarded is None else one
            for one, after in zip(dossiers, decided, strict=True)
        ]

    point = Stage(
        name="operating point", step=setter(point=lambda: operating_point(brand=ACME.name))
    )
    return (read, small_filter(), point, Stage(name="triage", step=planned))


def post(number: str, word: str, **told: object) -> Post:
    return make_post(number, author=f"a{number}", text=f"@acme it leaks, {word}", **told)


THREE = (post("1", "ours"), post("2", "perhaps"), post("3", "hardly"))


def brand_id() -> int:
    return models.Brand.objects.get(name=ACME.name).pk


def sort_all() -> None:
    while sort_waiting(brand_id=brand_id(), stages=stages(), at=NEXT_DAY):
        pass


def take_in(*posts: Post) -> None:
    collected(*posts)
    sort_all()


def choose(threshold: float, *, band: float = 0.05, reason: str = "enough to read") -> None:
    choose_operating_point(
        brand=ACME.name,
        point=OperatingPoint(threshold=threshold, band=band),
        expected=EXPECTED,
        by="ada",
        reason=reason,
        at=NEXT_DAY,
    )


def judge(*, sleep: Callable[[float], None] = no_rest) -> JudgedAgain:
    told = judge_again(brand_id=brand_id(), at=NEXT_DAY, sleep=sleep)
    sort_all()
    return told


def reasons() -> list[str | None]:
    return list(models.Post.objects.order_by("pk").values_list("discard_reason", flat=True))


def states() -> list[tuple[str, str | None]]:
    return list(models.Case.objects.order_by("pk").values_list("state", "close_reason"))


def test_without_a_choice_everything_heard_is_read_and_its_score_is_kept() -> None:
    take_in(*THREE)

    mentions = models.Mention.objects.order_by("pk")
    assert list(mentions.values_list("relevance", flat=True)) == [0.9, 0.5, 0.2]
    assert reasons() == [None, None, None]
    assert operating_point(brand=ACME.name) is None


def test_a_choice_is_an_event_with_figures_and_a_row_with_the_reason() -> None:
    imported(make_post("1"))

    choose(0.3, reason="two agents can read 60 an hour")

    event = models.Event.objects.get(what="operating_point_chosen")
    (line,) = points_chosen(brand=ACME.name)
    assert (event.by, event.particulars) == (
        "ada",
        {
            "operating_point": line.number,
            "before": None,
            "threshold": 0.3,
            "band": 0.05,
            "misses_per_1000": 40.0,
            "reads_per_hour": 12.5,
        },
    )
    assert (line.reason, line.labels, line.holds) == ("two agents can read 60 an hour", 200, True)
    assert operating_point(brand=ACME.name) == OperatingPoint(threshold=0.3, band=0.05)


def test_one_may_go_back_and_every_choice_stays_on_record() -> None:
    imported(make_post("1"))

    for threshold in (0.3, 0.6, 0.3):
        choose(threshold)

    lines = points_chosen(brand=ACME.name)
    assert [(line.point.threshold, line.holds) for line in lines] == [
        (0.3, True),
        (0.6, False),
        (0.3, False),
    ]


@pytest.mark.parametrize(("by", "reason"), [("", "because"), ("ada", " \n")])
def test_a_choice_without_a_name_or_a_reason_is_refused_and_nothing_is_written(
    by: str, reason: str
) -> None:
    imported(make_post("1"))

    with pytest.raises(ChoiceNeedsReason, match="needs a name and a reason"):
        choose_operating_point(
            brand=ACME.name,
            point=OperatingPoint(threshold=0.3),
            expected=EXPECTED,
            by=by,
            reason=reason,
            at=NEXT_DAY,
        )

    assert models.OperatingPoint.objects.count() == 0


def test_a_brand_that_was_never_imported_is_refused_with_those_there_are() -> None:
    with pytest.raises(NoSuchBrand, match="There is no brand 'Acme' here"):
        choose(0.3)


@pytest.mark.parametrize(
    "sql", ["UPDATE desk_operatingpoint SET reason = 'x'", "DELETE FROM desk_operatingpoint"]
)
def test_a_choice_cannot_be_rewritten_by_hand(sql: str) -> None:
    imported(make_post("1"))
    choose(0.3)

    with (
        pytest.raises(DatabaseError, match="never changed or removed; choose another one"),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_what_comes_below_the_line_is_set_aside_and_all_of_it_is_kept() -> None:
    imported(make_post("0", text="lovely weather"), fingerprint="first")
    choose(0.3)

    take_in(*THREE)

    assert reasons() == ["not_heard", None, None, "not_about_us"]
    kept = models.Post.objects.get(external_id="3")
    assert kept.text == "@acme it leaks, hardly"
    assert (kept.mention.relevance, kept.mention.discarded) == (0.2, None)
    assert kept.mention.why == [
        (
            "set aside as not about us: its relevance 0.2 lies below the threshold of 0.3 that "
            "people chose"
        ),
        "it ends in 'hardly'",
    ]
    assert kept.reading.language == "en"
    read = models.Event.objects.get(what="post_read", post=kept)
    assert (read.particulars["respond"], read.particulars["discarded"]) == (0, "not_about_us")
    source = ledger()[-1]
    assert (source.fetched, source.stored, source.discarded) == (3, 3, 0)
    assert (source.discarded_by, source.problems) == ({"not_about_us": 1}, ())


def test_a_higher_line_sets_stored_posts_aside_and_closes_their_cases() -> None:
    take_in(*THREE)
    choose(0.6)

    told = judge()

    assert told == JudgedAgain(set_aside=2)
    assert reasons() == [None, "not_about_us", "not_about_us"]
    assert states() == [("new", None), ("closed", "not_for_us"), ("closed", "not_for_us")]
    assert models.Reading.objects.count() == 3
    assert [line.external_id for line in inbox(at=NEXT_DAY).lines] == ["1"]
    assert [source.problems for source in ledger()] == [()]


def test_a_lower_line_hears_them_again_and_opens_their_cases_again() -> None:
    take_in(*THREE)
    choose(0.6)
    judge()
    choose(0.3)

    told = judge()

    assert told == JudgedAgain(heard=1)
    assert reasons() == [None, None, "not_about_us"]
    assert states() == [("new", None), ("new", None), ("closed", "not_for_us")]
    again = models.Mention.objects.get(post__external_id="2")
    assert (again.relevance, again.why) == (0.5, ["it ends in 'perhaps'"])


def test_judged_once_nothing_is_judged_again_and_the_counts_are_on_record() -> None:
    take_in(*THREE)
    choose(0.6)
    judge()

    again = judge()

    assert again == JudgedAgain()
    (event,) = models.Event.objects.filter(what="posts_judged_again")
    assert event.particulars["set_aside"] == 2


def test_what_somebody_works_on_or_answered_stays() -> None:
    answered = post("5", "perhaps", created_at=NEXT_DAY - LATER)
    reply = make_post("6", author="acme", text="@a5 sorry", in_reply_to="5", created_at=NEXT_DAY)
    take_in(*THREE, answered, reply)
    case = models.Case.objects.get(author_key="a2")
    models.Case.objects.filter(pk=case.pk).update(owner="kim")
    move_cases(case_ids=[case.pk], move=Move(to=CaseState.ASSIGNED), by="kim", at=NEXT_DAY)
    choose(0.6)

    told = judge()

    assert told == JudgedAgain(set_aside=1, stayed=2)
    assert reasons() == [None, None, "not_about_us", None, "own_post"]
    assert models.Case.objects.get(author_key="a2").state == "assigned"


def test_killed_in_the_middle_it_goes_on_and_loses_nothing() -> None:
    class PulledThePlug(Exception):
        pass

    def die(_seconds: float) -> None:
        raise PulledThePlug

    take_in(*(post(str(number), "hardly") for number in range(600)))
    choose(0.6)
    with pytest.raises(PulledThePlug):
        judge(sleep=die)
    halfway = reasons().count("not_about_us")

    told = judge()

    assert (halfway, told.set_aside) == (500, 100)
    assert reasons() == ["not_about_us"] * 600
    assert {state for state, _ in states()} == {"closed"}


def test_a_point_that_is_chosen_while_posts_are_sorted_holds_for_them() -> None:
    collected(*THREE)
    chosen: list[float] = []

    def meddle(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        if not chosen:
            chosen.append(0.6)
            choose(0.6)
        return dossiers

    several = (*stages(), Stage(name="meddling", step=meddle))
    turns = []
    while turn := sort_waiting(brand_id=brand_id(), stages=several, at=NEXT_DAY):
        turns.append(turn.posts)

    assert turns == [0, 3]
    assert reasons() == [None, "not_about_us", "not_about_us"]


def test_a_changed_brand_file_leaves_score_and_side_as_they_are() -> None:
    imported(make_post("0"), fingerprint="first")
    choose(0.3)
    take_in(*THREE)

    for fingerprint in ("one", "two"):
        hear_again(
            brand_id=brand_id(),
            fingerprint=fingerprint,
            listening=small_listening(),
            triage=stages()[-1],
            at=NEXT_DAY,
            sleep=no_rest,
        )

    kept = models.Post.objects.get(external_id="3")
    assert kept.discard_reason == "not_about_us"
    assert (kept.mention.relevance, kept.mention.why[-1]) == (0.2, "it ends in 'hardly'")


def test_an_edit_that_falls_below_the_line_stands_for_its_post() -> None:
    take_in(post("1", "ours"), post("1", "perhaps", version=2))
    assert states() == [("new", None)]
    choose(0.6)

    judge()

    assert reasons() == [None, "not_about_us"]
    assert states() == [("closed", "not_for_us")]


def test_a_copy_leads_when_the_post_it_copies_is_set_aside() -> None:
    said = "@acme your kettle leaks all over the hob and nobody will say why, it is"
    take_in(
        make_post("1", author="ada", text=f"{said} ours"),
        make_post("2", author="bob", text=f"{said} ours"),
    )
    models.Mention.objects.filter(post__external_id="1").update(relevance=0.2)
    choose(0.6)

    judge()

    assert reasons() == ["not_about_us", None]
    assert [(line.author, line.state) for line in inbox(at=NEXT_DAY).lines] == [("bob", "new")]
