"""Whether anything is said from here, and why not."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce

from answerback.desk import models
from answerback.desk.here import Here
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ReplyState
from answerback.domain.records.role import RIGHTS, Right, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether replies go out from this database."""

    sends: bool
    why: str  #: it does not; a sentence, "" when it does
    #: Whatever was on its way by then may have been said by another copy; None: no doubt ever.
    doubted_at: datetime | None
    counted: int  #: tries that may have spoken, ever
    seen_at: datetime | None
    resumed_by: str | None
    waiting: int = 0  #: replies that wait for somebody to say that this is the only copy


def standing() -> Standing:
    """Return whether anything is said from here.  Two questions to the database."""
    row = models.Installation.objects.first()
    going = [ReplyState.QUEUED, ReplyState.SENDING]
    if row is None:
        return Standing(
            sends=True, why="", doubted_at=None, counted=0, seen_at=None, resumed_by=None
        )
    waiting = 0 if row.sends else models.Reply.objects.filter(state__in=going).count()
    return standing_of(row, waiting=waiting)


def standing_of(row: models.Installation, *, waiting: int = 0) -> Standing:
    return Standing(
        sends=row.sends,
        why=row.why,
        doubted_at=row.doubted_at,
        counted=row.counted,
        seen_at=row.seen_at,
        resumed_by=row.resumed_by,
        waiting=waiting,
    )


def doubts(row: models.Installation | None, *, place: Here) -> str:
    """Return why this database may be a copy, as a sentence; "" when it is where it was."""
    if row is None:
        return ""
    if place.told > row.counted:
        return (
            f"The database is older than what was said from it: {place.told:,} tries were "
            f"counted beside it, and it knows of {row.counted:,}. It was restored from a backup."
        )
    if place.identity != row.place:
        return (
            "The database is not where it was last at work: it was restored, copied or moved. "
            "Another copy may still be sending."
        )
    if place.door not in row.doors:
        return (
            "The database is worked on from a machine, or under an address, that it does not "
            "know. It may be a copy of another one."
        )
    return ""


def owner_called(handle: str) -> str:
    """
    Return the handle of somebody active who owns a brand.

    :raises NoOwner: when nobody who does is called so.
    """
    told = handle.strip().removeprefix("@").casefold()
    theirs = models.Membership.objects.filter(user__handle=told, user__is_active=True)
    if not theirs.filter(role__in=[role for role in Role if Right.MANAGE in RIGHTS[role]]).exists():
        raise NoOwner(f"@{told} owns no brand here. Name somebody who does: answerback people list")
    return told


class NoOwner(Refusal):
    """Somebody is named who may not say such a thing."""


def doubtful(doubted_at: datetime | None) -> Q:
    """Return which queued replies another copy may have said."""
    if doubted_at is None:
        return Q(pk__in=[])
    told = models.Reply.objects.annotate(went_at=Coalesce("approved_at", "submitted_at"))
    return Q(pk__in=told.filter(state=ReplyState.QUEUED, went_at__lte=doubted_at).values("pk"))


def is_doubtful(reply: models.Reply, *, doubted_at: datetime | None) -> bool:
    """Tell whether another copy may have said this queued reply."""
    went_at = reply.approved_at or reply.submitted_at
    return doubted_at is not None and went_at is not None and went_at <= doubted_at
