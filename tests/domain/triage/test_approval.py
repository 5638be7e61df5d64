from datetime import UTC, datetime, timedelta

import pytest
from tests.domain.triage.triaging import make_policy

from answerback.domain.records.reply import Check
from answerback.domain.records.role import Role
from answerback.domain.triage.approval import Approval, Written, approval_reasons, approve_by
from answerback.domain.triage.policy import parse_policy
from answerback.domain.triage.toml_text import TomlRefused

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _written(**told: object) -> Written:
    usual: dict[str, object] = {
        "by": Role.AGENT,
        "joined_at": MONDAY_9 - timedelta(days=400),
        "kinds": {"complaint"},
        "queues": {"care"},
        "followers": 10,
        "risks": {},
        "overruled": (),
    }
    return Written(**(usual | told))  # type: ignore[arg-type]  # a builder takes any field


def _reasons(rules: Approval, **told: object) -> tuple[str, ...]:
    return approval_reasons(rules=rules, written=_written(**told), at=MONDAY_9)


def test_without_a_rule_nobody_is_asked() -> None:
    assert _reasons(Approval()) == ()


@pytest.mark.parametrize(
    ("rules", "told", "reason"),
    [
        ({"always": True}, {}, "Every reply of this brand is approved by another person."),
        (
            {"roles": (Role.AGENT,)},
            {},
            "Its writer is agent; replies of that role are approved.",
        ),
        (
            {"new_people_days": 14},
            {"joined_at": MONDAY_9 - timedelta(days=13)},
            "Its writer joined less than 14 days ago.",
        ),
        (
            {"on_findings": True},
            {"overruled": (Check.DECLINE,)},
            "Its writer overruled what etiquette asked (decline).",
        ),
        ({"kinds": ("complaint",)}, {}, "The case is of the kind 'complaint'."),
        ({"queues": ("care",)}, {}, "The case is in the queue 'care'."),
        (
            {"risks": ("legal",)},
            {"risks": {"legal": "sue you"}},
            "'sue you' is said, a legal risk.",
        ),
        ({"followers_from": 1000}, {"followers": 1000}, "The person has 1,000 followers."),
    ],
)
def test_each_rule_asks_and_says_why(
    rules: dict[str, object], told: dict[str, object], reason: str
) -> None:
    asked = Approval(**rules)  # type: ignore[arg-type]  # one rule at a time

    assert _reasons(asked, **told) == (reason,)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"roles": (Role.APPROVER,)}, {}),
        ({"new_people_days": 14}, {"joined_at": MONDAY_9 - timedelta(days=14)}),
        ({"new_people_days": 14}, {"joined_at": MONDAY_9, "by": Role.LEAD}),
        ({"on_findings": True}, {"overruled": (Check.DECLINE,), "by": Role.APPROVER}),
        ({"kinds": ("praise",)}, {}),
        ({"queues": ("escalations",)}, {}),
        ({"risks": ("press",)}, {"risks": {"legal": "lawyer"}}),
        ({"followers_from": 11}, {}),
        ({"followers_from": 1}, {"followers": None}),
    ],
)
def test_a_rule_that_does_not_fit_asks_nobody(
    rules: dict[str, object], told: dict[str, object]
) -> None:
    assert _reasons(Approval(**rules), **told) == ()  # type: ignore[arg-type]  # as above


def test_leads_are_told_after_a_quarter_of_the_time_that_is_left() -> None:
    due = MONDAY_9 + timedelta(hours=2)

    assert approve_by(submitted_at=MONDAY_9, respond_by=due) == MONDAY_9 + timedelta(minutes=30)
    late = approve_by(submitted_at=MONDAY_9, respond_by=MONDAY_9 - timedelta(hours=1))
    assert late == approve_by(submitted_at=MONDAY_9, respond_by=None)
    assert late == MONDAY_9 + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ('roles = ["boss"]', "key 'approval.roles': there is no 'boss' here. It may be: owner, "),
        ('kinds = ["grumble"]', "there is no 'grumble' here. It may be: complaint, "),
        ('risks = ["rain"]', "there is no 'rain' here. It may be: threat, safety, legal, press"),
        ("always = 1", "1 is neither true nor false"),
        ("new_people_days = 400", "400 does not do. Write a number from 0 to 366"),
        ("sometimes = true", "there is no such key"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(written: str, refusal: str) -> None:
    with pytest.raises(TomlRefused) as refused:
        parse_policy(f"[approval]\n{written}", file="ours.toml", base=make_policy())

    assert refusal in str(refused.value)


def test_too_short_a_time_for_undoing_is_refused() -> None:
    with pytest.raises(TomlRefused, match="9 seconds are too few.*Write 10 to 30"):
        parse_policy("[sending]\nundo_seconds = 9", file="ours.toml", base=make_policy())
