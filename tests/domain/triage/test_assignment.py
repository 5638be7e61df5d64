from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import MONDAY_9

from answerback.domain.triage.assignment import (
    PRESENT_FOR,
    Choice,
    Person,
    Waiting,
    can_take_more,
    choose,
)

CASE = Waiting(queue="delivery", author="ada", language="de", kind="complaint")
NOW = MONDAY_9
HERE = NOW - timedelta(minutes=1)


def person(handle: str, **told: object) -> Person:
    """Return somebody who is here and can do anything."""
    return replace(Person(handle=handle, seen_at=HERE), **told)  # type: ignore[arg-type]  # a builder


def chosen(*people: Person, case: Waiting = CASE, passed: tuple[str, ...] = ()) -> Choice:
    return choose(case=case, people=people, at=NOW, passed=passed)


def test_the_choice_says_because_of_what() -> None:
    bob = person(
        "bob",
        skills=frozenset({"delivery", "complaint"}),
        languages=frozenset({"de", "en"}),
        queues=frozenset({"delivery"}),
        open_cases=2,
        knew_author_at=NOW - timedelta(days=3),
    )

    choice = chosen(bob, person("cleo", open_cases=0))

    assert choice == Choice(
        handle="bob",
        why=(
            "Because @bob answered @ada on 27 February.",
            "Because @bob is in a team for 'delivery'.",
            "Because @bob has the skill delivery.",
            "Because @bob has the skill complaint.",
            "Because @bob speaks German.",
            "Because @bob has 2 of 8 cases.",
        ),
    )


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"away": True}, "1 are away"),
        ({"seen_at": NOW - PRESENT_FOR - timedelta(seconds=1)}, "1 are not here"),
        ({"seen_at": None}, "1 are not here"),
        ({"passed_at": NOW - PRESENT_FOR}, "1 let an offer pass a moment ago"),
        ({"capacity": 0}, "1 have as many cases as they can"),
        ({"open_cases": 8}, "1 have as many cases as they can"),
        ({"languages": frozenset({"en"})}, "1 do not speak German"),
    ],
)
def test_who_cannot_have_it_does_not_get_it_and_nobody_says_why(
    told: dict[str, object], says: str
) -> None:
    alone = chosen(person("bob", **told))
    with_another = chosen(person("bob", **told), person("zoe", open_cases=7))

    assert alone == Choice(handle=None, why=(f"Nobody can have it: {says}.",))
    assert with_another.handle == "zoe"


def test_a_queue_that_somebody_takes_is_for_those_who_take_it() -> None:
    specialist = person("sam", skills=frozenset({"delivery"}), away=True)
    teamed = person("tea", queues=frozenset({"delivery"}), open_cases=7)

    assert chosen(specialist, person("bob")).handle is None
    assert chosen(specialist, person("bob"), teamed).handle == "tea"
    assert chosen(person("bob", skills=frozenset({"sales"}))).handle == "bob"  # nobody takes it


@pytest.mark.parametrize("language", ["", "und"])
def test_a_language_that_nobody_can_tell_is_anybodys(language: str) -> None:
    bob = person("bob", languages=frozenset({"en"}))

    assert chosen(bob, case=replace(CASE, language=language)).handle == "bob"


def test_who_had_it_and_did_not_open_it_is_not_offered_it_again() -> None:
    choice = chosen(person("bob"), person("cleo", open_cases=7), passed=("bob",))

    assert choice.handle == "cleo"


def test_the_order_of_what_counts() -> None:
    at_first = person("a", open_cases=1)
    rows = [
        person("knows", knew_author_at=NOW, open_cases=7),
        person("free", open_cases=0),
        person("kind", open_cases=1, skills=frozenset({"complaint"})),
        person("narrow", open_cases=1, languages=frozenset({"de"})),
        person("waited", open_cases=1, given_at=NOW - timedelta(hours=2)),
        person("fresh", open_cases=1, given_at=NOW - timedelta(minutes=2)),
    ]

    order = []
    while rows:
        best = chosen(*rows).handle
        order.append(best)
        rows = [row for row in rows if row.handle != best]

    assert order == ["knows", "free", "kind", "narrow", "waited", "fresh"]
    assert chosen(at_first, replace(at_first, handle="b")).handle == "a"


def test_words_long_ago_do_not_count() -> None:
    knew = person("bob", knew_author_at=NOW - timedelta(days=91), open_cases=1)

    choice = chosen(knew, person("zoe"))

    assert choice.handle == "zoe"


WORDS = st.frozensets(st.sampled_from(["delivery", "sales", "complaint"]))
PEOPLE = st.lists(
    st.builds(
        Person,
        handle=st.text("abcdef", min_size=1, max_size=4),
        skills=WORDS,
        languages=st.frozensets(st.sampled_from(["de", "en"])),
        queues=WORDS,
        open_cases=st.integers(0, 5),
        capacity=st.integers(0, 4),
        away=st.booleans(),
        seen_at=st.none() | st.timedeltas(timedelta(0), timedelta(hours=1)).map(NOW.__sub__),
        given_at=st.none() | st.timedeltas(timedelta(0), timedelta(hours=1)).map(NOW.__sub__),
        knew_author_at=st.none()
        | st.timedeltas(timedelta(0), timedelta(days=200)).map(NOW.__sub__),
    ),
    max_size=6,
    unique_by=lambda one: one.handle,
)
CASES = st.builds(
    Waiting,
    queue=st.sampled_from(["delivery", "sales", "care"]),
    author=st.just("ada"),
    language=st.sampled_from(["", "und", "de", "en", "fr"]),
    kind=st.sampled_from(["complaint", "question"]),
)


@given(case=CASES, people=PEOPLE, mixed=st.randoms(use_true_random=False))
def test_whoever_gets_a_case_is_here_has_room_and_can_do_it(
    case: Waiting, people: list[Person], mixed: object
) -> None:
    choice = choose(case=case, people=people, at=NOW)

    shuffled = list(people)
    mixed.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis lends a Random
    assert choose(case=case, people=shuffled, at=NOW) == choice
    assert choice.why
    able = [
        one
        for one in people
        if not one.away
        and one.seen_at is not None
        and NOW - one.seen_at <= PRESENT_FOR
        and one.open_cases < one.capacity
        and (case.language in ("", "und") or not one.languages or case.language in one.languages)
        and (one.takes(case.queue) or not any(other.takes(case.queue) for other in people))
    ]
    assert (choice.handle is None) is (able == [])
    assert all(can_take_more(one, at=NOW) for one in able)
    assert choice.handle in [None, *(one.handle for one in able)]


@given(case=CASES, people=PEOPLE)
def test_who_gets_it_would_get_it_with_less_to_do_too(case: Waiting, people: list[Person]) -> None:
    choice = choose(case=case, people=people, at=NOW)

    eased = [replace(one, open_cases=0) if one.handle == choice.handle else one for one in people]

    assert choose(case=case, people=eased, at=NOW).handle == choice.handle
