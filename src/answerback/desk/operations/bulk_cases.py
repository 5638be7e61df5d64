"""One act on many cases, with what is needed to undo it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Max

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.close_case import close_case
from answerback.desk.operations.escalate_case import escalate_case
from answerback.desk.operations.lock_case import lock_cases
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.snooze_case import snooze_case
from answerback.desk.operations.tag_case import tag_case
from answerback.desk.operations.transfer_case import transfer_case
from answerback.domain.records.case import CloseReason
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal


class BulkAct(StrEnum):
    """What can be done with many cases at once."""

    ASSIGN = "assign"
    QUEUE = "queue"
    TAG = "tag"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    CLOSE = "close"


class NothingPicked(Refusal):
    """An act on many cases, and none was named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkWish:
    """What shall be done; the one field that the act needs is set."""

    act: BulkAct
    word: str = ""  #: a handle, a queue, a tag
    until: datetime | None = None  #: with SNOOZE
    reason: CloseReason | None = None  #: with CLOSE


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDone:
    """What was done, and what was not and why."""

    bulk_id: int | None  #: for `undo_bulk`; None: nothing was done
    done: tuple[int, ...]
    left_out: Mapping[int, str]  #: sentences


#: What an undoing puts back; the state is moved, as its life allows.
KEPT = (
    *("owner", "queue", "queue_by_hand", "state", "close_reason", "snoozed_until"),
    *("sleeps_through_thanks", "assigned_at", "assigned_why", "accepted_at", "escalated_at"),
)
#: Events after which a case counts as untouched: somebody only looked.
LOOKING = (
    *(EventName.CASE_READ, EventName.POST_READ, EventName.WATCH_BEGUN, EventName.WATCH_ENDED),
    *(EventName.BULK_DONE, EventName.BULK_UNDONE),
)


@transaction.atomic
def bulk_cases(*, case_ids: Sequence[int], wish: BulkWish, by: str, at: datetime) -> BulkDone:
    """
    Do one thing with each of the cases, or say why not; `by` may work on all of them.

    All are locked first, in the order of their numbers, so two who pick the same cases wait,
    and never for each other.

    :raises NothingPicked: when no case is named.
    """
    if not case_ids:
        raise NothingPicked("No case is picked. Pick some (x), then say what shall be done.")
    act = _act_of(wish, by=by, at=at)
    done: list[int] = []
    left_out: dict[int, str] = {}
    before: dict[str, Any] = {}
    lock_cases(case_ids)
    for case_id in sorted(set(case_ids)):
        was = snapshot(case_id)
        try:
            with transaction.atomic():
                act(case_id)
        except Refusal as refusal:
            left_out[case_id] = str(refusal)
            continue
        done.append(case_id)
        before[str(case_id)] = {
            "was": was,
            "is": snapshot(case_id),
            "event": newest_touch(case_id),
        }
    bulk_id = _keep(before, wish=wish, by=by, at=at) if done else None
    return BulkDone(bulk_id=bulk_id, done=tuple(done), left_out=left_out)


def _act_of(wish: BulkWish, *, by: str, at: datetime) -> Callable[[int], None]:
    def act(case_id: int) -> None:
        match wish.act:
            case BulkAct.ASSIGN:
                assign_case(case_id=case_id, to=wish.word, by=by, at=at)
            case BulkAct.QUEUE:
                transfer_case(case_id=case_id, queue=wish.word, by=by, at=at)
            case BulkAct.TAG:
                tag_case(case_id=case_id, tags=[wish.word], by=by, at=at)
            case BulkAct.ESCALATE:
                escalate_case(case_id=case_id, by=by, at=at)
            case BulkAct.SNOOZE if wish.until is not None:
                snooze_case(case_id=case_id, until=wish.until, by=by, at=at)
            case BulkAct.CLOSE if wish.reason is not None:
                close_case(case_id=case_id, reason=wish.reason, by=by, at=at)
            case _:
                raise ValueError(f"The act '{wish.act}' came without what it needs: {wish}.")

    return act


def snapshot(case_id: int) -> dict[str, Any]:
    """Return what an undoing would put back, as JSON can hold it."""
    told = models.Case.objects.values(*KEPT).get(pk=case_id)
    tags = models.CaseTag.objects.filter(case_id=case_id).order_by("tag")
    return {
        **{name: _plain(value) for name, value in told.items()},
        "tags": list(tags.values_list("tag", flat=True)),
    }


def newest_touch(case_id: int) -> int:
    """Return the number of the newest event in which something was done with a case."""
    events = models.Event.objects.filter(case_id=case_id).exclude(what__in=LOOKING)
    newest: int | None = events.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _keep(before: Mapping[str, Any], *, wish: BulkWish, by: str, at: datetime) -> int:
    user = models.User.objects.get(handle=by)
    bulk = models.Bulk.objects.create(user=user, at=at, what=wish.act, before=dict(before))
    tell_brands(
        what=EventName.BULK_DONE,
        case_ids=[int(case_id) for case_id in before],
        particulars={"bulk": bulk.pk, "act": wish.act},
        by=by,
        at=at,
    )
    return bulk.pk


def tell_brands(
    *,
    what: EventName,
    case_ids: Sequence[int],
    particulars: Mapping[str, str | int | float | None],
    by: str,
    at: datetime,
) -> None:
    """Write one event for each brand that has any of the cases, with how many it has."""
    brands = list(models.Case.objects.filter(pk__in=case_ids).values_list("brand_id", flat=True))
    for brand_id in sorted(set(brands)):
        told = {**particulars, "cases": brands.count(brand_id)}
        event = Event(what=what, at=at, by=by, particulars=told)
        record_events(brand_id=brand_id, events=[event])
