from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from math import log10

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.triage.triaging import (
    MONDAY_9,
    OFFICE_HOURS,
    make_brand,
    make_dossier,
    make_mention,
    make_policy,
    make_post,
    make_reading,
)

from answerback.domain.pipeline import Stage, run
from answerback.domain.records.brand import OpenHours, Topic
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.plan import Plan
from answerback.domain.records.reading import Kind, Reading
from answerback.domain.triage.deadlines import NeverOpen
from answerback.domain.triage.decide import decider
from answerback.domain.triage.policy import Policy

HOUR = timedelta(hours=1)
LONDON = OpenHours(timezone="Europe/London", week=OFFICE_HOURS.week)
POLICY = make_policy()


def decided(
    dossier: Dossier, *, at: datetime = MONDAY_9, policy: Policy = POLICY, hours: OpenHours = LONDON
) -> Plan:
    topics = (Topic(name="decks", query="deck", queue="harbour"),)
    brand = make_brand(hours=hours, languages=("en",), topics=topics)
    (after,) = decider(policy=policy, brand=brand, at=at)([dossier])
    assert after.plan is not None
    return after.plan


def test_a_complaint_has_its_whole_plan_with_reasons_most_telling_first() -> None:
    dossier = make_dossier(
        post=make_post("my lawyer slipped on deck", followers=120_000),
        reading=make_reading(
            {Kind.COMPLAINT: 0.91, Kind.QUESTION: 0.6},
            needs_response=0.9,
            urgency=0.5,
            negative=0.8,
        ),
        mention=make_mention(topics=(("decks", 0.7),)),
    )

    plan = decided(dossier, at=MONDAY_9 + HOUR)

    assert replace(plan, priority=0.0, priority_parts={}) == Plan(
        respond=True,
        kind=Kind.COMPLAINT,
        queue="escalations",
        priority=0.0,
        priority_parts={},
        respond_by=MONDAY_9 + HOUR,
        reasons=(
            "It is a complaint (91 %), also a question (60 %).",
            "Due by Mon 2 Mar 2026 10:00 GMT, 1 open hour after it was written.",
            "An answer is expected (90 %, judged by the model).",
            "It says 'lawyer': a legal risk.",
            "It says 'now': it has to be now.",
            "It is negative (80 %).",
            "Its author has 120,000 followers.",
            "Queue 'escalations', for legal risks.",
        ),
    )
    assert plan.priority_parts == pytest.approx(
        {
            "deadline": 0.5 * 0.5,  # the hour that an escalating word leaves is used up
            "urgency": 0.18 * 0.5,
            "risk": 0.12,
            "needs_response": 0.08 * 0.9,
            "sentiment": 0.05 * 0.8,
            "repeat": 0.0,
            "reach": 0.03 * log10(120_001) / 7,
        }
    )


def test_a_post_that_needs_no_answer_has_no_deadline() -> None:
    dossier = make_dossier(reading=make_reading({Kind.PRAISE: 0.9}, needs_response=0.2))

    plan = decided(dossier, at=MONDAY_9 + 400 * HOUR)

    assert (plan.respond, plan.respond_by, plan.priority_parts["deadline"]) == (False, None, 0.0)
    assert plan.reasons == (
        "No answer is expected (20 %, judged by the model), and it sounds content (90 %).",
        "It is praise (90 %).",
        "Queue 'community', for its kind.",
    )


def test_the_strictest_of_the_kinds_that_hold_sets_the_deadline() -> None:
    kinds = {Kind.PRAISE: 0.95, Kind.COMPLAINT: 0.5, Kind.QUESTION: 0.9, Kind.NEED: 0.4}

    plan = decided(make_dossier(reading=make_reading(kinds)))

    assert plan.kind is Kind.PRAISE
    assert plan.respond_by == MONDAY_9 + 2 * HOUR


def test_the_brands_target_comes_before_the_policys() -> None:
    brand = make_brand(hours=LONDON, targets={Kind.COMPLAINT: HOUR / 2})

    (after,) = decider(policy=POLICY, brand=brand, at=MONDAY_9)([make_dossier()])

    assert after.plan is not None
    assert after.plan.respond_by == MONDAY_9 + HOUR / 2


def test_times_are_said_on_the_brands_own_clock() -> None:
    in_july = datetime(2026, 7, 3, 15, 30, tzinfo=UTC)  # Friday, 16:30 in London

    plan = decided(make_dossier(post=make_post(created_at=in_july)), at=in_july)

    assert plan.respond_by == datetime(2026, 7, 6, 9, 30, tzinfo=UTC)
    assert plan.reasons[1] == "Due by Mon 6 Jul 2026 10:30 BST, 2 open hours after it was written."


def test_closed_hours_use_up_nothing_of_the_time_before_a_deadline() -> None:
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    dossier = make_dossier(post=make_post(created_at=friday))

    evening = decided(dossier, at=friday + HOUR)
    sunday = decided(dossier, at=friday + 48 * HOUR)

    assert evening.priority == sunday.priority


def test_an_escalating_word_shortens_the_time_and_never_lengthens_it() -> None:
    dangerous = make_post("the gangway is dangerous")
    hasty = make_policy('kinds.complaint.target = "30m"')

    usual, escalated = decided(make_dossier()), decided(make_dossier(post=dangerous))
    in_haste = decided(make_dossier(post=dangerous), policy=hasty)

    assert usual.respond_by == MONDAY_9 + 2 * HOUR
    assert escalated.respond_by == MONDAY_9 + HOUR
    assert in_haste.respond_by == MONDAY_9 + HOUR / 2


