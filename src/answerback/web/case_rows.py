"""What a row of the list says: words worked out before a template sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.case_list import CaseLine, Present
from answerback.desk.queries.peek import Peek
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.handles import known_by_address
from answerback.domain.records.reading import Sentiment
from answerback.web.cards import (
    KINDS,
    MOST_SHOWN,
    BarPart,
    Deadline,
    Link,
    bar,
    copies_in_words,
    cut,
    deadline,
    opening,
    safe_link,
)

STATES: Mapping[str, Promise | str] = MappingProxyType(
    {
        CaseState.NEW: _("new"),
        CaseState.ASSIGNED: _("assigned"),
        CaseState.AWAITING_APPROVAL: _("awaiting approval"),
        CaseState.AWAITING_AUTHOR: _("awaiting author"),
        CaseState.CLOSED: _("closed"),
    }
)
SENTIMENTS: Mapping[str, Promise | str] = MappingProxyType(
    {
        Sentiment.NEGATIVE: _("negative"),
        Sentiment.NEUTRAL: _("neutral"),
        Sentiment.POSITIVE: _("positive"),
    }
)
CLOSE_REASONS: Mapping[str, Promise | str] = MappingProxyType(
    {
        CloseReason.ANSWERED: _("answered"),
        CloseReason.ANSWERED_ELSEWHERE: _("answered elsewhere"),
        CloseReason.NOT_FOR_US: _("not for us"),
        CloseReason.NO_ANSWER_NEEDED: _("no answer needed"),
        CloseReason.SPAM: _("spam"),
        CloseReason.DELETED: _("deleted by its author"),
        CloseReason.JOINED: _("joined another case"),
    }
)
#: States that every row of a list would show are left out: they tell nothing.
_TELLING = frozenset({CaseState.AWAITING_APPROVAL, CaseState.AWAITING_AUTHOR, CaseState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case, ready to be shown in the list."""

    line: CaseLine
    deadline: Deadline
    kind: Promise | str
    state: Promise | str  #: "" where it goes without saying
    sentiment: Promise | str  #: "" for neutral
    closed_as: Promise | str
    name: str  #: of the author, where their handle is an address and no name
    words: str
    because: str  #: triage's most telling reason
    copies: str
    leased_to: str  #: whose batch of triage it is in, if another's
    asleep: bool
    here: tuple[Present, ...]
    gone: bool = False  #: it fits the filter no longer, and stands where it stood


def row(line: CaseLine, *, at: datetime, me: str, gone: bool = False) -> Row:
    """Return a case as somebody sees it at a moment."""
    leased = line.leased_until is not None and line.leased_until > at
    return Row(
        line=line,
        deadline=deadline(line.respond_by, written_at=line.written_at, at=at),
        kind=KINDS.get(line.kind, line.kind),
        state=STATES.get(line.state, line.state) if line.state in _TELLING else "",
        sentiment=SENTIMENTS.get(line.sentiment, "") if line.sentiment != Sentiment.NEUTRAL else "",
        closed_as=CLOSE_REASONS.get(line.close_reason or "", ""),
        name=line.name if known_by_address(line.channel) else "",
        words=opening(line.opening),
        because=line.reasons[0] if line.reasons else "",
        copies=copies_in_words(line.copies.posts, by=line.copies.authors),
        leased_to=line.leased_to if leased and line.leased_to not in (None, me) else "",
        asleep=line.snoozed_until is not None and line.snoozed_until > at,
        here=tuple(one for one in line.here if one.handle != me),
        gone=gone,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A case at a glance, ready to be shown."""

    peek: Peek
    deadline: Deadline
    kind: Promise | str
    mood: Promise | str
    text: str
    cut: str  #: how much of the text is not shown, in words; "" when all of it is
    bar: tuple[BarPart, ...]  #: largest first
    link: Link | None


def glance(peek: Peek, *, at: datetime) -> Glance:
    """Return a case at a glance, as it stands at a moment."""
    return Glance(
        peek=peek,
        deadline=deadline(peek.respond_by, written_at=peek.written_at, at=at),
        kind=KINDS.get(peek.kind, peek.kind),
        mood=SENTIMENTS.get(peek.sentiment, ""),
        text=peek.text[:MOST_SHOWN],
        cut=cut(peek.text),
        bar=bar(peek.priority_parts),
        link=safe_link(peek.url),
    )
