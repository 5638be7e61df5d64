"""A brand's filter, put together from its file and from corrections."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from answerback.domain.records.brand import Brand
from answerback.domain.records.correction import Correction, Lessons, lessons
from answerback.domain.records.refusal import Refusal
from answerback.domain.relevance.brand_filter import BrandFilter
from answerback.domain.relevance.state import FilterOutdated, from_bytes
from answerback.project import wiring
from answerback.weights.day_one import load_day_one

#: Labels of a class from which a filter's own figures are worth looking at.
USABLE_FROM = 20


class NothingToLearn(Refusal):
    """There is no correction that a filter may learn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A filter with what it learned from."""

    brand_filter: BrandFilter
    lessons: Lessons

    @property
    def relevant(self) -> int:
        return sum(one.relevant for one in self.lessons.corrections)

    @property
    def irrelevant(self) -> int:
        return len(self.lessons.corrections) - self.relevant


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """Posts from which nothing may be learned."""

    ids: Collection[str] = frozenset()  #: the network's own, as corrections have them
    texts: Collection[str] = frozenset()


def make_filter(
    *,
    brand: Brand,
    corrections: Sequence[Correction],
    audited: Audited = Audited(),
    before: bytes | None = None,
) -> Made:
    """
    Teach a brand's filter; what is under audit is left out and counted.

    `before`: an earlier version, which makes it quicker and changes nothing.

    :raises NothingToLearn: when there are corrections, and all are of an audit sample.
    """
    free = lessons(corrections, audited_ids=audited.ids, audited_texts=audited.texts)
    if free.audited and not free.corrections:
        raise NothingToLearn(
            "Every correction given belongs to an audit sample. A filter that learned from its own "
            "audit would praise itself; give it corrections from outside the sample."
        )
    start = wiring.day_one_filter(brand)
    if before is not None:
        start = _continued(before, start=start)
    taught = start.teach(free.corrections, meanings=wiring.meanings)
    return Made(brand_filter=taught, lessons=free)


def _continued(before: bytes, *, start: BrandFilter) -> BrandFilter:
    """Begin where an earlier version ended, if it knows the brand by the same description."""
    try:
        earlier = from_bytes(before, day_one=load_day_one())
    except FilterOutdated:
        return start
    return earlier if earlier.description == start.description else start
