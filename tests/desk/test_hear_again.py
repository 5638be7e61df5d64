from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.builders import ACME, MONDAY_9, NEXT_DAY, make_post, small_listening, small_sorting
from tests.desk.steps import collected, imported, no_rest, sorted_out

from answerback.desk import models
from answerback.desk.operations.hear_again import HeardAgain, hear_again
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.sort_waiting import sort_waiting
from answerback.desk.queries.inbox import inbox
from answerback.domain.pipeline import Stage
from answerback.domain.records.case import CaseState
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.plan import Plan
from answerback.domain.records.reading import Kind
from answerback.project import wiring

AS_BEFORE, TRIAGE = small_listening(), small_sorting()[-1]
#: Acme's file with another handle of ours in it, through the real listening.
WITH_HELP = wiring.listening(brand=replace(ACME, handles=("acme", "acme_help")))


def kettles() -> Stage:
    """Hear every kettle as Acme's: another form of the brand's file."""

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        heard = AS_BEFORE.step(
            [
                replace(one, post=replace(one.post, text=one.post.text + " @acme"))
                if "kettle" in one.post.text
                else one
                for one in dossiers
            ]
        )
        return [replace(after, post=one.post) for one, after in zip(dossiers, heard, strict=True)]

    return Stage(name="listening", step=step)


def planning(change: Callable[[Plan], Plan]) -> Stage:
    """Return the small triage with its plans changed: another form of targets or policy."""

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        planned = TRIAGE.step(dossiers)
        return [replace(one, plan=change(one.plan)) if one.plan else one for one in planned]

    return Stage(name="triage", step=step)


def again(
    fingerprint: str,
    *,
    listening: Stage = AS_BEFORE,
    triage: Stage = TRIAGE,
    sleep: Callable[[float], None] = no_rest,
) -> HeardAgain:
    return hear_again(
        brand_id=models.Brand.objects.get(name=ACME.name).pk,
        fingerprint=fingerprint,
        listening=listening,
        triage=triage,
        at=NEXT_DAY,
        sleep=sleep,
    )


def sort_all() -> None:
    sorted_out(models.Brand.objects.get(name=ACME.name).pk)


def cases() -> list[tuple[str, str, str | None, datetime | None]]:
    rows = models.Case.objects.order_by("pk")
    return list(rows.values_list("author_key", "state", "close_reason", "respond_by"))


def take(case_author: str) -> None:
    """Let an agent take the case of this author."""
    case = models.Case.objects.get(author_key=case_author)
    models.Case.objects.filter(pk=case.pk).update(owner="kim")
    move_cases(case_ids=[case.pk], move=Move(to=CaseState.ASSIGNED), by="kim", at=NEXT_DAY)


def test_a_changed_brand_file_is_heard_by_what_was_discarded() -> None:
    collected(make_post("1", text="my kettle leaks"), make_post("2", text="lovely weather"))

    counts = [
        again("first"),
        again("second", listening=kettles()),
        again("second", listening=kettles()),
    ]

    assert [count.verdicts for count in counts] == [0, 1, 0]
    sort_all()
    posts = models.Post.objects.order_by("pk").values_list("external_id", "discard_reason")
    assert list(posts) == [("1", None), ("2", "not_heard")]
    assert models.Case.objects.get().leading.external_id == "1"
    assert models.Event.objects.filter(what="brand_heard_again").count() == 1
    assert models.Brand.objects.get(name=ACME.name).fingerprint == "second"


def test_a_handle_that_turns_out_to_be_ours_takes_its_posts_back() -> None:
    imported(
        make_post("1"),
        make_post("2", author="acme_help", text="@acme it leaks says @bob"),
        make_post("3", author="bob"),
    )
    take("bob")

    counts = again("second", listening=WITH_HELP)
    sort_all()

    two_hours = MONDAY_9 + timedelta(hours=2)
    assert counts == HeardAgain(verdicts=1, plans=0)
    assert cases() == [
        ("ada", "new", None, two_hours),
        ("acme_help", "closed", "not_for_us", two_hours),
        ("bob", "assigned", None, two_hours),
    ]
    assert models.Post.objects.get(external_id="2").discard_reason == "own_post"
    last = models.Event.objects.filter(what="post_read").latest("pk")
    assert (last.particulars["respond"], last.particulars["discarded"]) == (0, "own_post")


def test_it_may_be_the_answer_somebody_waited_for() -> None:
    imported(
        make_post("1"),
        make_post("2", author="acme_help", text="@acme looks into it", in_reply_to="1"),
    )

    again("second", listening=WITH_HELP)
    sort_all()

    assert [case[:3] for case in cases()] == [("ada", "closed", "answered_elsewhere")]


def test_a_case_that_somebody_owns_stays_open_when_its_post_is_not_heard_any_more() -> None:
    imported(make_post("1", author="acme_help"))
    take("acme_help")

    again("second", listening=WITH_HELP)
    sort_all()

    assert [case[:3] for case in cases()] == [("acme_help", "assigned", None)]
    assert [(line.owner, line.why) for line in inbox(at=NEXT_DAY).lines] == [("kim", ())]


def test_what_is_heard_once_more_opens_its_case_again() -> None:
    imported(make_post("1", author="acme_help"))
    again("second", listening=WITH_HELP)
    sort_all()

    again("third")
    sort_all()

    assert [case[:3] for case in cases()] == [("acme_help", "new", None)]
    assert models.Plan.objects.get().respond is True


