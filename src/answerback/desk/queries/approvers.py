"""Who may say yes to whose replies, and what the rules ask of a reply."""

from collections.abc import Collection
from datetime import datetime, timedelta

from answerback.desk import models
from answerback.desk.queries.setting import Setting
from answerback.desk.queries.texts_now import policy_now
from answerback.domain.records.event import EventName
from answerback.domain.records.reply import Check
from answerback.domain.records.role import RIGHTS, Right, Role
from answerback.domain.triage.approval import Written, approval_reasons
from answerback.domain.triage.routing import router

#: What takes a case out of its queue.
_SENT_AWAY = (EventName.CASE_TRANSFERRED, EventName.CASE_ESCALATED)


def approvers_of(*, brand_id: int, but_not: str) -> list[str]:
    """Return the handles of those who may approve replies of a brand, in order."""
    return _with(Right.APPROVE, brand_id=brand_id, but_not=but_not)


def leads_of(*, brand_id: int, but_not: str) -> list[str]:
    """Return the handles of those who assign cases of a brand, in order."""
    return _with(Right.ASSIGN, brand_id=brand_id, but_not=but_not)


def _with(right: Right, *, brand_id: int, but_not: str) -> list[str]:
    roles = [str(role) for role in Role if right in RIGHTS[role]]
    seats = models.Membership.objects.filter(
        brand_id=brand_id, role__in=roles, user__is_active=True
    )
    handles = seats.exclude(user__handle=but_not).order_by("user__handle")
    return list(handles.values_list("user__handle", flat=True))


def why_approve(
    setting: Setting, *, text: str, by: str, overruled: Collection[Check], at: datetime
) -> tuple[str, ...]:
    """
    Return why a reply needs another person's yes; none: it does not.  Four questions.

    What its writer made of the case (another kind, another queue) opens no way around a rule.
    """
    seat = models.Membership.objects.filter(brand_id=setting.brand_id, user__handle=by)
    role, joined_at = seat.values_list("role", "user__joined_at").get()
    policy = policy_now(brand_id=setting.brand_id)
    said = router(policy=policy, brand=None)
    written = Written(
        by=Role(role),
        joined_at=joined_at,
        kinds={setting.kind, *_kinds_before(setting, by=by)},
        queues={setting.queue, *_queues_before(setting, by=by)},
        followers=setting.post.author.followers,
        risks=said.risks(setting.post.text) | said.risks(text),
        overruled=overruled,
    )
    return approval_reasons(rules=policy.approval, written=written, at=at)


def _kinds_before(setting: Setting, *, by: str) -> set[str]:
    corrected = models.Correction.objects.filter(post__case_id=setting.case_id, part="kind", by=by)
    return {str(before) for before in corrected.values_list("before", flat=True) if before}


def _queues_before(setting: Setting, *, by: str) -> set[str]:
    moved = models.Event.objects.filter(case_id=setting.case_id, by=by, what__in=_SENT_AWAY)
    told = moved.values_list("particulars", flat=True)
    return {str(one["from_queue"]) for one in told if one.get("from_queue")}


def undo_seconds_of(handle: str) -> int | None:
    """Return what somebody chose; None: as the brand's policy says.  One question."""
    return models.User.objects.values_list("undo_seconds", flat=True).get(handle=handle)


def undo_time(*, brand_id: int, handle: str) -> timedelta:
    """Return how long somebody can take a reply back: as they chose, or the brand's policy."""
    seconds = undo_seconds_of(handle)
    if seconds is not None:
        return timedelta(seconds=seconds)
    return policy_now(brand_id=brand_id).sending.undo
