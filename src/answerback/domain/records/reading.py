"""What understanding says of a post."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from answerback.domain.records.comparison import Comparison
from answerback.domain.records.name import Name


class Kind(StrEnum):
    """What a post is.  Several may hold at once; "other" is an honest none of these."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    REQUEST = "request"
    NEED = "need"
    PRAISE = "praise"
    COMPARISON = "comparison"
    IDEA = "idea"
    SPAM = "spam"
    OTHER = "other"


class Sentiment(StrEnum):
    """How a post feels."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What understanding says of a post, each part with a probability in [0, 1]."""

    language: str  #: ISO 639-1, or "und" when we cannot tell
    language_probability: float
    sentiment: Mapping[Sentiment, float]  #: sums to 1
    kinds: Mapping[Kind, float]  #: each on its own; they need not sum to 1
    needs_response: float
    urgency: float
    urgency_reasons: tuple[str, ...] = ()  #: sentences
    offensive: float
    why: tuple[str, ...] = ()  #: sentences: the words that carried each leading verdict
    compared: Comparison | None = None  #: the two things that it compares
    names: tuple[Name, ...] = ()  #: ours, rivals' and others that stand in it
    unsure: tuple[str, ...] = ()  #: verdicts that a person should look at: "sentiment", a kind
