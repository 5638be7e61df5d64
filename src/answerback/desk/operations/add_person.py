"""Let a person sign in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from answerback.desk import models
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Role

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_LONGEST_NAME = 100
#: In addresses of the inbox these stand for the reader and for no owner.
_WORDS_FOR_PEOPLE = frozenset({"me", "nobody"})
_FIRST_LOCK = 0x0A0D19


class PersonRefused(Refusal):
    """A handle, a name or a password cannot be had."""


class SomebodyIsHere(Refusal):
    """The first person is made once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who shall be able to sign in."""

    handle: str  #: never changes: events and notes name people by it
    name: str
    password: str


@transaction.atomic
def add_person(
    *, newcomer: Newcomer, roles: Mapping[int, Role], by: str | None, at: datetime
) -> int:
    """
    Make a person with their role for each brand, and return their number.

    `by` None: whoever runs the server.  One audit entry.

    :raises PersonRefused: when the handle is taken or odd, or the password is too weak.
    """
    handle = newcomer.handle.strip().casefold()
    user = models.User(handle=handle, name=newcomer.name.strip(), joined_at=at)
    _check(user)
    check_password(newcomer.password, user=user)
    user.set_password(newcomer.password)
    user.save(force_insert=True)
    models.Membership.objects.bulk_create(
        models.Membership(user=user, brand_id=brand_id, role=role)
        for brand_id, role in roles.items()
    )
    write_audit(deeds=[Deed(what="person_added", by=by, about=f"person:{handle}")], at=at)
    return user.pk


@transaction.atomic
def add_first_person(*, newcomer: Newcomer, at: datetime) -> int:
    """
    Make the person who sets the desk up, owner of every brand that was imported before.

    :raises SomebodyIsHere: when there is anybody already; of two at once one is refused.
    :raises PersonRefused: as in `add_person`.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_LOCK])
    if models.User.objects.exists():
        raise SomebodyIsHere(
            "Somebody has set this desk up already. Ask an owner to invite you, or sign in."
        )
    brands = models.Brand.objects.order_by("pk").values_list("pk", flat=True)
    return add_person(
        newcomer=newcomer, roles=dict.fromkeys(brands, Role.OWNER), by=newcomer.handle, at=at
    )


def check_password(password: str, *, user: models.User) -> None:
    """
    Do nothing when a password is strong enough.

    :raises PersonRefused: saying what it lacks.
    """
    lacking = faults_of(password, handle=user.handle, name=user.name)
    if lacking:
        raise PersonRefused(" ".join(lacking))


def faults_of(password: str, *, handle: str, name: str) -> list[str]:
    """Return what a person's password lacks, in sentences; nothing when it is strong enough."""
    try:
        validate_password(password, models.User(handle=handle, name=name))
    except ValidationError as wrong:
        return list(wrong.messages)
    return []


def _check(user: models.User) -> None:
    if _HANDLE.fullmatch(user.handle) is None:
        raise PersonRefused(
            f"'{user.handle}' cannot be a handle. Take up to 32 small letters, digits, dots, "
            "dashes and underscores, beginning with a letter or a digit."
        )
    if not user.name or len(user.name) > _LONGEST_NAME:
        raise PersonRefused(f"A name has 1 to {_LONGEST_NAME} characters.")
    if user.handle in _WORDS_FOR_PEOPLE:
        raise PersonRefused(
            f"'{user.handle}' has a meaning of its own where owners are asked for. Choose another."
        )
    if models.User.objects.filter(handle=user.handle).exists():
        raise PersonRefused(f"@{user.handle} is taken. Choose another handle.")
