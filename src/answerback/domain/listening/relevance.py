"""
How likely a heard post concerns the brand: v1 knows only how it was heard.

The share of relevant posts was counted on labelled posts (`training/relevance_prior.py`).  The
brand filter, which learns from corrections, comes later and starts from these shares.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from answerback.domain.listening.words import sign_at
from answerback.domain.records.mention import Span
from answerback.domain.records.refusal import Refusal


class HeardBy(StrEnum):
    """How a post came to be heard, surest first."""

    MENTION = "mention"  #: a handle is in it
    WORDS = "words"  #: the name stands among its words
    TAG = "tag"  #: only in a hashtag


@dataclass(frozen=True, slots=True, kw_only=True)
class RelevantShare:
    """Of the labelled posts heard in one way, how many concerned the brand."""

    relevant: int
    labelled: int
    brands: int  #: that those posts are about
    low: float  #: 95 % interval over whole brands; from 0 to 1 for too few of them
    high: float

    @property
    def share(self) -> float:
        """Units: a probability in [0, 1]."""
        return self.relevant / self.labelled


@dataclass(frozen=True, slots=True, kw_only=True)
class RelevancePrior:
    """The share of relevant posts for each way of hearing them."""

    shares: Mapping[HeardBy, RelevantShare]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "RelevancePrior":
        """
        Read the counts from what `weights/files/relevance_prior.json` holds.

        :raises Refusal: when a way of hearing is missing, or its counts make no share.
        """
        try:
            shares = {way: _share(told["heard_by"][way]) for way in HeardBy}
        except (KeyError, TypeError, ValueError) as wrong:
            raise Refusal(
                f"The relevance prior cannot be read ({wrong!r}). It needs relevant, labelled, "
                f"brands, low and high for each of: {', '.join(HeardBy)}. Make it again "
                "with training/relevance_prior.py."
            ) from wrong
        return cls(shares=shares)


def heard_by(text: str, spans: Sequence[Span]) -> HeardBy:
    """Say how the matched words of a text stand in it: the surest of them counts."""
    signs = {sign_at(text, span.start) for span in spans}
    if "@" in signs:
        return HeardBy.MENTION
    return HeardBy.TAG if signs == {"#"} else HeardBy.WORDS


def _share(told: Mapping[str, Any]) -> RelevantShare:
    share = RelevantShare(
        relevant=int(told["relevant"]),
        labelled=int(told["labelled"]),
        brands=int(told["brands"]),
        low=float(told["low"]),
        high=float(told["high"]),
    )
    if not 0 <= share.relevant <= share.labelled or not share.labelled:
        raise ValueError(f"{share.relevant} of {share.labelled}")
    return share
