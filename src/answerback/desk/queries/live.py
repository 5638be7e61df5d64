"""What open pages are told of at once: who did what to which case, who is there, what is new."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from answerback.desk import models


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEvent:
    """An event without its particulars."""

    event_id: int
    what: str
    at: datetime
    by: str | None
    case_id: int | None
    brand_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePresence:
    """Somebody who has a case open right now."""

    case_id: int
    brand_id: int
    handle: str
    writing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSeats:
    """What somebody may be told of, as it is now."""

    brands: frozenset[int]
    proof: str  #: changes with the password; a session that carries another one is over


_COLUMNS = ("pk", "what", "at", "by", "case_id", "brand_id")


def newest_event() -> int:
    """Return the number of the newest event; 0 before the first."""
    return models.Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def events_after(event_id: int, *, limit: int) -> list[LiveEvent]:
    """Return the events behind a number, oldest first.  One question to the database."""
    rows = models.Event.objects.filter(pk__gt=event_id).order_by("pk")
    return [_event(row) for row in rows.values_list(*_COLUMNS)[:limit]]


def events_since(moment: datetime, *, limit: int) -> list[LiveEvent]:
    """Return those of the newest events that happened since a moment, oldest first."""
    rows = models.Event.objects.order_by("-pk").values_list(*_COLUMNS)[:limit]
    return [event for event in map(_event, reversed(rows)) if event.at >= moment]


def _event(row: tuple[int, str, datetime, str | None, int | None, int]) -> LiveEvent:
    pk, what, at, by, case_id, brand_id = row
    return LiveEvent(event_id=pk, what=what, at=at, by=by, case_id=case_id, brand_id=brand_id)


def everybody_present(*, at: datetime) -> list[LivePresence]:
    """Return who has which case open at a moment.  One question to the database."""
    rows = models.Presence.objects.filter(until__gt=at).order_by("pk")
    columns = ("case_id", "case__brand_id", "user__handle", "writing")
    return [
        LivePresence(case_id=case_id, brand_id=brand_id, handle=handle, writing=writing)
        for case_id, brand_id, handle, writing in rows.values_list(*columns)
    ]


def noticed_after(notice_id: int) -> list[tuple[int, int]]:
    """Return number and person of each notice behind a number.  One question."""
    rows = models.Notice.objects.filter(pk__gt=notice_id).order_by("pk")
    return list(rows.values_list("pk", "user_id"))


def newest_notice() -> int:
    """Return the number of the newest notice; 0 before the first."""
    return models.Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def seats_now(user_ids: Collection[int]) -> dict[int, LiveSeats]:
    """
    Return what each of these people may be told of; nobody who cannot sign in any more.

    Two questions to the database, however many people.
    """
    people = models.User.objects.filter(pk__in=user_ids, is_active=True)
    proofs = {user.pk: user.get_session_auth_hash() for user in people}
    brands: dict[int, set[int]] = {user_id: set() for user_id in proofs}
    rows = models.Membership.objects.filter(user_id__in=list(proofs))
    for user_id, brand_id in rows.values_list("user_id", "brand_id"):
        brands[user_id].add(brand_id)
    return {
        user_id: LiveSeats(brands=frozenset(brands[user_id]), proof=proof)
        for user_id, proof in proofs.items()
    }


#: How far back a new stream is told what happened, so that nothing falls between page and stream.
LOOK_BACK = timedelta(seconds=10)
