"""An answered question that is edited into one that needs an answer anew comes back to people."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.replying import DUE, TEXT, Voice, make_queued
from tests.desk.steps import events_of, imported, notices
from tests.desk.test_join_cases import both, join, say

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.close_case import close_case
from answerback.desk.operations.send import send_due
from answerback.desk.queries.answered import answered_share
from answerback.desk.queries.inbox import inbox
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.post import Post

ASKS, THANKS = "@acme where is my parcel", "@acme it has arrived, thank you"
BURNS = "@acme where is my parcel? EDIT: it burns!"
SLIP = "@acme where is my parcel??"
EDITED = NEXT_DAY + timedelta(hours=3)


def _edit(text: str, *, version: int = 2, at_told: bool = True, **told: object) -> Post:
    moment = EDITED + (version - 2) * LATER
    return make_post(
        "1",
        text=text,
        version=version,
        heard_at=moment + LATER,
        revised_at=moment if at_told else None,
        **told,
    )


def _ours(number: str = "2", *, at: timedelta = LATER) -> Post:
    return make_post(
        number, author="acme", text="@ada soon", in_reply_to="1", created_at=MONDAY_9 + at
    )


def _answered(text: str = ASKS) -> models.Case:
    """Return Bob's case, which we answered from here: its author has the word."""
    imported(make_post("1", text=text))
    case = models.Case.objects.get()
    make_queued(case)
    assign_case(case_id=case.pk, to="bob", by="bob", at=NEXT_DAY)
    send_due(at=DUE, senders=Voice())
    case.refresh_from_db()
    assert (case.state, case.respond_by) == ("awaiting_author", None)
    return case


def _come(case: models.Case, *posts: Post) -> models.Case:
    imported(*posts, fingerprint=f"file of {[(post.external_id, post.version) for post in posts]}")
    case.refresh_from_db()
    return case


def test_a_slip_mended_after_an_edit_that_asked_anew_asks_for_no_more() -> None:
    case = _come(_answered(), _edit(BURNS))
    models.Notice.objects.all().delete()  # Bob has read it

    _come(case, _edit(f"{BURNS}!", version=3))

    assert notices() == [("bob", "author_wrote", None)]


@pytest.mark.parametrize("at_told", [True, False])
def test_an_emergency_brings_state_clock_urgency_and_notice(*, at_told: bool) -> None:
    case = _come(_answered(), _edit(BURNS, at_told=at_told))

    since = EDITED if at_told else EDITED + LATER
    assert (case.state, case.owner, case.leading.version) == ("assigned", "bob", 2)
    assert (case.queue, case.priority) == ("safety", 0.9)
    assert (case.respond_by, case.written_at) == (since + timedelta(hours=1), since)
    assert (case.author_has_the_word, case.stirred_at) == (False, since)
    assert notices() == [("bob", "asked_anew", None)]
    assert events_of(case)[-3:] == ["post_edited", "case_moved", "author_wrote"]
    assert [line.text for line in inbox(at=EDITED).lines] == [BURNS]


@pytest.mark.parametrize("text", [SLIP, THANKS])
def test_a_slip_that_is_mended_and_thanks_leave_the_case_with_its_author(text: str) -> None:
    case = _come(_answered(), _edit(text))

    assert (case.state, case.respond_by) == ("awaiting_author", None)
    assert notices() == [("bob", "author_wrote", None)]


def test_a_case_that_was_closed_as_answered_comes_back_to_its_owner() -> None:
    case = _answered()
    close_case(case_id=case.pk, reason=CloseReason.ANSWERED, by="bob", at=NEXT_DAY)

    case = _come(case, _edit(BURNS))

    assert (case.state, case.owner, case.queue) == ("assigned", "bob", "safety")


def test_a_case_answered_elsewhere_that_nobody_had_is_new_again() -> None:
    imported(make_post("1", text=ASKS), _ours())
    case = models.Case.objects.get()
    assert case.close_reason == "answered_elsewhere"

    case = _come(case, _edit(BURNS))

    assert (case.state, case.close_reason, case.queue) == ("new", None, "safety")


def test_an_answer_after_the_edit_answers_it() -> None:
    case = _come(_answered(), _edit(BURNS))
    make_queued(case, text=TEXT + " Please turn it off.")
    send_due(at=EDITED + LATER, senders=Voice(heard={"said-1": "the first answer"}))

    case.refresh_from_db()
    assert (case.state, case.respond_by) == ("awaiting_author", None)


def test_a_slip_mended_in_an_emergency_still_waits_since_the_emergency() -> None:
    case = _come(_come(_answered(), _edit(BURNS)), _edit(BURNS + "!", version=3))

    assert (case.state, case.leading.version) == ("assigned", 3)
    assert case.respond_by == EDITED + timedelta(hours=1)


LIFE = (
    make_post("1", text=ASKS),
    _ours(),
    _edit(BURNS),
    _ours("3", at=timedelta(days=2)),
    _edit(BURNS + "!", version=3),
)


ORDERS = [
    order
    for upto in (3, 4, 5)
    for order in permutations(range(upto))
    if [place for place in order if place in (0, 2, 4)] == list(range(0, upto, 2))
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("most_rows", [None, 500])
def test_versions_in_order_and_answers_in_any_order_come_to_the_same(
    order: Sequence[int], most_rows: int | None
) -> None:
    _bring([LIFE[place] for place in order], most_rows=most_rows, name=str(order))

    case = models.Case.objects.get()
    assert (case.state == CaseState.CLOSED) is (3 in order)  # the answer of two days later


def _bring(posts: Sequence[Post], *, most_rows: int | None, name: str) -> None:
    if most_rows is None:
        for post in posts:
            imported(post, fingerprint=f"{name} {post.external_id} {post.version}")
    else:
        imported(*posts, fingerprint=name, most_rows=most_rows)


def test_the_wait_of_an_edit_that_asks_anew_is_measured_from_the_edit() -> None:
    _come(_answered(), _edit(BURNS))

    shares = answered_share(
        brand_ids=[models.Brand.objects.get().pk], at=EDITED + timedelta(days=2), period=None
    )

    assert dict(shares.shares)["24 h"] is not None
    read = models.Event.objects.filter(what="post_read").latest("pk")
    assert read.particulars["created_at"] == EDITED.isoformat()


def test_in_joined_cases_an_answer_before_the_edit_does_not_answer_it_in_the_other_place() -> None:
    case, other = both()
    join(case, other)
    say(case, place=other)
    case.refresh_from_db()
    assert case.state == "awaiting_author"

    case = _come(case, _edit("@acme now my kettle burns"))

    assert (case.state, case.owner, case.leading.version) == ("assigned", "bob", 2)
    assert case.leading.answer_id is None
