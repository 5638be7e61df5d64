"""What we say back, and what an etiquette check saw in it."""

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
