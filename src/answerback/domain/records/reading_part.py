"""What of a reading a person can correct, and in which words: closed lists."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from answerback.domain.records.reading import Kind, Sentiment


class ReadingPart(StrEnum):
    """What of a post can be corrected."""

    RELEVANCE = "relevance"  #: is it about the brand?
    KIND = "kind"
    SENTIMENT = "sentiment"
    URGENCY = "urgency"
    NEEDS_RESPONSE = "needs_response"


#: What a person's word stands for, as a probability.
URGENCIES: Final[Mapping[str, float]] = MappingProxyType({"low": 0.1, "medium": 0.5, "high": 0.9})

#: What may be said of each part.
SAYINGS: Final[Mapping[ReadingPart, tuple[str, ...]]] = MappingProxyType(
    {
        ReadingPart.RELEVANCE: ("relevant", "irrelevant"),
        ReadingPart.KIND: tuple(str(kind) for kind in Kind),
        ReadingPart.SENTIMENT: tuple(str(mood) for mood in Sentiment),
        ReadingPart.URGENCY: tuple(URGENCIES),
        ReadingPart.NEEDS_RESPONSE: ("yes", "no"),
    }
)
