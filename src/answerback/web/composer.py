"""The place where a reply is written, checked, sent and taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.access import CaseRef, Member
from answerback.desk.queries.approvals import text_versions
from answerback.desk.queries.approvers import undo_seconds_of
from answerback.desk.queries.case_replies import Answers, ReplyLine, case_replies
from answerback.desk.queries.channels import only_heard
from answerback.desk.queries.private_words import waits_in_private
from answerback.desk.queries.reply_files import FileLine, reply_files
from answerback.desk.queries.setting import Setting, look_at, newest_post, setting_of
from answerback.domain.etiquette.files import FileLimit, file_limit
from answerback.domain.etiquette.length import length, limit_of, said_to
from answerback.domain.records.case import CaseState
from answerback.domain.records.handles import called
from answerback.domain.records.post import Post, Visibility
from answerback.domain.records.reply import Finding, ReplyState, Weight
from answerback.domain.records.role import Right
from answerback.web.approval_sheet import ApprovalSheet, Step, approval_sheet, steps
from answerback.web.diffs import Piece
from answerback.web.post_edits import edited_since
from answerback.web.turns import ANSWER_SEEN_BY

#: A counter is shown in another colour from this share of the limit on.
_NEAR = 0.9
#: How soon a page looks again while a reply is being sent.
_LOOK_AGAIN_SECONDS = 2

STATES: Mapping[ReplyState, Promise | str] = MappingProxyType(
    {
        ReplyState.DRAFT: _("draft"),
        ReplyState.AWAITING_APPROVAL: _("waits for approval"),
        ReplyState.QUEUED: _("about to be sent"),
        ReplyState.SENDING: _("being sent"),
        ReplyState.SENT: _("sent"),
        ReplyState.FAILED: _("not sent"),
        ReplyState.UNKNOWN: _("may have been sent"),
        ReplyState.CANCELLED: _("given up"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How long the text is."""

    used: int
    most: int | None  #: None: as long as one likes
    left: int | None
    word: str  #: "near", "over" or "": also the name of its colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What etiquette saw in the text, and whether the writer overruled it."""

    finding: Finding
    overruled: bool

    @property
    def blocks(self) -> bool:
        return self.finding.weight is Weight.BLOCKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the text and changes with it."""

    case_id: int
    reply_id: int | None
    version: int
    text: str
    count: Count
    seen: tuple[Seen, ...]
    to: str
    brand: str
    saved_at: datetime | None
    seen_by: str | Promise  #: who will read the answer on its network
    private: bool  #: few will
    only_heard: str  #: the channel, where nothing can be said on it; else ""
    waits_in_private: str  #: the channel, where a reply in public would be refused; else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What came in the way of a reply: posts that are new, or another text of the same draft."""

    posts: tuple[Post, ...] = ()
    theirs: str | None = None
    yours: str | None = None
    sentence: str = ""


