"""Keep what somebody is writing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.carry_file import describe_files
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.joined import mains_of
from answerback.desk.queries.setting import newest_post, setting_of
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ON_ITS_WAY, ReplyState

#: A reply is a page of text at most; what is longer was pasted by mistake.
LONGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a page sends of a draft."""

    text: str
    version: int = 0  #: the draft's, as the page knows it; 0: there was none
    seen: int = 0  #: the newest post of the conversation on the page
    after_send: Mapping[str, Any] = field(default_factory=dict)
    alts: Mapping[int, str] = field(default_factory=dict)  #: what is to be seen, by file
    place: int = 0  #: the case, of those joined, to whose place it goes; 0: as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A draft as it is kept."""

    reply_id: int
    version: int


class DraftMoved(Refusal):
    """The same person wrote another text elsewhere: another tab, another machine."""

    def __init__(self, *, theirs: str, yours: str, version: int) -> None:
        super().__init__(
            "This draft was changed in another tab or on another machine. Both texts are here: "
            "keep one, or put them together."
        )
        self.theirs, self.yours, self.version = theirs, yours, version


class DraftRefused(Refusal):
    """A draft that cannot be kept as it is."""


@transaction.atomic
def save_draft(*, case_id: int, by: str, typed: Typed, at: datetime) -> Kept:
    """
    Keep a draft: one for each person and case, made by its first letter.

    The same text again changes nothing.  A reply of theirs that failed becomes the draft.

    :raises DraftMoved: when the text was changed elsewhere since `typed.version`.
    :raises DraftRefused: when it is too long, was sent, or a reply of theirs is on its way.
    """
    _check(typed)
    models.Case.objects.select_for_update(no_key=True).get(pk=case_id)
    row = _row(case_id=case_id, by=by)
    if row is None:
        _check_unsaid(case_id=case_id, by=by, typed=typed)
        return _begin(case_id=case_id, by=by, typed=typed, at=at)
    if typed.version != row.version and typed.text != row.text and row.text:
        raise DraftMoved(theirs=row.text, yours=typed.text, version=row.version)
    changed = typed.text != row.text
    described = bool(typed.alts) and describe_files(row, alts=typed.alts)
    if changed or described:
        row.text, row.version, row.changed_at = typed.text, row.version + 1, at
    if row.state == ReplyState.FAILED:
        _begin_again(row)
    if typed.place:
        row.place_id = _checked_place(case_id, place=typed.place)
    row.seen = min(typed.seen, newest_post(setting_of(case_id, place_id=row.place_id)))
    row.after_send = dict(typed.after_send)
    row.save()
    return Kept(reply_id=row.pk, version=row.version)


def _check(typed: Typed) -> None:
    if len(typed.text) > LONGEST:
        raise DraftRefused(
            f"This text has {len(typed.text):,} characters; a reply may have {LONGEST:,}. Cut it, "
            "or say the rest in a second reply."
        )


def _check_unsaid(*, case_id: int, by: str, typed: Typed) -> None:
    """Refuse the words of a draft that a page still holds though they were sent from elsewhere."""
    sent = models.Reply.objects.filter(case_id=case_id, written_by=by, state=ReplyState.SENT)
    if typed.version and sent.filter(text=typed.text, version__gte=typed.version).exists():
        raise DraftRefused(
            "These words were sent already, from another tab or before the connection broke. Load "
            "the page again; to say the same once more, write it anew."
        )


def _row(*, case_id: int, by: str) -> models.Reply | None:
    """Return the draft of a person, or what failed of theirs."""
    theirs = models.Reply.objects.filter(case_id=case_id, written_by=by)
    if theirs.filter(state__in=ON_ITS_WAY).exists():
        raise DraftRefused(
            "Your reply in this case is on its way. Take it back, or wait until it is sent; "
            "then write the next one."
        )
    drafts = theirs.filter(state__in=[ReplyState.DRAFT, ReplyState.FAILED])
    return drafts.order_by("state", "-pk").first()  # "draft" before "failed"


def _begin(*, case_id: int, by: str, typed: Typed, at: datetime) -> Kept:
    place_id = _checked_place(case_id, place=typed.place)
    setting = setting_of(case_id, place_id=place_id)
    row = models.Reply.objects.create(
        case_id=case_id,
        written_by=by,
        text=typed.text,
        in_reply_to_id=setting.post_id,
        place_id=place_id,
        seen=min(typed.seen, newest_post(setting)),
        after_send=dict(typed.after_send),
        begun_at=at,
        changed_at=at,
    )
    record_events(
        brand_id=setting.brand_id,
        events=[
            Event(
                what=EventName.DRAFT_BEGUN,
                at=at,
                by=by,
                case_id=case_id,
                particulars={"reply": row.pk},
            )
        ],
    )
    return Kept(reply_id=row.pk, version=row.version)


def _checked_place(case_id: int, *, place: int) -> int | None:
    """
    Return the case to whose place a reply goes; None: nobody chose one.

    :raises DraftRefused: when it is not, or not any more, part of this one.
    """
    if not place:
        return None
    if place != case_id and mains_of([place]).get(place) != case_id:
        raise DraftRefused(
            "The case that this was to be answered in is not part of this one any more. Load the "
            "page again; your text is kept."
        )
    return place


def _begin_again(row: models.Reply) -> None:
    """Make a draft of what failed; a new key, for the next text is another message."""
    fresh = models.Reply(case_id=row.case_id)
    row.state, row.key, row.failure = ReplyState.DRAFT, fresh.key, ""
    row.tries, row.first_tried_at, row.asked_at, row.claimed_until = 0, None, None, None
    row.approved_by = row.approved_version = row.approved_at = None
