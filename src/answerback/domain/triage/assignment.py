"""Who gets a case: the best person who is there, and because of what."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from answerback.domain.triage.in_words import day_in_words, language_name

#: Who asked for a page so long ago, or never, is not there; nor is who let an offer pass since.
PRESENT_FOR: Final = timedelta(minutes=15)
#: Who had words with the author so long ago does not count as knowing them any more.
KNOWN_FOR: Final = timedelta(days=90)

_UNKNOWN: Final = ("", "und")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case that nobody has, as far as it matters who gets it."""

    queue: str
    author: str  #: the handle
    language: str = ""  #: ISO 639-1; "" or "und": nobody can tell
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works cases of the brand."""

    handle: str
    skills: frozenset[str] = frozenset()  #: words; a queue's or a kind's name may be among them
    languages: frozenset[str] = frozenset()  #: ISO 639-1; empty: all
    queues: frozenset[str] = frozenset()  #: of their teams
    open_cases: int = 0  #: that they have and that wait for us
    capacity: int = 8  #: cases at once; 0: none are offered
    away: bool = False  #: their own switch
    seen_at: datetime | None = None  #: when they last asked for a page
    given_at: datetime | None = None  #: when they were last given one of the cases they have
    passed_at: datetime | None = None  #: when they last let an offer pass unopened
    knew_author_at: datetime | None = None  #: when they last had words with the author

    def takes(self, queue: str) -> bool:
        """Tell whether the queue is among what they can do, or what their teams share."""
        return queue in self.queues or queue in self.skills


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who gets a case, or nobody, and why."""

    handle: str | None
    why: tuple[str, ...]  #: sentences: "Because @bob speaks German."; of nobody one


@dataclass(frozen=True, slots=True)
class _Field:
    """What is asked of each person, for one case at one moment."""

    case: Waiting
    at: datetime
    guarded: bool  #: somebody takes this queue, so only such people get it
    passed: Collection[str]

    def hinders(self, person: Person) -> str | None:
        """Return why somebody cannot have the case, as the end of "… who"; None: they can."""
        language = language_name(self.case.language)
        full = person.open_cases >= person.capacity
        reasons = (
            *_absences(person, at=self.at),
            (
                self.guarded and not person.takes(self.case.queue),
                f"do not take '{self.case.queue}'",
            ),
            (not self._speaks(person), f"do not speak {language}"),
            (full, "have as many cases as they can"),
            (person.handle in self.passed, "had it and did not open it"),
        )
        return next((told for holds, told in reasons if holds), None)

    def _speaks(self, person: Person) -> bool:
        language = self.case.language
        return language in _UNKNOWN or not person.languages or language in person.languages

    def knows(self, person: Person) -> bool:
        known = person.knew_author_at
        return known is not None and self.at - known <= KNOWN_FOR

    def rank(self, person: Person) -> tuple[object, ...]:
        """Return the place in the row: the smallest gets the case."""
        return (
            not self.knows(person),
            person.open_cases / person.capacity,
            self.case.kind not in person.skills,
            _breadth(person),  # who can do anything stays free for what others cannot
            (person.given_at is not None, person.given_at),
            person.handle,
        )

    def because(self, person: Person) -> Iterator[str]:
        """Yield what speaks for somebody, the most telling first."""
        if person.knew_author_at is not None and self.knows(person):
            day = day_in_words(person.knew_author_at, at=self.at)
            yield f"answered @{self.case.author} on {day}"
        if self.case.queue in person.queues:
            yield f"is in a team for '{self.case.queue}'"
        for skill in (self.case.queue, self.case.kind):
            if skill in person.skills:
                yield f"has the skill {skill}"
        if self.case.language in person.languages:
            yield f"speaks {language_name(self.case.language)}"
        yield f"has {person.open_cases} of {person.capacity} cases"


def choose(
    *,
    case: Waiting,
    people: Sequence[Person],
    at: datetime,
    passed: Collection[str] = (),
) -> Choice:
    """
    Return the best of the people for a case, or nobody, with the reasons.

    Somebody can have it who is here (a tab that refreshes itself is nobody: who lets an offer
    pass is offered nothing for a while), not away, has room, speaks its language and, where anybody
    takes its queue (by a skill or a team), takes it, too.  Of those the first is who last had
    words with its author, then who has the least of their capacity in use, then who has the
    kind as a skill, then who can do the least besides, then who waited longest.

    `passed`: people who were offered it and did not open it.

    Shapes: any order of the people gives the same choice.
    Source: docs/reference/assignment.md; measured in `benchmarks/assignment_queue.py`.
    """
    guarded = any(person.takes(case.queue) for person in people)
    asked = _Field(case=case, at=at, guarded=guarded, passed=passed)
    hindered = [(person, asked.hinders(person)) for person in people]
    able = [person for person, no in hindered if no is None]
    if not able:
        return Choice(handle=None, why=(_nobody([no for _, no in hindered if no is not None]),))
    best = min(able, key=asked.rank)
    why = tuple(f"Because @{best.handle} {told}." for told in asked.because(best))
    return Choice(handle=best.handle, why=why)


def can_take_more(person: Person, *, at: datetime) -> bool:
    """Tell whether somebody is here and has room, whatever the case."""
    absent = any(holds for holds, _ in _absences(person, at=at))
    return not absent and person.open_cases < person.capacity


def _absences(person: Person, *, at: datetime) -> tuple[tuple[bool, str], ...]:
    gone = person.seen_at is None or at - person.seen_at > PRESENT_FOR
    passed = person.passed_at is not None and at - person.passed_at <= PRESENT_FOR
    return (
        (person.away, "are away"),
        (gone, "are not here"),
        (passed, "let an offer pass a moment ago"),
    )


def _breadth(person: Person) -> int:
    return len(person.queues | person.skills) + (len(person.languages) or 100)


def _nobody(hindrances: Sequence[str]) -> str:
    if not hindrances:
        return "Nobody works cases of this brand."
    counts = sorted(Counter(hindrances).items(), key=lambda told: (-told[1], told[0]))
    return "Nobody can have it: " + ", ".join(f"{count} {no}" for no, count in counts) + "."
