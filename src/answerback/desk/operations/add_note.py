"""Write something among ourselves."""

import re
from datetime import datetime
from typing import Final

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import lock_case
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.tell_watchers import tell_watchers
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal

LONGEST: Final = 10_000  #: characters
_NAMED: Final = re.compile(r"(?<![\w@./-])@([a-z0-9][a-z0-9._-]{0,31})", re.IGNORECASE)


class NoteRefused(Refusal):
    """A note that says nothing, or too much."""


@transaction.atomic
def add_note(*, case_id: int, text: str, by: str | None, at: datetime) -> int:
    """
    Keep a note with a case, and tell the members of the brand whom it names with an @.

    Other names, a customer's for instance, are only words.  Who follows the case is told, too.
    Returns the note's number.

    :raises NoteRefused: when it is empty, or longer than `LONGEST`.
    """
    words = text.strip()
    if not words:
        raise NoteRefused("The note is empty. Write something first.")
    if len(words) > LONGEST:
        raise NoteRefused(
            f"The note has {len(words):,} characters; at most {LONGEST:,} are kept. Shorten it."
        )
    case = lock_case(case_id)
    named = _members_named(words, brand_id=case.brand_id)
    note = models.Note.objects.create(
        case_id=case_id, by=by or "", text=words, mentions=named, at=at
    )
    event = Event(
        what=EventName.NOTE_ADDED,
        at=at,
        by=by,
        case_id=case_id,
        particulars={"note": note.pk, "named": len(named)},
    )
    record_events(brand_id=case.brand_id, events=[event])
    notify(handles=named, what=NoticeOf.MENTIONED, case_id=case_id, by=by, at=at)
    tell_watchers(case=case, by=by, at=at, told=named)
    return note.pk


def _members_named(text: str, *, brand_id: int) -> list[str]:
    """Return the handles of members that stand in a text, each once; one question or none."""
    said = {name for found in _NAMED.findall(text) for name in _readings(found.lower())}
    if not said:
        return []
    members = models.Membership.objects.filter(
        brand_id=brand_id, user__handle__in=said, user__is_active=True
    )
    return sorted(members.values_list("user__handle", flat=True))


def _readings(name: str) -> set[str]:
    """Return what "@ada." may mean: a handle may hold a full stop, and a sentence ends in one."""
    return {name, name.rstrip("._-")}
