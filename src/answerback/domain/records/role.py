"""Who may do what for a brand: closed lists."""

from collections.abc import Mapping
from enum import StrEnum

from answerback.domain.records.refusal import Refusal


class Right(StrEnum):
    """What somebody may do for one brand."""

    SEE = "see"  #: read posts, cases and figures
    NOTE = "note"  #: write private notes, watch, mark as read
    WORK = "work"  #: triage, take cases, write drafts, close
    APPROVE = "approve"  #: say yes to somebody else's draft
    ASSIGN = "assign"  #: give cases to others; macros, teams and views for all
    AUDIT = "audit"  #: read the audit log
    MANAGE = "manage"  #: the brand itself: sources, policies, people and their roles


class Role(StrEnum):
    """What somebody is for one brand."""

    OWNER = "owner"
    LEAD = "lead"
    APPROVER = "approver"
    AGENT = "agent"
    VIEWER = "viewer"


_AGENT = frozenset({Right.SEE, Right.NOTE, Right.WORK})
_APPROVER = _AGENT | {Right.APPROVE}
_LEAD = _APPROVER | {Right.ASSIGN, Right.AUDIT}

#: What each role may do; a right that stands nowhere belongs to nobody.
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OWNER: _LEAD | {Right.MANAGE},
    Role.LEAD: _LEAD,
    Role.APPROVER: _APPROVER,
    Role.AGENT: _AGENT,
    Role.VIEWER: frozenset({Right.SEE}),
}


class NotAllowed(Refusal):
    """Somebody's role does not reach so far; pages show it with 403."""


def check_right(role: Role, right: Right, *, brand: str) -> None:
    """
    Do nothing when a role has a right, and refuse aloud when it has not.

    :raises NotAllowed: naming the roles that have it.
    """
    if right in RIGHTS[role]:
        return
    could = ", ".join(other for other in Role if right in RIGHTS[other])
    raise NotAllowed(
        f"For the brand '{brand}' you are {role}, which does not reach so far ({right}). "
        f"Roles that do: {could}. Ask an owner of the brand."
    )
