"""Plain counts: what an audit may say where there are too few posts for a rate."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from answerback.domain.measure.conversation import BothSides, both_sides
from answerback.domain.measure.engaging import Told
from answerback.domain.measure.waiting import Counted, Part, State

if TYPE_CHECKING:
    from answerback.domain.measure.rate import Rate

#: Stands in where no post has a clock, and so nothing is ever compared with it.
_NO_CLOCK = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """
    How many posts ask for an answer, and how they stand; no rate, no interval.

    Units: posts.
    """

    answered: int = 0
    open: int = 0  #: no answer, younger than 7 days
    never: int = 0  #: no answer, 7 days or more
    answered_untimed: int = 0  #: an answer is there, a usable time is not
    unanswered_untimed: int = 0  #: no answer, and no clock to say since when

    @property
    def asked(self) -> int:
        return self.clocked + self.answered_untimed + self.unanswered_untimed

    @property
    def clocked(self) -> int:
        return self.answered + self.open + self.never

    def by_clock(self) -> "Counts":
        """Return those with a clock only."""
        return Counts(answered=self.answered, open=self.open, never=self.never)

    def by_order(self) -> "Counts":
        """Return those without a clock only."""
        return Counts(
            answered_untimed=self.answered_untimed, unanswered_untimed=self.unanswered_untimed
        )

    def in_words(self) -> str:
        """Return '16 answered, 19 waiting, 5 never'; without a clock '16 answered, 24 not'."""
        came, bare = self.answered + self.answered_untimed, self.unanswered_untimed
        if not self.clocked:
            return f"{came} answered, {bare} not"
        rest = f", {bare} unanswered without a clock" if bare else ""
        return f"{came} answered, {self.open} waiting, {self.never} never{rest}"

    def document(self) -> dict[str, int]:
        return {
            "asked": self.asked,
            "answered": self.answered + self.answered_untimed,
            "open": self.open,
            "never": self.never,
            "unanswered_untimed": self.unanswered_untimed,
        }


def counts_by_part(told: Told) -> Mapping[str, Counts]:
    """
    Return the counts of `first`, `next` and `follow_up`, the parts of a brand's figures.

    Shapes: a follow-up is counted under `next` too.
    """
    later = [wait for wait in told.counted if wait.part is Part.NEXT]
    return {
        "first": _counts(wait for wait in told.counted if wait.part is Part.FIRST),
        "next": _counts(later),
        "follow_up": _counts(wait for wait in later if wait.follow_up),
    }


def _counts(waits: Iterable[Counted]) -> Counts:
    states = Counter(wait.state for wait in waits)
    return Counts(**{state.value: states[state] for state in State})


def talk_counts(told: Told) -> dict[str, int] | None:
    """Return in how many conversations the brand spoke last, and so on; None: there is none."""
    if not told.conversations:
        return None
    talk = both_sides(told.conversations, at=told.figures.at or _NO_CLOCK)
    names = ("without_brand", "brand_spoke_last", "ended_with_thanks", "abandoned")
    return {
        "conversations": talk.conversations,
        **{name: _cases(talk, name) for name in names},
    }


def _cases(talk: BothSides, name: str) -> int:
    rate: Rate = getattr(talk, name)
    return round(rate.share * rate.n)