def test_the_reasons_stay_true_however_late_they_are_read() -> None:
    early = decided(make_dossier(), at=MONDAY_9)
    late = decided(make_dossier(), at=MONDAY_9 + 5 * HOUR)

    assert early.reasons == late.reasons


def test_a_post_without_a_clock_has_no_deadline_and_says_so() -> None:
    plan = decided(make_dossier(post=make_post(created_at=None)))

    assert (plan.respond, plan.respond_by) == (True, None)
    assert plan.reasons[1] == "No deadline: nothing tells when it was written."


def test_a_deadline_reckoned_from_when_we_heard_it_says_so() -> None:
    post = replace(make_post(created_at=MONDAY_9), heard_at=MONDAY_9, created_at_assumed=True)

    plan = decided(make_dossier(post=post))

    assert plan.respond_by == MONDAY_9 + 2 * HOUR
    assert plan.reasons[1] == (
        "Due by Mon 2 Mar 2026 11:00 GMT, "
        "2 open hours after we heard it: its own time is missing, or cannot be right."
    )


def test_the_brands_own_words_are_owed_nothing() -> None:
    plan = decided(make_dossier(post=make_post(inbound=False)))

    assert (plan.respond, plan.reasons[0]) == (False, "The brand wrote it itself.")


def test_an_offensive_post_is_answered_and_weighs_more() -> None:
    calm = decided(make_dossier())

    rude = decided(make_dossier(reading=make_reading(offensive=0.9)))

    assert rude.respond
    assert rude.priority > calm.priority
    assert "It is offensive (90 %), which is no reason to be silent." in rude.reasons


def test_an_author_who_has_written_before_weighs_more() -> None:
    ada = make_dossier()
    stage = decider(policy=POLICY, brand=None, at=MONDAY_9, contacts=lambda _: 3)

    (after,) = stage([ada])

    assert after.plan is not None
    assert after.plan.priority_parts["repeat"] == pytest.approx(0.04 * 3 / 4)
    assert "Its author has written to us before." in after.plan.reasons


def test_without_a_brand_every_post_counts_as_addressed() -> None:
    unaddressed = make_dossier(
        reading=make_reading({Kind.REQUEST: 0.9}), mention=make_mention(addressed=False)
    )

    (after,) = decider(policy=POLICY, brand=None, at=MONDAY_9)([unaddressed])

    assert after.plan is not None
    assert after.plan.respond
    assert not decided(unaddressed).respond


def test_the_stage_keeps_rows_discards_and_all_that_is_known() -> None:
    discarded = replace(make_dossier(), discarded=DiscardReason.NOT_HEARD, reading=None)
    kept = replace(make_dossier(), asks_since=MONDAY_9)
    stage = decider(policy=POLICY, brand=None, at=MONDAY_9)

    after = run([discarded, kept, discarded], stages=[Stage(name="triage", step=stage)])

    assert after[0] is discarded
    assert after[2] is discarded
    assert after[1] == replace(kept, plan=after[1].plan)
    assert after[1].plan is not None


def test_a_dossier_has_no_field_that_triage_would_lose() -> None:
    names = [field.name for field in fields(Dossier)]

    assert names == ["post", "mention", "reading", "plan", "asks_since", "discarded"]


def test_the_time_of_an_edit_that_asks_anew_begins_with_the_edit() -> None:
    asked = make_dossier()
    before = decided(asked)
    after = decided(replace(asked, asks_since=MONDAY_9 + timedelta(hours=3)))

    assert before.respond_by is not None
    assert after.respond_by == before.respond_by + timedelta(hours=3)
    assert "after it was edited: it asks for more than before." in after.reasons[1]


def test_an_unread_post_is_a_bug_and_not_a_default() -> None:
    unread = replace(make_dossier(), reading=None)

    with pytest.raises(ValueError, match="'1' came to triage without a reading"):
        decided(unread)


def test_hours_that_cannot_hold_a_target_are_refused_before_the_first_post() -> None:
    rarely = OpenHours(week={0: LONDON.week[0]})
    brand = make_brand(hours=rarely, targets={Kind.IDEA: timedelta(days=366)})

    with pytest.raises(NeverOpen, match="more open hours"):
        decider(policy=POLICY, brand=brand, at=MONDAY_9)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    return make_reading(
        draw(st.dictionaries(st.sampled_from(Kind), st.floats(0, 1))),
        needs_response=draw(st.floats(0, 1)),
        urgency=draw(st.floats(0, 1)),
        offensive=draw(st.floats(0, 1)),
        negative=draw(st.floats(0, 1)),
        language=draw(st.sampled_from(["en", "pt", "und"])),
    )


minutes = st.integers(-500, 50_000).map(lambda count: timedelta(minutes=count))


@given(reading=readings(), later=minutes)
def test_the_parts_sum_to_the_priority(reading: Reading, later: timedelta) -> None:
    plan = decided(make_dossier(reading=reading), at=MONDAY_9 + later)

    assert 0 <= plan.priority <= 1
    assert sum(plan.priority_parts.values()) == pytest.approx(plan.priority, abs=1e-9)


@given(reading=readings(), urgency=st.floats(0, 1))
def test_more_urgency_never_lowers_the_priority(reading: Reading, urgency: float) -> None:
    more = replace(reading, urgency=max(reading.urgency, urgency))

    before = decided(make_dossier(reading=reading))

    assert decided(make_dossier(reading=more)).priority >= before.priority


@given(reading=readings(), later=minutes, more=minutes.map(abs))
def test_waiting_longer_never_lowers_the_priority(
    reading: Reading, later: timedelta, more: timedelta
) -> None:
    dossier = make_dossier(reading=reading)

    before = decided(dossier, at=MONDAY_9 + later)

    assert decided(dossier, at=MONDAY_9 + later + more).priority >= before.priority
