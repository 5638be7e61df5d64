"""What an approver reads before they say yes: the post, the reply, and how it came to be."""

from dataclasses import dataclass
from datetime import datetime

from answerback.desk.queries.access import Member
from answerback.desk.queries.approvals import (
    TextVersion,
    WaitingReply,
    text_versions,
    waiting_reply,
)
from answerback.desk.queries.reply_files import FileLine, reply_files
from answerback.desk.queries.setting import look_at, newest_post, setting_of
from answerback.domain.etiquette.files import file_limit
from answerback.domain.etiquette.length import length
from answerback.domain.records.post import Post
from answerback.domain.records.reply import Finding, Weight
from answerback.web.diffs import Piece, diff
from answerback.web.post_edits import edited_since


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One version of a text, beside the one before."""

    version: TextVersion
    pieces: tuple[Piece, ...]  #: none: it is the first


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSheet:
    """Everything its template needs."""

    line: WaitingReply
    post: Post
    seen: int  #: the newest post of the conversation on this page
    steps: tuple[Step, ...]  #: oldest first
    findings: tuple[Finding, ...]
    length: int
    may_decide: bool  #: nobody approves their own
    late: bool
    sentence: str = ""  #: why it is shown again
    new_posts: tuple[Post, ...] = ()
    yours: str = ""  #: what the approver had typed into an older text
    edited: tuple[Piece, ...] = ()  #: the post, then and now, where it was edited since
    files: tuple[FileLine, ...] = ()
    on_case: bool = False  #: it stands on the page of its case, and one goes back there

    @property
    def blocked(self) -> bool:
        return any(finding.weight is Weight.BLOCKS for finding in self.findings)


def approval_sheet(
    *,
    reply_id: int,
    me: Member,
    at: datetime,
    on_case: bool = False,
) -> ApprovalSheet | None:
    """Return what an approver reads, or None when the reply does not wait any more."""
    line = waiting_reply(reply_id)
    if line is None:
        return None
    setting = setting_of(line.case_id, place_id=line.place_id)
    return ApprovalSheet(
        line=line,
        post=setting.post,
        seen=newest_post(setting),
        steps=steps(text_versions(reply_id)),
        findings=look_at(setting, text=line.text, by=line.written_by, at=at, reply_id=reply_id),
        length=length(line.text, channel=line.channel),
        may_decide=line.written_by != me.handle,
        late=line.late(at=at),
        edited=edited_since(line.answers, setting=setting),
        files=reply_files(reply_id) if file_limit(setting.through) else (),
        on_case=on_case,
    )


def steps(versions: list[TextVersion]) -> tuple[Step, ...]:
    """Return each version with what is different from the one before."""
    before: list[TextVersion | None] = [None, *versions[:-1]]
    return tuple(
        Step(version=now, pieces=tuple(diff(old.text, now.text)) if old else ())
        for old, now in zip(before, versions, strict=True)
    )
