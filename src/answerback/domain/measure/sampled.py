"""What people said of an audit sample, stratum by stratum, pooled over several draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from answerback.domain.measure.limits import IntervalKind, Limits, limits_of, of_a_finite_heap


class Side(StrEnum):
    """Where the house had put the posts of a stratum."""

    KEPT = "kept"
    SET_ASIDE = "set_aside"  #: heard, then judged not about the brand, or spam
    NOT_HEARD = "not_heard"  #: stored, but the brand's query did not match


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """
    One stratum of one draw: how many posts it has, and what people said of those drawn.

    Units: all are counts of posts.
    """

    stratum: str
    side: Side
    population: int
    relevant: int
    irrelevant: int
    unsure: int = 0
    unlabelled: int = 0  #: drawn, and nobody has looked yet; taken as left out by chance

    @property
    def labelled(self) -> int:
        return self.relevant + self.irrelevant + self.unsure


class Unsure(StrEnum):
    """How posts count of which the labeller was not sure."""

    RELEVANT = "relevant"
    IRRELEVANT = "irrelevant"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """
    A stratum over all its draws.

    Units: `population` and `drawn` count posts; `share` is the weighted share of relevant
    ones; `draws` is how many equal draws are worth as much as these (Kish's effective size).
    """

    population: int
    drawn: int
    share: float
    draws: float

    def limits(self, *, kind: IntervalKind) -> Limits:
        """Return the 95 % limits of the share, with what was drawn known for certain."""
        limits = limits_of(min(self.share * self.draws, self.draws), self.draws, kind=kind)
        return of_a_finite_heap(limits, share=self.share, drawn=self.drawn, heap=self.population)


def heaps(tallies: Sequence[Tally], *, side: Side, unsure: Unsure) -> list[Heap]:
    """
    Return the strata of a side, each pooled over its draws by its name.

    Error: a stratum of several draws is taken to have one share of relevant posts, or nearly.
    Source: effective size, Kish 1965, "Survey Sampling", 11.7; its use inside exact limits,
    Korn and Graubard 1998, Survey Methodology 24:193.

    :raises ValueError: when nothing of a draw's stratum is labelled.
    """
    named: dict[str, list[Tally]] = {}
    for tally in tallies:
        if tally.side is side and tally.population:
            named.setdefault(tally.stratum, []).append(tally)
    return [_pooled(some, unsure=unsure) for some in named.values()]


def _pooled(tallies: Sequence[Tally], *, unsure: Unsure) -> Heap:
    counts = [_counted(tally, unsure=unsure) for tally in tallies]
    population = sum(tally.population for tally in tallies)
    weights = [tally.population / population for tally in tallies]
    pairs = list(zip(weights, counts, strict=True))
    return Heap(
        population=population,
        drawn=sum(tally.labelled for tally in tallies),
        share=min(1.0, sum(weight * hits / of for weight, (hits, of) in pairs)),
        draws=1 / sum(weight * weight / of for weight, (_, of) in pairs),
    )


def _counted(tally: Tally, *, unsure: Unsure) -> tuple[float, float]:
    """Return hits and draws; of unsure ones alone, left out, nothing is known: half of one."""
    if not tally.labelled:
        raise ValueError(f"Of stratum '{tally.stratum}' nothing is labelled.")
    if unsure is Unsure.LEFT_OUT:
        sure = tally.relevant + tally.irrelevant
        return (tally.relevant, sure) if sure else (0.5, 1)
    return tally.relevant + tally.unsure * (unsure is Unsure.RELEVANT), tally.labelled
