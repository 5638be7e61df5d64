"""The newest version of a post stands for it, in whatever order the versions come."""

from itertools import permutations

import pytest
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import imported

from answerback.desk import models
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.queries.inbox import inbox
from answerback.domain.records.case import CaseState

#: What a version says, and whether that waits for an answer.
LOST, BURNS = ("@acme where is my parcel", True), ("@acme now it burns", True)
ARRIVED, TURNED_AWAY = ("@acme it has arrived, thank you", False), ("never mind", False)
LIVES = (
    (LOST, ARRIVED),
    (LOST, TURNED_AWAY),
    (ARRIVED, LOST),
    (TURNED_AWAY, LOST),
    (LOST, BURNS),
    (LOST, ARRIVED, BURNS),
    (BURNS, LOST, TURNED_AWAY),
)
ORDERS = [
    (life, order) for life in LIVES for order in permutations(range(1, len(life) + 1), len(life))
]


def open_cases() -> list[str]:
    return [line.text for line in inbox(at=NEXT_DAY).lines]


def happened() -> list[tuple[str, str | None, object]]:
    """Return what happened to cases: event, the post's words, close reason or old version."""
    names = ("case_opened", "post_edited", "case_closed")
    rows = models.Event.objects.filter(what__in=names).order_by("pk").select_related("post")
    return [
        (
            row.what,
            row.post.text if row.post else None,
            row.particulars.get("reason", row.particulars.get("instead_of")),
        )
        for row in rows
    ]


@pytest.mark.parametrize(("life", "order"), ORDERS)
@pytest.mark.parametrize("most_rows", [None, 1, 500])
def test_the_newest_version_alone_decides_what_waits(
    life: tuple[tuple[str, bool], ...], order: tuple[int, ...], most_rows: int | None
) -> None:
    versions = [make_post("1", version=number, text=life[number - 1][0]) for number in order]
    noise = make_post("2", author="bob", text="@acme mine leaks")

    if most_rows is None:  # each version in a file of its own
        for version in versions:
            imported(version, noise, fingerprint=str(version.version))
    else:
        imported(*versions, noise, most_rows=most_rows)

    text, waits = life[-1]
    expected = {noise.text, text} if waits else {noise.text}
    assert sorted(open_cases()) == sorted(expected)


def test_an_edit_that_asks_nothing_closes_the_case_and_events_say_so() -> None:
    imported(make_post("1", text=LOST[0]))
    imported(make_post("1", version=2, text=ARRIVED[0]), fingerprint="second")

    case = models.Case.objects.get()
    assert (case.state, case.close_reason) == ("closed", "no_answer_needed")
    assert case.leading.version == 2
    assert happened() == [
        ("case_opened", LOST[0], None),
        ("post_edited", ARRIVED[0], 1),
        ("case_closed", None, "no_answer_needed"),
    ]


def test_an_older_version_that_comes_late_opens_nothing() -> None:
    imported(make_post("1", version=2, text=ARRIVED[0]))
    imported(make_post("1", text=LOST[0]), fingerprint="late")

    assert happened() == []
    read = models.Event.objects.filter(what="post_read").order_by("pk")
    assert [row.particulars["respond"] for row in read] == [0, 0]
    assert [row.particulars.get("newer_version") for row in read] == [None, 2]


def test_what_else_the_author_said_still_waits() -> None:
    imported(
        make_post("1", text=LOST[0], conversation_id="c"),
        make_post("2", text="@acme it leaks", conversation_id="c", created_at=MONDAY_9 + LATER),
    )
    edit = make_post("1", version=2, text=TURNED_AWAY[0], conversation_id="c")
    imported(edit, fingerprint="second")

    assert open_cases() == ["@acme it leaks"]


@pytest.mark.parametrize("text", [ARRIVED[0], TURNED_AWAY[0]])
def test_a_case_that_somebody_owns_stays_open_and_shows_the_last_word(text: str) -> None:
    imported(make_post("1", text=LOST[0]))
    case = models.Case.objects.get()
    models.Case.objects.update(owner="kim")
    move_cases(case_ids=[case.pk], move=Move(to=CaseState.ASSIGNED), by="kim", at=NEXT_DAY)

    imported(make_post("1", version=2, text=text), fingerprint="second")

    assert open_cases() == [text]
    assert models.Case.objects.get().respond_by is None


def test_an_answer_to_the_older_words_answers_the_edit_too() -> None:
    imported(
        make_post("1", text=LOST[0]),
        make_post(
            "2", author="acme", text="@ada soon", in_reply_to="1", created_at=MONDAY_9 + LATER
        ),
    )
    imported(make_post("1", version=2, text="@acme where is my parcel?"), fingerprint="second")

    case = models.Case.objects.get()
    assert (case.state, case.close_reason) == ("closed", "answered_elsewhere")
