"""Keep what a brand's filter has learned as its next version, or go back to an earlier one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal


class NoSuchVersion(Refusal):
    """There is no such version to go back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What a version is made of."""

    state: bytes
    relevant: int
    irrelevant: int
    audited: int
    note: str = ""


@transaction.atomic
def train_filter(*, brand_id: int, learned: Learned, by: str | None, at: datetime) -> int:
    """Add a version, make it the active one, and return its number."""
    brand = hold_brand(brand_id)
    number = max(_numbers(brand_id), default=0) + 1
    models.FilterVersion.objects.create(
        brand=brand,
        number=number,
        at=at,
        by=by,
        state=learned.state,
        relevant=learned.relevant,
        irrelevant=learned.irrelevant,
        audited=learned.audited,
        note=learned.note,
    )
    models.Brand.objects.filter(pk=brand_id).update(active_filter=number)
    counts = {"relevant": learned.relevant, "irrelevant": learned.irrelevant}
    event = Event(
        what=EventName.FILTER_TRAINED,
        at=at,
        by=by,
        particulars={"number": number, **counts, "audited": learned.audited},
    )
    record_events(brand_id=brand_id, events=[event])
    return number


@transaction.atomic
def roll_back_filter(*, brand_id: int, to: int | None, by: str | None, at: datetime) -> int:
    """
    Make an earlier version active again and return its number; 0 is the first day.

    `to` None: the one before the active one.  No version is lost: one may go forward again.

    :raises NoSuchVersion: when there is none of that number, it is active already, or nothing
        comes before it.
    """
    brand = hold_brand(brand_id)
    active = brand.active_filter or 0
    known = [*_numbers(brand_id), 0]
    if to is None and active == 0:
        raise NoSuchVersion(
            f"'{brand.name}' stands at its first day; nothing comes before. Train a version "
            "first: answerback filter train."
        )
    number = next(one for one in known if one < active) if to is None else to
    if number not in known:
        shown = ", ".join(str(one) for one in reversed(known))
        raise NoSuchVersion(f"'{brand.name}' has no version {number}. There are: {shown}.")
    if number == active:
        raise NoSuchVersion(f"Version {number} of '{brand.name}' is the active one already.")
    models.Brand.objects.filter(pk=brand_id).update(active_filter=number or None)
    event = Event(
        what=EventName.FILTER_ROLLED_BACK,
        at=at,
        by=by,
        particulars={"from": active, "to": number},
    )
    record_events(brand_id=brand_id, events=[event])
    return number


def _numbers(brand_id: int) -> list[int]:
    versions = models.FilterVersion.objects.filter(brand_id=brand_id)
    return list(versions.order_by("-number").values_list("number", flat=True))
