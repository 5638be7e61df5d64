"""The audit log: pages of it, and whether it is whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from answerback.desk import models
from answerback.desk.queries.access import Member
from answerback.domain.records.role import Right
from answerback.domain.records.seal import FIRST_SEAL, Sealed, seal_of

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which entries; "" or None: all."""

    person: str = ""  #: a handle: what they did, and what was done to their account
    what: str = ""
    brand_id: int | None = None
    before: int | None = None  #: only entries with smaller numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One entry."""

    number: int
    at: datetime
    by: str | None
    what: str
    brand: str | None
    about: str
    particulars: Mapping[str, str | int | float | None]
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """A page of entries, the newest first."""

    lines: tuple[EntryLine, ...]
    more: int | None  #: go on before this number


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last entry: who keeps it elsewhere can tell whether the end was cut off."""

    number: int
    seal: str

    def __str__(self) -> str:
        return f"{self.number}:{self.seal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wholeness:
    """What became of a check."""

    entries: int  #: that were found to be as they were written
    head: Head | None  #: of those; None: there are none
    fault: str | None  #: what is wrong first, in a sentence; None: nothing


def audit_page(member: Member, *, asked: Asked, limit: int) -> EntryPage:
    """
    Return entries of the brands whose log somebody may read, the newest first.

    Who owns a brand also sees what happened at the door to the people of their brands.  Two
    questions to the database, one for those who own none.
    """
    rows = models.AuditEntry.objects.filter(_readable(member)).select_related("brand")
    if asked.person:
        rows = rows.filter(Q(by=asked.person) | Q(about=f"person:{asked.person}"))
    if asked.what:
        rows = rows.filter(what=asked.what)
    if asked.brand_id is not None:
        rows = rows.filter(brand_id=asked.brand_id)
    if asked.before is not None:
        rows = rows.filter(number__lt=asked.before)
    found = list(rows.order_by("-number")[: limit + 1])
    return EntryPage(
        lines=tuple(
            EntryLine(
                number=row.number,
                at=row.at,
                by=row.by,
                what=row.what,
                brand=row.brand.name if row.brand else None,
                about=row.about,
                particulars=row.particulars,
                seal=row.seal,
            )
            for row in found[:limit]
        ),
        more=found[limit - 1].number if len(found) > limit else None,
    )


def _readable(member: Member) -> Q:
    told = Q(brand_id__in=sorted(member.brands_with(Right.AUDIT)))
    owned = member.brands_with(Right.MANAGE)
    if owned:
        theirs = list(
            models.Membership.objects.filter(brand_id__in=owned)
            .values_list("user__handle", flat=True)
            .distinct()
        )
        abouts = ["", *(f"person:{handle}" for handle in theirs)]
        told |= Q(brand__isnull=True) & (Q(by__in=theirs) | Q(by__isnull=True, about__in=abouts))
    return told


def head() -> Head | None:
    """Return the last entry; None: nothing is written yet.  One question to the database."""
    row = models.AuditEntry.objects.order_by("-number").values_list("number", "seal").first()
    return None if row is None else Head(number=row[0], seal=row[1])


def check_audit(*, kept: Head | None = None) -> Wholeness:
    """
    Seal every entry again, from the first, and say whether each is as it was written.

    `kept` is a head that was kept elsewhere: with it a cut end is found, too, and entries that
    were sealed again by somebody who has the key.  Memory stays small, whatever the log's size.
    """
    number, before = 0, FIRST_SEAL
    for entry, seal in _entries():
        fault = _fault(entry, seal=seal, after=number, before=before)
        if fault is None and kept is not None and entry.number == kept.number:
            fault = None if seal == kept.seal else _another_past(kept)
        if fault is not None:
            return Wholeness(entries=number, head=_head(number, before), fault=fault)
        number, before = entry.number, seal
    fault = None
    if kept is not None and number < kept.number:
        fault = (
            f"The log ends at entry {number}, and entry {kept.number} was there when its head "
            "was kept: the end was cut off."
        )
    return Wholeness(entries=number, head=_head(number, before), fault=fault)


def _head(number: int, seal: str) -> Head | None:
    return Head(number=number, seal=seal) if number else None


def _fault(entry: Sealed, *, seal: str, after: int, before: str) -> str | None:
    if entry.number != after + 1:
        return (
            f"Entry {after + 1} is missing: after {after} comes {entry.number}. Entries were "
            "removed."
        )
    if seal_of(entry, before=before, key=audit_key()) != seal:
        return (
            f"Entry {entry.number} does not carry its seal: it was changed, put in, or swapped, "
            "or the log was written with another ANSWERBACK_SECRET_KEY."
        )
    return None


def _another_past(kept: Head) -> str:
    return (
        f"Entry {kept.number} has another seal than the head that was kept: somebody who has "
        "the key wrote the log again."
    )


def _entries() -> Iterator[tuple[Sealed, str]]:
    rows = models.AuditEntry.objects.order_by("number").values_list(
        "number", "at", "by", "what", "brand_id", "about", "particulars", "seal"
    )
    for number, at, by, what, brand_id, about, particulars, seal in rows.iterator(_AT_ONCE):
        entry = Sealed(
            number=number,
            at=at,
            by=by,
            what=what,
            brand_id=brand_id,
            about=about,
            particulars=particulars,
        )
        yield entry, seal


def audit_key() -> bytes:
    """Return the key of the seals: the installation's own."""
    return f"audit:{settings.SECRET_KEY}".encode()
