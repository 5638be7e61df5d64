"""What an edit must say to be owed an answer of its own."""

from dataclasses import replace

import pytest

from answerback.domain.records.plan import Plan
from answerback.domain.records.reading import Kind
from answerback.domain.triage.anew import asks_anew

ASKED = Plan(
    respond=True,
    kind=Kind.QUESTION,
    queue="shop",
    priority=0.1,
    priority_parts={"urgency": 0.1},
    respond_by=None,
    reasons=(),
)


@pytest.mark.parametrize(
    ("before", "now", "anew"),
    [
        (ASKED, ASKED, False),
        (ASKED, replace(ASKED, respond=False, priority_parts={"urgency": 0.9}), False),
        (replace(ASKED, respond=False), ASKED, True),
        (None, ASKED, True),
        (ASKED, replace(ASKED, kind=Kind.COMPLAINT), True),
        (ASKED, replace(ASKED, queue="safety"), True),
        (ASKED, replace(ASKED, priority_parts={"urgency": 0.2}), True),
        (ASKED, replace(ASKED, priority_parts={"urgency": 0.05}), False),
        (ASKED, replace(ASKED, priority=0.9, priority_parts={"urgency": 0.1}), False),
        (ASKED, replace(ASKED, priority_parts={}), False),
    ],
)
def test_an_edit_asks_anew_when_it_owes_more_or_asks_for_something_else(
    *, before: Plan | None, now: Plan, anew: bool
) -> None:
    assert asks_anew(before=before, now=now) is anew
