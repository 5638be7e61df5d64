"""
100,000 replies in virtual time, on a network that does late what it was asked and shows it late.

    python -m benchmarks.late_landing --out benchmarks/late_landing.jsonl
    python -m benchmarks.late_landing --database 3000 --replies 0

Each try goes through the outbox's own `speak` and `step_after`; nothing sleeps, for the network
and the clock are ours.  With `--database` so many go through all of it: claims, fences, rows.
45 % of the calls fail, and workers die in one claim of fifty.  Counts, not times.
"""

import argparse
import heapq
import json
import random
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from benchmarks.saying import commit

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Limited
from answerback.channels.outbound import Guarantee, Look, Message, NoAnswer
from answerback.project.start import desk

if TYPE_CHECKING:
    from answerback.desk.operations.send import Claim
    from answerback.desk.operations.send.steps import Step

FAULTY: Final = 0.45
DYING: Final = 0.02  #: of the claims end with their worker, before or after it spoke
#: Seconds between two replies of a desk, on the average.
DESKS: Final = {"busy": 10.0, "idle": 1_800.0}
_BEGAN: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_DEADLINE: Final = timedelta(hours=4)
_PATIENCE: Final = 25.0  #: seconds after which a caller hangs up

Delay = Callable[[random.Random], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How late a network does what it was asked, and how late it shows it, in seconds."""

    lands: Delay
    lags: Delay


#: "bounded" keeps to what the voice says of it; "tails" has no longest time at all.
WEATHERS: Final = {
    "bounded": Weather(lands=lambda by: by.uniform(1, 60), lags=lambda by: by.uniform(0, 40)),
    "tails": Weather(
        lands=lambda by: by.expovariate(1 / 12), lags=lambda by: by.expovariate(1 / 6)
    ),
}


@dataclass(kw_only=True)
class Network:
    """What was said, and when it landed; seconds since the beginning."""

    weather: Weather
    chance: random.Random
    now: float = 0.0
    landed: dict[str, list[float]] = field(default_factory=dict)  #: by key
    times: list[float] = field(default_factory=list)  #: of all, ascending

    def land(self, key: str, *, at: float) -> None:
        self.landed.setdefault(key, []).append(at)
        insort(self.times, at)

    def say(self, key: str) -> None:
        """Do as the weather is; raises what a voice raises."""
        if self.chance.random() >= FAULTY:
            self.now += 1
            self.land(key, at=self.now)
            return
        fault = self.chance.choice(["before", "after", "late", "late", "500", "429", "down"])
        if fault == "429":
            raise Limited("Too many.", wait=timedelta(seconds=self.chance.choice([1, 5, 20])))
        if fault == "down":
            raise ChannelDown("It cannot be reached.")
        if fault == "after":
            self.land(key, at=self.now + 1)
        if fault == "late":
            self.now += _PATIENCE
            self.land(key, at=self.now + self.weather.lands(self.chance))
        raise NoAnswer("It did not answer.")

    def look(self, key: str) -> tuple[bool, float | None]:
        """Return whether it is shown, and the newest moment of which anything is."""
        self.now += 1
        if self.chance.random() < FAULTY / 4:
            raise ChannelDown("It cannot be reached.")
        until = self.now - self.weather.lags(self.chance)
        shown = bisect_right(self.times, until)
        there = any(at <= until for at in self.landed.get(key, ()))
        return there, self.times[shown - 1] if shown else None


def moment(seconds: float) -> datetime:
    return _BEGAN + timedelta(seconds=seconds)


@dataclass(kw_only=True)
class Plain:
    """Says it again when it is not found after a quiet time."""

    network: Network
    found_after: timedelta
    name: str = "none"
    send_guarantee: Guarantee = Guarantee.SEARCHABLE
    key_lives: timedelta | None = None

    def send(self, message: Message) -> str:
        self.network.say(message.key)
        return message.key

    def find(self, message: Message) -> str | None:
        return message.key if self.network.look(message.key)[0] else None


@dataclass(kw_only=True)
class Witnessed(Plain):
    """Says it again when something later is shown and it is not (`outbound.CanLook`)."""

    shows_within: timedelta | None = None
    deadline: timedelta | None = _DEADLINE  #: of a case, from its reply on
    lands_within: timedelta = timedelta(seconds=60)

    def look(self, message: Message) -> Look:
        there, until = self.network.look(message.key)
        shown_until = None if until is None else moment(until)
        return Look(found=message.key if there else None, shown_until=shown_until)


def rules(desk_is: str) -> Iterator[tuple[str, Callable[..., Plain]]]:
    """Yield the rules to compare: quiet times where much is said, witnesses where little is."""
    witness = partial(Witnessed, found_after=timedelta(minutes=2))
    if desk_is == "busy":
        for seconds in (0, 30, 60, 120):
            quiet = timedelta(seconds=seconds)
            yield f"again after {seconds} s", partial(Plain, found_after=quiet)
    else:
        yield "witness, for half an hour", partial(witness, deadline=None)
    yield "witness, until half the time to the deadline", witness
    if desk_is == "idle":
        silence = partial(witness, shows_within=timedelta(minutes=10))
        yield "witness, or ten minutes of silence", silence


@dataclass(kw_only=True)
class Going:
    """A reply that is on its way, as its row would tell."""

    key: str
    due: float
    tries: int = 0
    first: float | None = None
    asked_at: float = 0.0
    asked: bool = False
    end: str = ""


def run(*, voice: Plain, gap: float, replies: int) -> dict[str, Any]:
    """Send so many replies of a desk through the decisions of the outbox; return the counts."""
    from answerback.desk.operations.send.steps import Next

    network = voice.network
    began, queue, ended = 0.0, list[tuple[float, int]](), list[Going]()
    going: dict[int, Going] = {}
    for number in range(replies):
        began += network.chance.expovariate(1 / gap)
        going[number] = Going(key=str(number), due=began)
        queue.append((began, number))
    heapq.heapify(queue)
    waited = 0.0
    while queue:
        network.now, number = heapq.heappop(queue)
        one = going[number]
        step = _try(one, voice=voice)
        if step is not None:
            one.tries = step.tries
            one.asked = step.next is Next.SENDING
        if step is None or step.next in (Next.SENDING, Next.QUEUED):
            wait = _lease(voice) if step is None or step.after is None else _since(step.after)
            heapq.heappush(queue, (wait if step else network.now + wait, number))
            continue
        one.end = step.next
        waited += network.now - one.due
        ended.append(one)
    return _counts(ended, network=network, waited=waited)


def _lease(voice: Plain) -> float:
    from answerback.desk.operations.send import LEASE

    return (LEASE + voice.found_after).total_seconds()


def _since(at: datetime) -> float:
    return (at - _BEGAN).total_seconds()


def _try(one: Going, *, voice: Plain) -> "Step | None":
    """Make one try; None: its worker died in it."""
    from answerback.desk.operations.send import MOST_TRIES, speak
    from answerback.desk.operations.send.steps import Next, Step, Tried, step_after

    network, began = voice.network, voice.network.now
    if one.asked and one.tries > MOST_TRIES:
        return Step(next=Next.PERSON, tries=one.tries)
    one.tries += 1
    one.first = began if one.first is None else one.first
    if not one.asked:
        one.asked_at = began
    claim = _claim(one, voice=voice, at=began)
    dies = network.chance.random()
    if dies < DYING:
        if dies < DYING / 2 and not one.asked:
            network.land(one.key, at=began + network.weather.lands(network.chance))
        one.asked = True
        return None

    def again(_claim: object, *, unsaid: bool) -> bool:
        del unsaid
        one.asked_at = began
        return True

    outcome = speak(claim=claim, sender=voice, at=moment(began), may_say_again=again)
    outcome = replace(outcome, took=timedelta(seconds=network.now - began))
    tried = Tried(
        tries=one.tries,
        first_at=moment(one.first),
        asked_at=moment(one.asked_at),
        respond_by=_respond_by(one, voice=voice),
    )
    return step_after(outcome, tried=tried, sender=voice, at=moment(began))


def _respond_by(one: Going, *, voice: Plain) -> datetime | None:
    deadline = getattr(voice, "deadline", None)
    return None if deadline is None else moment(one.due) + deadline


def _claim(one: Going, *, voice: Plain, at: float) -> "Claim":
    from answerback.desk.operations.send import Claim, Through

    return Claim(
        reply_id=int(one.key),
        fence=one.tries,
        tries=one.tries,
        through=Through("none"),
        sender=voice,
        message=Message(text="", to="", channel="none", in_reply_to=None, key=one.key),
        asked=one.asked,
        taken_at=moment(at),
        asked_at=moment(one.asked_at),
        first_tried_at=moment(one.first or at),
    )


def _counts(ended: list[Going], *, network: Network, waited: float) -> dict[str, Any]:
    ends = Counter("to_a_person" if one.end in ("person", "failed") else one.end for one in ended)
    landed = network.landed
    return {
        "n": len(ended),
        "doubled": sum(len(times) > 1 for times in landed.values()),
        "lost": sum(one.end == "sent" and one.key not in landed for one in ended),
        "to_a_person": ends["to_a_person"],
        "of_these_said": sum(one.end != "sent" and one.key in landed for one in ended),
        "sent": ends["sent"],
        "mean_wait_seconds": round(waited / max(len(ended), 1), 1),
    }


def through_the_database(*, replies: int) -> dict[str, Any]:
    """Send so many through the whole outbox, by the house's last rule, on a quiet desk."""
    from benchmarks.closing_at_once import drafts, vendor
    from tests.builders import make_post
    from tests.desk.steps import imported

    from answerback.desk import models
    from answerback.desk.operations.send import send_due
    from answerback.desk.operations.submit_reply import submit_reply

    chance = random.Random(1)  # noqa: S311  the same each time
    network = Network(weather=WEATHERS["bounded"], chance=chance)
    *_, (_, made) = rules("idle")
    voice = made(network=network)
    for start in range(0, replies, 500):
        numbers = range(start, min(start + 500, replies))
        posts = [make_post(f"late-{one}", author=f"late{one}") for one in numbers]
        imported(*posts, fingerprint=str(start))
    cases = models.Case.objects.order_by("pk").values_list("pk", flat=True)
    began = 86_400.0
    for case_id in list(cases):
        began += chance.expovariate(1 / 60)
        (draft,) = drafts(case_id, by=["late"], at=moment(began))
        submit_reply(reply_id=draft.pk, version=draft.version, by="late", at=moment(began))
    while (due := _next_due()) is not None:
        network.now = _since(due)
        send_due(at=due, senders=lambda _through: voice)
    rows = list(models.Reply.objects.values_list("state", "key"))
    ended = [
        Going(key=str(key), due=0.0, end=state if state == "sent" else "person")
        for state, key in rows
    ]
    told = _counts(ended, network=network, waited=0.0)
    del told["mean_wait_seconds"]
    return {"database": vendor(), **told}


def _next_due() -> datetime | None:
    from answerback.desk import models

    queued = models.Reply.objects.filter(state="queued").order_by("send_after")
    left = models.Reply.objects.filter(state="sending").order_by("claimed_until")
    found = [
        queued.values_list("send_after", flat=True).first(),
        left.values_list("claimed_until", flat=True).first(),
    ]
    return min((one for one in found if one is not None), default=None)


def main() -> None:
    """Run every rule in every weather on both desks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=100_000)
    parser.add_argument("--database", type=int, default=0)
    parser.add_argument("--weather", choices=list(WEATHERS), action="append")
    parser.add_argument("--out", type=Path, default=None, help="None: it is printed alone")
    told = parser.parse_args()
    with TemporaryDirectory() as folder, desk(Path(folder), create=True):
        for figures in _figures(
            replies=told.replies, database=told.database, weathers=told.weather or list(WEATHERS)
        ):
            line = json.dumps({"name": "late_landing", **figures, "commit": commit()})
            print(line, flush=True)
            if told.out is not None:
                with told.out.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")


def _figures(*, replies: int, database: int, weathers: list[str]) -> Iterator[dict[str, Any]]:
    if replies:
        for name in weathers:
            for of, gap in DESKS.items():
                for rule, made in rules(of):
                    chance = random.Random(f"{name} {of}")  # noqa: S311  the same storm for each
                    voice = made(network=Network(weather=WEATHERS[name], chance=chance))
                    yield {
                        "rule": rule,
                        "weather": name,
                        "desk": of,
                        **run(voice=voice, gap=gap, replies=replies),
                    }
    if database:
        yield {
            "rule": "the whole outbox",
            "weather": "bounded",
            "desk": "one a minute",
            **through_the_database(replies=database),
        }


if __name__ == "__main__":
    main()
