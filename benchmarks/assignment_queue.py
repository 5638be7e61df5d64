"""
How long do cases wait for a person: ours against taking turns, by simulation.

    PYTHONPATH=src:. python benchmarks/assignment_queue.py [--days 20]

The same arrivals and the same work, seeded, go through both ways of giving cases to people:

- **ours**: `domain.triage.assignment.choose`, offered when somebody who can have it is there;
- **turns**: round robin among who is there and has room, the usual way.  Who cannot do a case
  (wrong language, wrong skill) passes it on: it costs them two minutes and goes to the next;
- **turns with filter**: round robin among those who can do it, which is what teams set up.

People come for shifts, take breaks, differ in skills, languages and speed; cases come in waves.
The time to the answer runs from a case's arrival to the end of its work; a case is worked at once
by an owner with nothing else, else in turn.  Who knows the author is a third quicker.
"""

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import mean, median, quantiles

from answerback.domain.triage.assignment import Person, Waiting, choose

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
SHIFT = 8 * 60  #: minutes
WAVE = (120, 210)  #: minutes of the shift in which twice as many cases come
ABLE = 4  #: of twelve people, who can do anything
PASSED_ON = 2.0  #: minutes that a case costs somebody who cannot do it
QUEUES = ("care", "delivery", "technical", "sales")
Pick = Callable[["Case", Sequence[Person], datetime], str | None]


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a day."""

    number: int
    at: float  #: minutes from the shift's beginning
    waiting: Waiting
    work: float  #: minutes of an average person who does not know the author


@dataclass(slots=True)
class Agent:
    """Somebody on shift."""

    person: Person
    pace: float
    breaks: tuple[tuple[float, float], ...]
    busy_until: float = 0.0
    given_at: float | None = None
    finishing: list[float] = field(default_factory=list)
    known: dict[str, float] = field(default_factory=dict)

    def here(self, now: float) -> bool:
        return not any(begins <= now < ends for begins, ends in self.breaks)


def team(rng: random.Random) -> list[Agent]:
    """Return twelve people: four who can do anything, eight with a skill or two."""
    agents = []
    for number in range(12):
        able = number < ABLE
        skills = frozenset(QUEUES) if able else frozenset(rng.sample(QUEUES, k=rng.choice((1, 2))))
        languages = frozenset(
            {"en", "de", "fr"} if number % 4 == 0 else {"en", rng.choice(("de", "en", "en", "fr"))}
        )
        off = rng.uniform(150, 300)
        agents.append(
            Agent(
                person=Person(
                    handle=f"p{number:02}", skills=skills, languages=languages, capacity=4
                ),
                pace=rng.uniform(0.8, 1.3),
                breaks=((off, off + 45),),
            )
        )
    return agents


def day(rng: random.Random) -> list[Case]:
    """Return a day's cases: waves, three languages, authors of whom a third come back."""
    cases: list[Case] = []
    now, authors = 0.0, [f"a{number}" for number in range(150)]
    for number in count():
        wave = 1.6 if WAVE[0] <= now < WAVE[1] else 0.8
        now += rng.expovariate(wave * 0.95)
        if now >= SHIFT:
            return cases
        again = rng.random() < 1 / 3
        cases.append(
            Case(
                number=number,
                at=now,
                waiting=Waiting(
                    queue=rng.choices(QUEUES, weights=(5, 3, 2, 1))[0],
                    language=rng.choices(("en", "de", "fr"), weights=(7, 2, 1))[0],
                    author=rng.choice(authors) if again else f"new{number}",
                ),
                work=rng.lognormvariate(2.0, 0.5),
            )
        )
    raise AssertionError("a day ends")


def able(case: Case, person: Person) -> bool:
    return case.waiting.queue in person.skills and case.waiting.language in person.languages


def ours(case: Case, people: Sequence[Person], at: datetime) -> str | None:
    return choose(case=case.waiting, people=people, at=at).handle


def turns(*, only_able: bool) -> Pick:
    """Return round robin with a memory of whose turn it is."""
    last = [-1]

    def pick(case: Case, people: Sequence[Person], _at: datetime) -> str | None:
        for step in range(1, len(people) + 1):
            place = (last[0] + step) % len(people)
            person = people[place]
            free = not person.away and person.open_cases < person.capacity
            if free and (not only_able or able(case, person)):
                last[0] = place
                return person.handle
        return None

    return pick


def simulate(agents: list[Agent], cases: list[Case], pick: Pick) -> list[float]:
    """Return the minutes from each case's arrival to the end of its work."""
    for agent in agents:
        agent.busy_until, agent.given_at, agent.finishing, agent.known = 0.0, None, [], {}
    waiting: list[Case] = []
    took: list[float] = []
    todo = list(cases)
    now = 0.0
    while todo or waiting:
        while todo and todo[0].at <= now:
            waiting.append(todo.pop(0))
        for case in list(waiting):
            end = _give(case, agents, pick=pick, now=now)
            if end is not None:
                waiting.remove(case)
                if end >= 0:
                    took.append(end - case.at)
        now += 0.25
        if now > SHIFT * 4:
            took += [now - case.at for case in waiting]  # what nobody could do counts as it is
            break
    return took


def _give(case: Case, agents: list[Agent], *, pick: Pick, now: float) -> float | None:
    at = BEGIN + timedelta(minutes=now)
    people = [_seen(agent, case=case, now=now, at=at) for agent in agents]
    handle = pick(case, people, at)
    if handle is None:
        return None
    agent = next(one for one in agents if one.person.handle == handle)
    agent.given_at = now
    begins = max(now, agent.busy_until)
    for starts, ends in agent.breaks:
        if starts <= begins < ends:
            begins = ends
    if not able(case, agent.person):
        agent.busy_until = begins + PASSED_ON
        return None  # back to the row
    knows = case.waiting.author in agent.known
    agent.busy_until = begins + case.work * agent.pace * (2 / 3 if knows else 1)
    agent.finishing.append(agent.busy_until)
    agent.known[case.waiting.author] = agent.busy_until
    return agent.busy_until


def _seen(agent: Agent, *, case: Case, now: float, at: datetime) -> Person:
    agent.finishing = [end for end in agent.finishing if end > now]
    known = agent.known.get(case.waiting.author)
    return replace(
        agent.person,
        open_cases=len(agent.finishing),
        away=not agent.here(now),
        seen_at=at,
        given_at=None if agent.given_at is None else BEGIN + timedelta(minutes=agent.given_at),
        knew_author_at=None if known is None or known > now else BEGIN + timedelta(minutes=known),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--days", type=int, default=20)
    days = parser.parse_args().days
    ways: dict[str, Callable[[], Pick]] = {
        "ours": lambda: ours,
        "turns": lambda: turns(only_able=False),
        "turns with filter": lambda: turns(only_able=True),
    }
    for name, way in ways.items():
        minutes: list[float] = []
        for seed in range(days):
            rng = random.Random(seed)  # noqa: S311  a simulation, the same each time
            agents, cases = team(rng), day(rng)
            minutes += simulate(agents, cases, way())
        told = {
            "name": f"assignment.{name}",
            "value": round(median(minutes), 1),
            "unit": "minutes to the answer, median",
            "mean": round(mean(minutes), 1),
            "p95": round(quantiles(minutes, n=20)[-1], 1),
            "over_60": round(sum(one > 60 for one in minutes) / len(minutes), 4),  # noqa: PLR2004  an hour
            "n": len(minutes),
            "days": days,
        }
        print(json.dumps(told))


if __name__ == "__main__":
    main()
