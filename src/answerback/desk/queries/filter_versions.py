"""A brand's filter: its versions, which one is active, and what it may learn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from answerback.desk import models
from answerback.domain.records.correction import Correction
from answerback.domain.records.event import EventName


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version of a brand's filter."""

    number: int
    at: datetime
    by: str | None
    active: bool
    relevant: int  #: corrections it learned from
    irrelevant: int
    audited: int  #: corrections left out, because they were under audit
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """The version that scores posts now; number 0 and no state: the first day."""

    number: int = 0
    state: bytes | None = None


def filter_versions(*, brand_id: int) -> list[VersionLine]:
    """Return all versions of a brand's filter, the newest first."""
    active = models.Brand.objects.values_list("active_filter", flat=True).get(pk=brand_id)
    rows = models.FilterVersion.objects.filter(brand_id=brand_id).defer("state")
    return [
        VersionLine(
            number=row.number,
            at=row.at,
            by=row.by,
            active=row.number == active,
            relevant=row.relevant,
            irrelevant=row.irrelevant,
            audited=row.audited,
            note=row.note,
        )
        for row in rows.order_by("-number")
    ]


def active_filter(*, brand: str) -> Active:
    """Return the active version of a brand's filter; for a brand not known yet, the first day."""
    told = models.Brand.objects.filter(name=brand).first()
    if told is None or told.active_filter is None:
        return Active()
    row = models.FilterVersion.objects.get(brand=told, number=told.active_filter)
    return Active(number=row.number, state=bytes(row.state))


def corrections(*, brand_id: int) -> list[Correction]:
    """
    Return all corrections of a brand's posts, in the order in which they were given.

    Their ids are the network's, as in a file of corrections, so that both can be compared with
    the posts under audit; an edit has the id of what it stands for.
    """
    events = models.Event.objects.filter(brand_id=brand_id, what=EventName.POST_CORRECTED)
    rows = events.order_by("pk").values_list(
        "post__external_id", "post__text", "particulars", "at", "by"
    )
    return [
        Correction(id=post, text=text, relevant=_relevant(told), at=at, by=by)
        for post, text, told, at, by in rows
    ]


def _relevant(told: Mapping[str, int]) -> bool:
    return told["relevant"] == 1