def test_other_targets_move_the_deadlines_of_new_cases_and_of_no_others() -> None:
    imported(
        make_post("1"),
        make_post("2", author="bob"),
        make_post("3", author="cleo"),
        make_post("4", author="acme", text="@cleo sorry", in_reply_to="3"),
        make_post("5", author="dan", text="@acme lovely kettle"),
    )
    take("bob")
    soon, two_hours = MONDAY_9 + timedelta(minutes=30), MONDAY_9 + timedelta(hours=2)

    def hurry(plan: Plan) -> Plan:
        by = plan.respond_by
        return replace(plan, respond_by=by and soon, priority=0.75, queue=f"{plan.queue} now")

    counts = [again(name, triage=planning(hurry)) for name in ("second", "third")]

    # Dan's post is owed nothing; its queue moves all the same.
    assert counts == [HeardAgain(plans=2), HeardAgain()]
    assert [(case[0], case[3]) for case in cases()] == [
        ("ada", soon),
        ("bob", two_hours),
        ("cleo", two_hours),
    ]
    ada = models.Case.objects.get(author_key="ada")
    assert (ada.queue, ada.priority) == ("repairs now", 0.75)
    assert ada.turn == models.Plan.objects.get(post__external_id="1").turn


def test_what_owes_an_answer_only_now_opens_a_case_and_the_other_way_round() -> None:
    imported(make_post("1"), make_post("2", author="bob", text="@acme lovely kettle"))

    def swap(plan: Plan) -> Plan:
        return replace(plan, respond=not plan.respond)

    swapped = planning(swap)
    counts = again("second", triage=swapped)

    assert counts == HeardAgain(plans=2)
    assert [case[:3] for case in cases()] == [("ada", "closed", "no_answer_needed")]
    assert list(models.Post.objects.filter(sorted_at=None).values_list("external_id")) == [("2",)]
    stages = (small_sorting()[0], swapped)
    sort_waiting(brand_id=models.Brand.objects.get().pk, stages=stages, at=NEXT_DAY)
    assert [case[:2] for case in cases()] == [("ada", "closed"), ("bob", "new")]


def test_an_edited_posts_older_version_is_left_alone() -> None:
    imported(
        make_post("1", text="@acme lovely kettle"),
        make_post("1", version=2, text="@acme a lovely kettle"),
    )

    counts = again("second", triage=planning(lambda plan: replace(plan, kind=Kind.PRAISE)))

    assert counts == HeardAgain(plans=1)


def test_killed_in_the_middle_it_ends_as_if_it_had_not_been() -> None:
    class PulledThePlug(Exception):
        pass

    def die(_seconds: float) -> None:
        raise PulledThePlug

    more = [make_post(str(n), text="lovely weather") for n in range(2, 502)]
    imported(make_post("1", author="acme_help"), *more, make_post("502", author="acme_help"))
    with pytest.raises(PulledThePlug):
        again("second", listening=WITH_HELP, sleep=die)
    states = [case[1] for case in cases()]

    again("second", listening=WITH_HELP)
    sort_all()

    assert states == ["closed", "new"]
    assert [case[:3] for case in cases()] == [("acme_help", "closed", "not_for_us")] * 2
    assert models.Event.objects.filter(what="case_closed").count() == 2
    assert models.Brand.objects.get().fingerprint == "second"


def test_what_a_policy_closed_is_opened_again_when_the_policy_goes_back() -> None:
    imported(make_post("1"), make_post("2", author="bob"))
    again("second", triage=planning(lambda plan: replace(plan, respond=False, respond_by=None)))
    closed = [case[:3] for case in cases()]

    counts = again("third")
    sort_all()

    two_hours = MONDAY_9 + timedelta(hours=2)
    assert closed == [(name, "closed", "no_answer_needed") for name in ("ada", "bob")]
    assert counts == HeardAgain(plans=2)
    assert cases() == [(name, "new", None, two_hours) for name in ("ada", "bob")]


def test_who_was_answered_by_a_handle_that_was_never_ours_waits_again() -> None:
    imported(
        make_post("1"),
        make_post("2", author="acme_help", text="@ada same here, acme", in_reply_to="1"),
        make_post("3", author="bob"),
        make_post("4", author="acme_help", text="@bob same here, acme", in_reply_to="3"),
        make_post("5", author="acme", text="@bob on it", in_reply_to="3"),
    )
    again("second", listening=WITH_HELP)
    sort_all()
    answered = [case[:3] for case in cases() if case[0] in {"ada", "bob"}]

    again("third")
    sort_all()

    assert answered == [
        ("ada", "closed", "answered_elsewhere"),
        ("bob", "closed", "answered_elsewhere"),
    ]
    assert [case[:3] for case in cases() if case[0] in {"ada", "bob"}] == [
        ("ada", "new", None),
        ("bob", "closed", "answered_elsewhere"),
    ]
    answers = models.Post.objects.filter(external_id__in="13").order_by("pk")
    assert list(answers.values_list("answer__external_id", flat=True)) == [None, "5"]


def test_killed_in_the_middle_and_given_the_old_file_it_ends_as_it_was() -> None:
    class PulledThePlug(Exception):
        pass

    def die(_seconds: float) -> None:
        raise PulledThePlug

    imported(make_post("1", author="acme_help"))
    again("first")
    with pytest.raises(PulledThePlug):
        again("second", listening=WITH_HELP, sleep=die)

    again("first")
    sort_all()

    assert [case[:3] for case in cases()] == [("acme_help", "new", None)]
    assert models.Brand.objects.get().fingerprint == "first"
