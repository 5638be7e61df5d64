"""Write down what a person did, sealed together with all that was written before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from django.db import connection, transaction

from answerback.desk import models
from answerback.desk.queries.audit_log import audit_key
from answerback.domain.records.event import Event
from answerback.domain.records.seal import FIRST_SEAL, Sealed, seal_of

#: PostgreSQL's name for "one writer of the chain at a time"; SQLite has one writer anyway.
_CHAIN_LOCK = 0x0A0D17


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that a person did."""

    what: str
    by: str | None
    brand_id: int | None = None
    about: str = ""  #: "case:12", "person:ada"
    particulars: Mapping[str, str | int | float | None] = field(
        default_factory=lambda: MappingProxyType({})
    )


@transaction.atomic
def write_audit(*, deeds: Sequence[Deed], at: datetime) -> None:
    """Add entries in the order given.  Call it inside the transaction of what they tell."""
    if not deeds:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])
    last = models.AuditEntry.objects.order_by("-number").first()
    number, before = (last.number, last.seal) if last else (0, FIRST_SEAL)
    entries = []
    for number, deed in enumerate(deeds, start=number + 1):  # noqa: B020 - it goes on counting
        entry = Sealed(
            number=number,
            at=at,
            by=deed.by,
            what=deed.what,
            brand_id=deed.brand_id,
            about=deed.about,
            particulars=deed.particulars,
        )
        before = seal_of(entry, before=before, key=audit_key())
        entries.append(
            models.AuditEntry(
                number=number,
                at=at,
                by=deed.by,
                what=deed.what,
                brand_id=deed.brand_id,
                about=deed.about,
                particulars=dict(deed.particulars),
                seal=before,
            )
        )
    models.AuditEntry.objects.bulk_create(entries)


def deed_of(event: Event, *, brand_id: int) -> Deed:
    """Return what an event says, as an audit entry says it."""
    about = f"case:{event.case_id}" if event.case_id is not None else ""
    if not about and event.post_id is not None:
        about = f"post:{event.post_id}"
    return Deed(
        what=event.what,
        by=event.by,
        brand_id=brand_id,
        about=about,
        particulars=event.particulars,
    )
