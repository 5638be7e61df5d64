"""The life of a case, declared once."""

from collections.abc import Mapping
from enum import StrEnum

from answerback.domain.records.refusal import Refusal


class CaseState(StrEnum):
    """Where a case is in its life."""

    NEW = "new"  #: opened by triage, nobody has it
    ASSIGNED = "assigned"  #: one agent owns it
    AWAITING_APPROVAL = "awaiting_approval"  #: a draft waits for a second pair of eyes
    AWAITING_AUTHOR = "awaiting_author"  #: we answered; the author has the word
    CLOSED = "closed"  #: wrapped up, with a reason


#: From each state, the states it may move to. Anything absent is refused.
MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.NEW: frozenset({CaseState.ASSIGNED, CaseState.CLOSED}),
    CaseState.ASSIGNED: frozenset(
        {
            CaseState.NEW,
            CaseState.AWAITING_APPROVAL,
            CaseState.AWAITING_AUTHOR,
            CaseState.CLOSED,
        }
    ),
    CaseState.AWAITING_APPROVAL: frozenset({CaseState.ASSIGNED, CaseState.AWAITING_AUTHOR}),
    CaseState.AWAITING_AUTHOR: frozenset({CaseState.ASSIGNED, CaseState.CLOSED}),
    # Reopened: by its owner, or, when nobody owned it, back to its queue.
    CaseState.CLOSED: frozenset({CaseState.ASSIGNED, CaseState.NEW}),
}


class CloseReason(StrEnum):
    """Why a case ended; required to close without an answer."""

    ANSWERED = "answered"
    ANSWERED_ELSEWHERE = "answered_elsewhere"  #: a native reply, seen on the network
    NOT_FOR_US = "not_for_us"
    NO_ANSWER_NEEDED = "no_answer_needed"
    SPAM = "spam"
    DELETED = "deleted"  #: its author took back what they had asked
    JOINED = "joined"  #: became part of another case: one conversation after all


class MoveNotAllowed(Refusal):
    """The case's life does not lead there."""


def check_move(came_from: CaseState, to: CaseState) -> None:
    """
    Do nothing when a case may move so, and refuse aloud when it may not.

    :raises MoveNotAllowed: naming the states it could go to.
    """
    if to not in MOVES[came_from]:
        could = ", ".join(sorted(MOVES[came_from]))
        raise MoveNotAllowed(
            f"A case that is '{came_from}' cannot become '{to}'; from here it may go to: {could}."
        )
