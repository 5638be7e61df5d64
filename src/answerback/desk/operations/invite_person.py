"""Make a way in for one new person."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.desk.queries.access import NotHere
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Role

LASTS = timedelta(hours=72)
_TOKEN_BYTES = 32


class NobodyNamed(Refusal):
    """An invitation says for whom it is."""


@transaction.atomic
def invite_person(*, brand_id: int, role: Role, name: str, by: str, at: datetime) -> str:
    """
    Return the token of a new invitation, bound to a brand and a role; it is shown only now.

    It lets one person in, within 72 hours.  The database keeps its SHA-256.

    :raises NobodyNamed: when it says nobody's name.
    """
    if not name.strip():
        raise NobodyNamed("Say for whom the invitation is: a name, as you would call them.")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    invitation = models.Invitation.objects.create(
        brand_id=brand_id,
        role=role,
        name=name.strip()[:100],
        token_hash=hash_of(token),
        by=by,
        at=at,
        ends_at=at + LASTS,
    )
    told = Event(
        what=EventName.PERSON_INVITED,
        at=at,
        by=by,
        particulars={"invitation": invitation.pk, "role": role},
    )
    record_events(brand_id=brand_id, events=[told])
    return token


@transaction.atomic
def withdraw_invitation(*, invitation_id: int, brand_id: int, by: str, at: datetime) -> None:
    """
    Make an invitation that nobody has used worthless.

    :raises NotHere: when there is none of that brand.
    """
    gone, _ = models.Invitation.objects.filter(
        pk=invitation_id, brand_id=brand_id, used_by__isnull=True
    ).delete()
    if not gone:
        raise NotHere
    deed = Deed(
        what="invitation_withdrawn",
        by=by,
        brand_id=brand_id,
        particulars={"invitation": invitation_id},
    )
    write_audit(deeds=[deed], at=at)


def end_invitations(*, brand_id: int, by: str) -> None:
    """Make what somebody invited to, who may not any more, worthless: it may be in their pocket."""
    models.Invitation.objects.filter(brand_id=brand_id, by=by, used_by__isnull=True).delete()


def hash_of(token: str) -> str:
    """Return what the database knows of a token."""
    return sha256(token.encode()).hexdigest()
