"""Where people drew the line: the relevance below which posts are set aside."""

from dataclasses import dataclass

from answerback.domain.records.refusal import Refusal

#: Half the width of the unsure band, unless told otherwise.
BAND = 0.05
#: From here on a post is rather about the brand than not, whatever threshold people chose.
HALF = 0.5


class NoOperatingPoint(Refusal):
    """A threshold or a band that is no share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """
    A threshold of relevance, chosen by people for a brand.

    Units: both are probabilities in [0, 1]; a threshold of 0 sets nothing aside.
    """

    threshold: float  #: a heard post with less relevance than this is set aside
    band: float = BAND  #: a post nearer to the threshold than this is unsure

    def __post_init__(self) -> None:
        """
        Refuse what is no share.

        :raises NoOperatingPoint: when a part lies outside 0 to 1, or is no number.
        """
        for name, value in (("threshold", self.threshold), ("band", self.band)):
            if not 0 <= value <= 1:
                raise NoOperatingPoint(
                    f"The {name} {value:g} lies outside 0 to 1. Relevance is a probability: tell "
                    "a number such as 0.3."
                )

    def passes(self, relevance: float) -> bool:
        """Say whether a post of this relevance is read."""
        return relevance >= self.threshold

    def unsure(self, relevance: float) -> bool:
        """
        Say whether a post of this relevance is too near to the line to be sure.

        Error: at the very edge of the band rounding decides: 0.45 is nearer to 0.5 than 0.05.
        """
        return abs(relevance - self.threshold) < self.band

    def against_the_odds(self, relevance: float) -> bool:
        """Say whether the verdict is the less likely one, so that reasons argue against it."""
        return self.passes(relevance) is not (relevance >= HALF)

    def in_words(self, relevance: float, *, whose: str = "") -> str:
        """
        Say on which side of the threshold a post lies, and what speaks against that.

        For example "its relevance 0.32 is not below the threshold of 0.02, although more speaks
        against it than for it".  `whose` stands behind the threshold, like " that people chose".
        """
        side = "is not below" if self.passes(relevance) else "lies below"
        told = f"its relevance {relevance:.4g} {side} the threshold of {self.threshold:g}{whose}"
        if not self.against_the_odds(relevance):
            return told
        if relevance == HALF:
            return f"{told}, although as much speaks for it as against it"
        one, other = ("for", "against") if relevance > HALF else ("against", "for")
        return f"{told}, although more speaks {one} it than {other} it"
