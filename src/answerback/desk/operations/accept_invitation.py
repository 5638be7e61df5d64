"""Come in by an invitation."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.add_person import Newcomer, add_person
from answerback.desk.operations.invite_person import hash_of
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Role


class NoInvitation(Refusal):
    """The link leads to no invitation that can be used; pages show it with 404."""


class MemberAlready(Refusal):
    """Somebody has a seat there already."""


@transaction.atomic
def accept_invitation(*, token: str, newcomer: Newcomer, at: datetime) -> int:
    """
    Make the person an invitation is for, with its role for its brand; return their number.

    The invitation is locked and used up: of two who take it at once one is refused.

    :raises NoInvitation: when there is none, it was used, or its 72 hours are over.
    :raises PersonRefused: when the handle is taken or odd, or the password is too weak.
    """
    invitation = _usable(token, at=at)
    user_id = add_person(newcomer=newcomer, roles={}, by=None, at=at)
    _seat(models.User.objects.get(pk=user_id), invitation=invitation, at=at)
    return user_id


@transaction.atomic
def join_brand(*, token: str, by: str, at: datetime) -> None:
    """
    Give somebody who is here already the seat that an invitation is for.

    :raises NoInvitation: as in `accept_invitation`.
    :raises MemberAlready: when they have a seat there; the invitation stays.
    """
    invitation = _usable(token, at=at)
    user = models.User.objects.get(handle=by)
    if models.Membership.objects.filter(user=user, brand_id=invitation.brand_id).exists():
        raise MemberAlready(
            f"@{by} works for '{invitation.brand.name}' already. This invitation is for somebody "
            "else: sign out, and open it again."
        )
    _seat(user, invitation=invitation, at=at)


def _usable(token: str, *, at: datetime) -> models.Invitation:
    invitation = (
        models.Invitation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("brand")
        .filter(token_hash=hash_of(token), used_by__isnull=True, ends_at__gt=at)
        .first()
    )
    if invitation is None:
        raise NoInvitation(
            "This invitation was used, was withdrawn, or is older than 72 hours. Ask an owner of "
            "the brand for a new one."
        )
    return invitation


def _seat(user: models.User, *, invitation: models.Invitation, at: datetime) -> None:
    models.Membership.objects.create(
        user=user, brand_id=invitation.brand_id, role=Role(invitation.role)
    )
    models.Invitation.objects.filter(pk=invitation.pk).update(used_by=user)
    told = Event(
        what=EventName.MEMBER_CHANGED,
        at=at,
        by=user.handle,
        particulars={"person": user.handle, "role": invitation.role, "invitation": invitation.pk},
    )
    record_events(brand_id=invitation.brand_id, events=[told])
