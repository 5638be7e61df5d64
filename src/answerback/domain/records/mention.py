"""A post that may concern a brand."""

from dataclasses import dataclass

from answerback.domain.records.discard import DiscardReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where in a text something stands: code points, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """What listening says of one post and one brand."""

    heard: bool
    addressed: bool  #: it names or answers one of our handles (reactive); else proactive
    relevance: float  #: probability in [0, 1] that it concerns the brand
    matched: tuple[Span, ...] = ()  #: the words that carried the match
    topics: tuple[tuple[str, float], ...] = ()  #: topic name and score in [0, 1]
    discarded: DiscardReason | None = None
    why: tuple[str, ...] = ()  #: sentences, most telling first
    unsure: bool = False  #: too near to the operating point: a person should tell
