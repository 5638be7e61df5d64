"""Who works for which brand."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator

from answerback.desk import models
from answerback.desk.queries.access import NotHere
from answerback.domain.records.role import Role

_SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One seat at a brand."""

    handle: str
    name: str
    role: Role
    skills: tuple[str, ...]
    languages: tuple[str, ...]  #: ISO 639-1; empty: all
    capacity: int
    active: bool  #: may sign in
    takes_cases: bool  #: their own switch
    second_step: bool  #: has one-time codes or a passkey
    signed_in_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationLine:
    """One invitation that can still be used."""

    invitation_id: int
    name: str
    role: Role
    by: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What an invitation offers."""

    brand: str
    role: Role
    name: str
    by: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody of one brand, and who was asked to come."""

    seats: tuple[PersonLine, ...]  #: owners first, then by name
    invitations: tuple[InvitationLine, ...]  #: the newest first


def people_of(*, brand_id: int, at: datetime) -> People:
    """Return who works for a brand.  Three questions to the database."""
    rows = list(
        models.Membership.objects.filter(brand_id=brand_id)
        .select_related("user")
        .order_by("user__name", "user__handle")
    )
    secured = set(
        Authenticator.objects.filter(
            user__memberships__brand_id=brand_id, type__in=_SECOND_STEPS
        ).values_list("user_id", flat=True)
    )
    ranks = list(Role)
    rows.sort(key=lambda row: ranks.index(Role(row.role)))
    invitations = models.Invitation.objects.filter(
        brand_id=brand_id, used_by__isnull=True, ends_at__gt=at
    ).order_by("-pk")
    return People(
        seats=tuple(_line(row, second_step=row.user_id in secured) for row in rows),
        invitations=tuple(
            InvitationLine(
                invitation_id=one.pk,
                name=one.name,
                role=Role(one.role),
                by=one.by,
                ends_at=one.ends_at,
            )
            for one in invitations
        ),
    )


def person_of(*, brand_id: int, handle: str) -> PersonLine:
    """
    Return somebody's seat at a brand.  Two questions to the database.

    :raises NotHere: when they have none.
    """
    row = (
        models.Membership.objects.filter(brand_id=brand_id, user__handle=handle)
        .select_related("user")
        .first()
    )
    if row is None:
        raise NotHere
    secured = Authenticator.objects.filter(user_id=row.user_id, type__in=_SECOND_STEPS).exists()
    return _line(row, second_step=secured)


def invited(*, token_hash: str, at: datetime) -> Invited:
    """
    Return what an invitation that can be used offers.  One question to the database.

    :raises NotHere: when there is none, whyever.
    """
    one = (
        models.Invitation.objects.select_related("brand")
        .filter(token_hash=token_hash, used_by__isnull=True, ends_at__gt=at)
        .first()
    )
    if one is None:
        raise NotHere
    return Invited(
        brand=one.brand.name, role=Role(one.role), name=one.name, by=one.by, ends_at=one.ends_at
    )


def _line(row: models.Membership, *, second_step: bool) -> PersonLine:
    return PersonLine(
        handle=row.user.handle,
        name=row.user.name,
        role=Role(row.role),
        skills=tuple(row.skills),
        languages=tuple(row.languages),
        capacity=row.capacity,
        active=row.user.is_active,
        takes_cases=row.user.takes_cases,
        second_step=second_step,
        signed_in_at=row.user.last_login,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person of the desk, for whoever runs the server."""

    handle: str
    name: str
    active: bool
    roles: tuple[tuple[str, Role], ...]  #: brand and role, by brand
    second_step: bool
    signed_in_at: datetime | None


def everybody() -> list[PersonRow]:
    """Return everybody, by handle.  Three questions to the database."""
    users = list(models.User.objects.order_by("handle"))
    roles: dict[int, list[tuple[str, Role]]] = {}
    seats = models.Membership.objects.order_by("brand__name")
    for user_id, brand, role in seats.values_list("user_id", "brand__name", "role"):
        roles.setdefault(user_id, []).append((brand, Role(role)))
    secured = set(
        Authenticator.objects.filter(type__in=_SECOND_STEPS).values_list("user_id", flat=True)
    )
    return [
        PersonRow(
            handle=user.handle,
            name=user.name,
            active=user.is_active,
            roles=tuple(roles.get(user.pk, ())),
            second_step=user.pk in secured,
            signed_in_at=user.last_login,
        )
        for user in users
    ]


def handle_taken(handle: str) -> bool:
    """Tell whether somebody has a handle, or had it: handles are never given away again."""
    return models.User.objects.filter(handle=handle.strip().casefold()).exists()
