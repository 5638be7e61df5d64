"""What we say back, and what an etiquette check saw in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from answerback.domain.records.mention import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Our words to one person: a draft until it is sent."""

    text: str
    to: str  #: handle of the person it speaks to, without the @
    in_reply_to: str | None = None  #: external_id of the post it answers
    written_by: str | None = None  #: the agent; None: not told
    sent_at: datetime | None = None  #: None: not sent

    def __post_init__(self) -> None:
        """Refuse a time without a zone: it would move the reply into or out of a day."""
        if self.sent_at is not None and self.sent_at.tzinfo is None:
            raise ValueError(f"Reply.sent_at={self.sent_at.isoformat()} needs a zone.")


class ReplyState(StrEnum):
    """How far a reply has come."""

    DRAFT = "draft"  #: its author writes
    AWAITING_APPROVAL = "awaiting_approval"
    QUEUED = "queued"  #: approved where it must be; can be taken back until it goes out
    SENDING = "sending"  #: a worker speaks to the network
    SENT = "sent"
    FAILED = "failed"  #: it did not go out, and the reason is known
    UNKNOWN = "unknown"  #: it may have gone out: a person looks
    CANCELLED = "cancelled"


#: From each state, the states it may move to.  Anything absent is refused.
REPLY_MOVES: Mapping[ReplyState, frozenset[ReplyState]] = {
    ReplyState.DRAFT: frozenset(
        {ReplyState.AWAITING_APPROVAL, ReplyState.QUEUED, ReplyState.CANCELLED}
    ),
    ReplyState.AWAITING_APPROVAL: frozenset(
        {ReplyState.DRAFT, ReplyState.QUEUED, ReplyState.CANCELLED}
    ),
    ReplyState.QUEUED: frozenset({ReplyState.DRAFT, ReplyState.SENDING, ReplyState.CANCELLED}),
    # Queued again: the network could not be reached, so nothing was said.
    ReplyState.SENDING: frozenset(
        {ReplyState.QUEUED, ReplyState.SENT, ReplyState.FAILED, ReplyState.UNKNOWN}
    ),
    ReplyState.UNKNOWN: frozenset({ReplyState.SENT, ReplyState.FAILED}),
    ReplyState.FAILED: frozenset({ReplyState.DRAFT, ReplyState.CANCELLED}),
    ReplyState.SENT: frozenset(),
    ReplyState.CANCELLED: frozenset(),
}

#: Only one reply of a case may be in one of these: two agents cannot both be answering.
ON_ITS_WAY = (
    ReplyState.AWAITING_APPROVAL,
    ReplyState.QUEUED,
    ReplyState.SENDING,
    ReplyState.UNKNOWN,
)


class Check(StrEnum):
    """What etiquette looks for: a closed list."""

    PROMOTION = "promotion"  #: selling where help was asked for
    REPETITION = "repetition"  #: the same words to other people
    DECLINE = "decline"  #: a no without its reason or an alternative
    PRIVACY = "privacy"  #: private data in public, said or asked for


class Weight(StrEnum):
    """How much a finding weighs.  A person may overrule "asks"; "blocks" needs a new text."""

    BLOCKS = "blocks"
    ASKS = "asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an etiquette check saw in a reply."""

    check: Check
    weight: Weight
    sentence: str  #: what was seen, and what to do now
    spans: tuple[Span, ...] = ()  #: where in the reply
    people: tuple[str, ...] = ()  #: handles of the others who got the same words
