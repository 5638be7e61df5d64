"""Where one manages what: the cards of the page Manage."""

from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.access import Member
from answerback.domain.records.role import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageCard:
    """A place where something is managed."""

    name: str | Promise
    words: str | Promise  #: what one does there
    url: str
    icon: str
    key: str  #: the keys that lead there


#: Name of the address, words, icon, keys, and the right that shows it.
_CARDS: Final[tuple[tuple[str, str | Promise, str | Promise, str, str, Right], ...]] = (
    (
        "brands",
        _("Brands"),
        _("What is listened for: handles, queries, topics, languages."),
        "brand",
        "m b",
        Right.MANAGE,
    ),
    (
        "channels",
        _("Channels"),
        _("Our accounts on networks: logins, what is listened to, how each is."),
        "globe",
        "m c",
        Right.MANAGE,
    ),
    (
        "sources",
        _("Sources"),
        _("Where posts come from, what became of each, and files to read."),
        "source",
        "m s",
        Right.MANAGE,
    ),
    (
        "policies",
        _("Policies"),
        _("Who is owed an answer by when: targets, open hours, holidays, assignment."),
        "policy",
        "m o",
        Right.MANAGE,
    ),
    (
        "people",
        _("People"),
        _("Who works here: roles, skills, languages, capacity, invitations."),
        "user",
        "m p",
        Right.MANAGE,
    ),
    (
        "teams",
        _("Queues and teams"),
        _("Which queues there are, what waits in each, and who takes from it."),
        "team",
        "m t",
        Right.ASSIGN,
    ),
    (
        "macros",
        _("Macros"),
        _("Saved replies with blanks and actions."),
        "macro",
        "m m",
        Right.ASSIGN,
    ),
    (
        "audit",
        _("Audit log"),
        _("Who did what and when, sealed against changes."),
        "audit",
        "m a",
        Right.AUDIT,
    ),
)


def manage_cards(me: Member) -> tuple[ManageCard, ...]:
    """Return the places that somebody may manage, of those that have an address."""
    return tuple(
        ManageCard(name=words, words=told, url=url, icon=icon, key=key)
        for name, words, told, icon, key, right in _CARDS
        if me.may(right) and (url := _address(name)) is not None
    )


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None  # a room that is not built in this version
