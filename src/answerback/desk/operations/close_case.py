"""Wrap a case up."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.add_note import add_note
from answerback.desk.operations.lock_case import lock_open_case
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.tag_case import tag_case
from answerback.desk.operations.tell_watchers import tell_watchers
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ReplyState

#: The reasons that the machine alone gives: one conversation after all, nothing left to answer.
BY_ITSELF = frozenset({CloseReason.JOINED, CloseReason.DELETED})
#: The reasons that a person may give.
GIVEN_BY_PEOPLE = tuple(reason for reason in CloseReason if reason not in BY_ITSELF)


class NotForPeople(Refusal):
    """A case was to be closed as joined to another by somebody who joined nothing."""


class NotAnswered(Refusal):
    """A case was to be closed as answered, and there is no answer of ours."""


@transaction.atomic
def close_case(
    *,
    case_id: int,
    reason: CloseReason,
    by: str | None,
    at: datetime,
    note: str = "",
    tags: Sequence[str] = (),
) -> None:
    """
    Close a case with its reason, and keep a wrap-up note and tags with it.

    Closing without an answer is allowed, and says why: a case that is closed as answered has
    an answer of ours.

    :raises CaseIsClosed: when somebody was quicker.
    :raises NotForPeople: when the reason is the machine's alone.
    :raises NotAnswered: when the reason is "answered" and nobody answered.
    :raises ReplyOnItsWay: when a reply waits for approval or is being sent.
    """
    case = lock_open_case(case_id, to="before it can be closed another way")
    _check_reason(case_id, reason=reason)
    if tags:
        tag_case(case_id=case_id, tags=tags, by=by, at=at)
    if note.strip():
        add_note(case_id=case_id, text=note, by=by, at=at)
    move_cases(
        case_ids=[case_id], move=Move(to=CaseState.CLOSED, close_reason=reason), by=by, at=at
    )
    tell_watchers(case=case, by=by, at=at)


def is_answered(case_id: int) -> bool:
    """Tell whether an answer of ours to the case's author is there.  Two questions at most."""
    posts = models.Post.objects.filter(case_id=case_id, answer__isnull=False)
    sent = models.Reply.objects.filter(case_id=case_id, state=ReplyState.SENT)
    return posts.exists() or sent.exists()


def _check_reason(case_id: int, *, reason: CloseReason) -> None:
    if reason not in GIVEN_BY_PEOPLE:
        raise NotForPeople(
            f"Nobody closes a case as '{reason}': that happens by itself, when two turn out to be "
            "one conversation, or when what was asked is deleted. "
            f"Choose one of: {', '.join(GIVEN_BY_PEOPLE)}."
        )
    others = ", ".join(one for one in GIVEN_BY_PEOPLE if one is not CloseReason.ANSWERED)
    if reason is CloseReason.ANSWERED and not is_answered(case_id):
        raise NotAnswered(
            "Nobody has answered this case yet, so it cannot be closed as answered. Send an "
            f"answer first, or close it with another reason: {others}."
        )
