"""The only writer of a case's state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.case import CaseState, CloseReason, check_move
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ON_ITS_WAY


class CloseNeedsReason(Refusal):
    """A case was to be closed without a word why, or kept open with one."""


class ReplyOnItsWay(Refusal):
    """A case was to be closed or given back while a reply in it goes out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a case shall go."""

    to: CaseState
    close_reason: CloseReason | None = None  #: with CLOSED, and only then
    what: EventName | None = None  #: the event; None: that it moved, or closed
    particulars: Mapping[str, str | int | float | None] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def __post_init__(self) -> None:
        """
        Refuse a closing without its reason: ignoring people would look like answering them.

        :raises CloseNeedsReason: naming the reasons there are.
        """
        if (self.to is CaseState.CLOSED) != (self.close_reason is not None):
            raise CloseNeedsReason(
                f"A move to '{self.to}' came with close reason {self.close_reason!r}. Closing "
                f"needs one, any other move none. There are: {', '.join(CloseReason)}."
            )


_AT_REST: Mapping[str, Any] = MappingProxyType(
    {"snoozed_until": None, "sleeps_through_thanks": False, "leased_to": None, "leased_until": None}
)


@transaction.atomic
def move_cases(*, case_ids: Sequence[int], move: Move, by: str | None, at: datetime) -> None:
    """
    Take every case to a state and write one event for each, or do nothing at all.

    The rows are locked first, several by ascending number and under their brand, so two who
    press at once get one winner and one refusal.  What is closed sleeps no longer, and is in
    nobody's batch.

    :raises MoveNotAllowed: when the life of one of the cases does not lead there.
    :raises ReplyOnItsWay: when one is to be closed or given back while a reply in it goes out.
    """
    rows = models.Case.objects.filter(pk__in=case_ids).order_by("pk")
    if len(case_ids) > 1:
        for brand_id in sorted(set(rows.order_by("brand").values_list("brand", flat=True))):
            hold_brand(brand_id)
    cases = rows.select_for_update(no_key=True)
    came_from = {case.pk: (case.brand_id, CaseState(case.state)) for case in cases}
    for _, state in came_from.values():
        check_move(state, move.to)
    if move.to in (CaseState.CLOSED, CaseState.NEW):
        _check_nothing_goes_out(case_ids)
    closed = move.to is CaseState.CLOSED
    what = move.what or (EventName.CASE_CLOSED if closed else EventName.CASE_MOVED)
    models.Case.objects.filter(pk__in=came_from).update(
        state=move.to,
        close_reason=move.close_reason,
        closed_at=at if closed else None,
        **(_AT_REST if closed else {}),
    )
    for brand_id in {brand_id for brand_id, _ in came_from.values()}:
        record_events(
            brand_id=brand_id,
            events=[
                Event(
                    what=what,
                    at=at,
                    by=by,
                    case_id=case_id,
                    particulars={
                        "from": state,
                        "to": move.to,
                        **({"reason": move.close_reason} if move.close_reason else {}),
                        **move.particulars,
                    },
                )
                for case_id, (of, state) in came_from.items()
                if of == brand_id
            ],
        )


def replies_on_their_way(case_ids: Sequence[int]) -> dict[int, str]:
    """Return who wrote the reply that is on its way, by case; most cases have none."""
    going = models.Reply.objects.filter(case_id__in=case_ids, state__in=ON_ITS_WAY)
    return dict(going.values_list("case_id", "written_by"))


def _check_nothing_goes_out(case_ids: Sequence[int]) -> None:
    going = replies_on_their_way(case_ids)
    for case_id, writer in going.items():
        raise ReplyOnItsWay(
            f"A reply of @{writer} is on its way in case {case_id}. Wait until it is sent, or have "
            "it taken back; then do this."
        )
