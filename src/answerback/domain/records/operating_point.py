"""Where people drew the line: the relevance below which posts are set aside."""

from dataclasses import dataclass

from answerback.domain.records.refusal import Refusal

#: Half the width of the unsure band, unless told otherwise.
BAND = 0.05


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