NOTHING_MET = Meeting()


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """A reply that is on its way."""

    line: ReplyLine
    word: Promise | str
    mine: bool
    may_approve: bool
    may_undo: bool
    seconds_left: int  #: for taking it back
    look_again_seconds: int | None  #: None: nothing changes by itself
    sheet: ApprovalSheet | None  #: what an approver reads, for somebody who may decide
    steps: tuple[Step, ...]  #: how its words came to be, where others changed them
    files: tuple[FileLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that may happen to a case after sending."""

    value: str
    word: Promise | str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Everything its template needs."""

    case_id: int
    by: str  #: who writes here
    may_write: bool
    closed: bool
    author: str
    channel: str
    seen: int  #: the newest post of the conversation on this page
    version: int
    text: str
    choices: tuple[Choice, ...]  #: what happens to the case after sending
    undo_choices: tuple[Choice, ...]
    effects: Mapping[str, Any]  #: tags and queue of a macro, for after the sending
    mine: ReplyLine | None
    going: Going | None
    beside: Beside
    meeting: Meeting
    edited: tuple[Piece, ...]  #: the post, then and now, where it was edited since; else nothing
    deleted: bool  #: what is answered is gone from its network
    places: tuple[Choice, ...]  #: where the reply may go; none: there is but one place
    rehearsal: bool  #: nothing written here reaches the network
    carries: FileLimit | None  #: the files that its network takes; None: none
    files: tuple[FileLine, ...]  #: of one's own draft

    @property
    def takes(self) -> str:
        """The kinds of files, as a file field asks for them."""
        return ",".join(self.carries.kinds) if self.carries else ""


def composer(
    *, me: Member, case: CaseRef, at: datetime, meeting: Meeting = NOTHING_MET
) -> Composer:
    """
    Return the composer of a case for somebody.

    The same number of questions to the database, however long the conversation.
    """
    mine, going = case_replies(case_id=case.case_id, handle=me.handle)
    setting = setting_of(case.case_id, place_id=mine.place_id if mine else None)
    text = mine.text if mine else ""
    if meeting.yours is not None:
        text = meeting.yours
    carries = file_limit(setting.through)
    return Composer(
        case_id=case.case_id,
        by=me.handle,
        may_write=me.may(Right.WORK, brand_id=case.brand_id),
        closed=setting.state == CaseState.CLOSED,
        author=setting.post.author.handle,
        channel=setting.channel,
        seen=newest_post(setting),
        version=mine.version if mine else 0,
        text=text,
        choices=_choices(mine.after_send if mine else {}),
        undo_choices=_undo_choices(undo_seconds_of(me.handle)),
        effects=mine.after_send if mine else {},
        mine=mine,
        going=_going(going, me=me, case=case, at=at, carries=bool(carries)) if going else None,
        beside=beside(setting=setting, mine=mine, text=text, me=me, at=at),
        meeting=meeting,
        edited=edited_since(_answering(mine, going), setting=setting),
        deleted=setting.deleted,
        places=_places(setting),
        rehearsal=settings.REHEARSAL,
        carries=carries,
        files=reply_files(mine.reply_id) if mine and carries else (),
    )


def _places(setting: Setting) -> tuple[Choice, ...]:
    if len(setting.places) == 1:
        return ()
    return tuple(
        Choice(
            value=str(place.case_id),
            word=f"{place.channel} · {called(place.author, channel=place.channel)}",
            chosen=place == setting.place,
        )
        for place in setting.places
    )


def _answering(mine: ReplyLine | None, going: ReplyLine | None) -> Answers | None:
    line = going or mine
    return line.answers if line is not None and line.text.strip() else None


def beside(
    *, setting: Setting, mine: ReplyLine | None, text: str, me: Member, at: datetime
) -> Beside:
    """Return what stands beside a text: its length, what etiquette sees, how it will look."""
    found: Sequence[Finding] = ()
    if text.strip():
        reply_id = mine.reply_id if mine else None
        found = look_at(setting, text=text, by=me.handle, at=at, reply_id=reply_id)
    overruled = {(one["check"], one["sentence"]) for one in mine.overruled} if mine else set()
    return Beside(
        case_id=setting.case_id,
        reply_id=mine.reply_id if mine else None,
        version=mine.version if mine else 0,
        text=text,
        count=_count(text, setting=setting),
        seen=tuple(
            Seen(finding=one, overruled=(str(one.check), one.sentence) in overruled)
            for one in found
        ),
        to=called(setting.post.author.handle, channel=setting.channel),
        brand=called((*setting.handles, setting.brand)[0], channel=setting.channel),
        saved_at=mine.changed_at if mine else None,
        seen_by=ANSWER_SEEN_BY[setting.post.visibility],
        private=setting.post.visibility in (Visibility.DIRECT, Visibility.FOLLOWERS),
        only_heard="" if settings.REHEARSAL else only_heard(setting.through),
        waits_in_private=private.channel if (private := waits_in_private(setting)) else "",
    )


def _count(text: str, *, setting: Setting) -> Count:
    channel, to = setting.channel, setting.post.author.handle
    limit = limit_of(channel, most=setting.most_characters)
    whole = said_to(text, channel=channel, to=to) if text.strip() else text
    used = length(whole, channel=channel)
    if limit is None:
        return Count(used=used, most=None, left=None, word="")
    left = limit.most - used
    bytes_over = limit.most_bytes is not None and len(text.encode()) > limit.most_bytes
    word = "over" if left < 0 or bytes_over else "near" if used >= _NEAR * limit.most else ""
    return Count(used=used, most=limit.most, left=left, word=word)


def _going(line: ReplyLine, *, me: Member, case: CaseRef, at: datetime, carries: bool) -> Going:
    left = 0
    if line.send_after is not None and line.state is ReplyState.QUEUED:
        left = max(0, int((line.send_after - at).total_seconds()))
    mine = line.written_by == me.handle
    undoable = line.state in (ReplyState.QUEUED, ReplyState.AWAITING_APPROVAL)
    again = {
        ReplyState.QUEUED: left + 1,
        ReplyState.SENDING: _LOOK_AGAIN_SECONDS,
    }
    may_approve = (
        not mine
        and line.state is ReplyState.AWAITING_APPROVAL
        and me.may(Right.APPROVE, brand_id=case.brand_id)
    )
    return Going(
        line=line,
        word=STATES[line.state],
        mine=mine,
        may_approve=may_approve,
        may_undo=undoable and (mine or me.may(Right.ASSIGN, brand_id=case.brand_id)),
        seconds_left=left,
        look_again_seconds=again.get(line.state),
        sheet=_sheet(line, me=me, at=at) if may_approve else None,
        steps=steps(text_versions(line.reply_id)) if line.version > 1 else (),
        files=reply_files(line.reply_id) if carries else (),
    )


def _sheet(line: ReplyLine, *, me: Member, at: datetime) -> ApprovalSheet | None:
    return approval_sheet(reply_id=line.reply_id, me=me, at=at, on_case=True)


#: What the form offers to do with the case after sending.
_OFFERED: Mapping[str, Promise | str] = MappingProxyType(
    {
        "wait": _("wait for them"),
        "close": _("close the case"),
        "snooze-24": _("sleep for a day"),
        "snooze-72": _("sleep for three days"),
    }
)


def _choices(after_send: Mapping[str, Any]) -> tuple[Choice, ...]:
    hours = after_send.get("snooze_hours")
    chosen = "close" if after_send.get("close") else f"snooze-{hours}" if hours else "wait"
    offered = dict(_OFFERED)
    if chosen not in offered:  # a macro's own
        offered[chosen] = gettext("sleep for %(hours)s hours") % {"hours": hours}
    return tuple(
        Choice(value=value, word=word, chosen=value == chosen) for value, word in offered.items()
    )


#: Seconds; 0: as the brand's policy says.
_UNDO_OFFERED = (0, 10, 15, 20, 30)


def _undo_choices(seconds: int | None) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=str(one),
            word=gettext("%(seconds)s seconds to undo") % {"seconds": one}
            if one
            else gettext("As the brand's policy says"),
            chosen=one == (seconds or 0),
        )
        for one in _UNDO_OFFERED
    )
