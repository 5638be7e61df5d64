"""Ada works cases, Bob writes drafts, Cleo approves, Olga owns the desk."""

from django.test import Client
from tests.builders import MONDAY_9

from answerback.desk import models
from answerback.desk.queries.access import Member, member_of
from answerback.domain.records.role import Role

PASSWORD = "correct-horse-battery"  # noqa: S105  a test agent's password is no secret


def make_brand(name: str = "Acme") -> models.Brand:
    """Return a brand of that name, made if it is not there."""
    return models.Brand.objects.get_or_create(name=name, defaults={"handles": [name.lower()]})[0]


def make_user(
    handle: str = "ada", *, role: Role | None = Role.AGENT, brand: str = "Acme"
) -> models.User:
    """
    Return somebody with a seat at a brand, made if they are not there; `role` None: no seat.

    They cannot sign in with a password, which is slow to make; `signed_in` needs none.
    """
    user, _ = models.User.objects.get_or_create(
        handle=handle, defaults={"name": handle.capitalize(), "joined_at": MONDAY_9}
    )
    if role is not None:
        models.Membership.objects.update_or_create(
            user=user, brand=make_brand(brand), defaults={"role": role}
        )
    return user


def make_member(
    handle: str = "ada", *, role: Role | None = Role.AGENT, brand: str = "Acme"
) -> Member:
    """Return somebody as queries and operations know them."""
    return member_of(make_user(handle, role=role, brand=brand))


def signed_in(handle: str = "olga", *, role: Role = Role.OWNER) -> Client:
    """Return a browser in which somebody is signed in, with that role for every brand there is."""
    user = make_user(handle, role=None)
    for brand in models.Brand.objects.exclude(membership__user=user):
        models.Membership.objects.create(user=user, brand=brand, role=role)
    if not user.memberships.exists():
        make_user(handle, role=role)
    # Seen far in the future: a page asked for at whatever moment need not write it down.
    models.User.objects.filter(pk=user.pk).update(seen_at=MONDAY_9.replace(year=2100))
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
