import pytest
from tests.domain.triage.triaging import make_mention, make_policy, make_reading

from answerback.domain.records.reading import Kind
from answerback.domain.triage.needs_response import Verdict, judge

POLICY = make_policy()


def test_a_complaint_that_addresses_us_is_owed_an_answer() -> None:
    reading = make_reading({Kind.QUESTION: 0.64, Kind.COMPLAINT: 0.91, Kind.PRAISE: 0.2})

    verdict = judge(policy=POLICY, reading=reading, mention=make_mention())

    assert verdict == Verdict(
        respond=True,
        kinds=(Kind.COMPLAINT, Kind.QUESTION),
        reasons=(
            "It is a complaint (91 %), also a question (64 %).",
            "An answer is expected (90 %, judged by the model).",
        ),
    )


@pytest.mark.parametrize(
    ("kinds", "needs_response", "respond"),
    [
        ({Kind.COMPLAINT: 0.5}, 0.15, True),  # the kind asks, and the judge does not forbid it
        ({Kind.COMPLAINT: 0.5}, 0.149, False),  # surely nobody expects an answer
        ({Kind.COMPLAINT: 0.29}, 0.6, False),  # no kind holds, the judge is not certain
        ({Kind.COMPLAINT: 0.29}, 0.65, True),  # the judge is certain
        ({Kind.PRAISE: 0.99}, 0.64, False),  # praise asks for none by itself
        ({Kind.PRAISE: 0.99}, 0.65, True),
        ({Kind.PRAISE: 0.99, Kind.QUESTION: 0.5}, 0.2, True),  # the lesser kind asks
        ({Kind.SPAM: 0.9}, 0.99, False),  # nobody waits
        ({Kind.SPAM: 0.79}, 0.99, True),  # not surely spam
        ({Kind.SPAM: 0.85, Kind.COMPLAINT: 0.9}, 0.5, True),  # a complaint first of all
        ({Kind.OTHER: 0.99}, 0.64, False),
        ({}, 0.65, True),
    ],
)
def test_an_addressed_post_is_owed_what_its_kinds_and_the_judge_say(
    kinds: dict[Kind, float], needs_response: float, *, respond: bool
) -> None:
    reading = make_reading(kinds, needs_response=needs_response)
    strict = make_policy("respond.content_from = 0")

    assert judge(policy=strict, reading=reading, mention=make_mention()).respond is respond


@pytest.mark.parametrize(
    ("kinds", "positive", "respond"),
    [
        ({}, 0.49, True),  # whatever it is, it speaks to us and is not content
        ({}, 0.5, False),
        ({Kind.COMPLAINT: 0.2}, 0.1, True),  # no kind is sure, and no judge
        ({Kind.PRAISE: 0.5}, 0.1, False),
        ({Kind.PRAISE: 0.49}, 0.1, True),
        ({Kind.SPAM: 0.9}, 0.0, False),  # nobody waits
    ],
)
def test_an_addressed_post_that_is_not_content_is_owed_an_answer_in_any_case(
    kinds: dict[Kind, float], positive: float, *, respond: bool
) -> None:
    reading = make_reading(kinds, needs_response=0.0, positive=positive)

    assert judge(policy=POLICY, reading=reading, mention=make_mention()).respond is respond


def test_a_post_that_only_names_us_is_not_answered_for_its_mood() -> None:
    reading = make_reading({}, needs_response=0.0, positive=0.0)

    assert not judge(policy=POLICY, reading=reading, mention=make_mention(addressed=False)).respond


def test_a_kind_less_likely_than_not_is_said_with_a_may() -> None:
    reading = make_reading({Kind.COMPLAINT: 0.34}, needs_response=0.5)

    verdict = judge(policy=POLICY, reading=reading, mention=make_mention())

    assert verdict.reasons[0] == "It may be a complaint (34 %)."


def test_none_of_the_kinds_is_never_the_first_reason_to_answer() -> None:
    reading = make_reading({}, needs_response=0.9)

    verdict = judge(policy=POLICY, reading=reading, mention=make_mention())

    assert verdict.reasons == (
        "An answer is expected (90 %, judged by the model).",
        "It is none of the kinds we know.",
    )


@pytest.mark.parametrize("offensive", [0.0, 1.0])
def test_an_offensive_tone_is_no_reason_to_refuse_an_answer(offensive: float) -> None:
    reading = make_reading(offensive=offensive)

    assert judge(policy=POLICY, reading=reading, mention=make_mention()).respond


@pytest.mark.parametrize(
    ("kinds", "needs_response", "relevance", "reason"),
    [
        (
            {Kind.PRAISE: 0.9},
            0.9,
            0.9,
            "Not ours to speak first: it does not address us, and it is praise (90 %).",
        ),
        (
            {Kind.REQUEST: 0.9},
            0.9,
            0.9,
            "Not ours to speak first: it does not address us, and it is a request (90 %).",
        ),
        (
            {Kind.NEED: 0.59},
            0.9,
            0.9,
            "Not ours to speak first: it does not address us, and it is a stated need (59 %).",
        ),
        (
            {Kind.NEED: 0.6},
            0.49,
            0.9,
            (
                "Not ours to speak first: it does not address us, and an answer is not sure to be "
                "welcome (49 %)."
            ),
        ),
        (
            {Kind.NEED: 0.6},
            0.5,
            0.59,
            "Not ours to speak first: it does not address us, and may not concern us (59 %).",
        ),
        ({Kind.NEED: 0.6}, 0.5, 0.6, None),
    ],
)
def test_we_speak_first_only_when_kind_welcome_and_relevance_all_allow_it(
    kinds: dict[Kind, float], needs_response: float, relevance: float, reason: str | None
) -> None:
    reading = make_reading(kinds, needs_response=needs_response)
    mention = make_mention(addressed=False, relevance=relevance)

    verdict = judge(policy=POLICY, reading=reading, mention=mention)

    owed = (
        "It is a stated need (60 %).",
        "An answer would be welcome (50 %, judged by the model).",
    )
    assert verdict.respond is (reason is None)
    assert verdict.reasons == ((reason,) if reason else owed)


def test_a_post_without_a_mention_counts_as_addressed() -> None:
    reading = make_reading({Kind.REQUEST: 0.9}, needs_response=0.2)

    assert judge(policy=POLICY, reading=reading, mention=None).respond


def test_of_two_kinds_equally_likely_the_first_in_the_list_leads() -> None:
    reading = make_reading({Kind.IDEA: 0.7, Kind.QUESTION: 0.7})

    verdict = judge(policy=POLICY, reading=reading, mention=make_mention())

    assert verdict.kinds == (Kind.QUESTION, Kind.IDEA)
