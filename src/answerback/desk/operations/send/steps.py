"""What follows from one try: decided from the facts alone, so that it can be tried a lot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from answerback.channels.outbound import Guarantee, Sender
from answerback.desk.operations.send.claim import MOST_TRIES
from answerback.desk.operations.send.speak import Ending, Outcome
from answerback.desk.operations.send.voices import LONGEST_WAIT

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_BETWEEN = timedelta(minutes=10)
#: How long we go on looking for what a network does not show, at least and at most.
LOOKED_FOR = timedelta(minutes=30)
LONGEST_LOOKED_FOR = timedelta(hours=4)
_LOOK_EVERY = timedelta(minutes=1)


class Next(StrEnum):
    """What becomes of a reply after a try."""

    SENT = "sent"
    FAILED = "failed"
    QUEUED = "queued"  #: surely not said: in the queue again
    SENDING = "sending"  #: it stays with us: said again under its key, or looked for
    PERSON = "person"  #: nobody can tell
    NOTHING = "nothing"  #: another worker has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How a reply was tried so far."""

    tries: int  #: with this one
    first_at: datetime
    asked_at: datetime  #: when the last try began that may have been heard
    respond_by: datetime | None = None  #: its case's deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What follows."""

    next: Next
    tries: int
    after: datetime | None = None  #: of QUEUED and SENDING: no sooner than that
    sentence: str = ""


def step_after(outcome: Outcome, *, tried: Tried, sender: Sender, at: datetime) -> Step:
    """Return what follows from a try that began at `at`."""
    return _STEPS[outcome.ending](outcome, tried, sender, at)


def _sent(_outcome: Outcome, tried: Tried, _sender: Sender, _at: datetime) -> Step:
    return Step(next=Next.SENT, tries=tried.tries)


def _refused(outcome: Outcome, tried: Tried, _sender: Sender, _at: datetime) -> Step:
    return Step(next=Next.FAILED, tries=tried.tries, sentence=outcome.sentence)


def _lost(_outcome: Outcome, tried: Tried, _sender: Sender, _at: datetime) -> Step:
    return Step(next=Next.NOTHING, tries=tried.tries)


def _later(outcome: Outcome, tried: Tried, _sender: Sender, at: datetime) -> Step:
    """Put what surely was not said back in the queue, unless it was tried often enough."""
    asked_to_wait = outcome.wait is not None or outcome.ending is Ending.NO_LOGIN
    tries = tried.tries
    if asked_to_wait and at - tried.first_at < LONGEST_WAIT:
        tries -= 1  # the network is well: a reply that waits its turn was not tried
    elif tries >= MOST_TRIES:
        told = f"Tried {tries} times. {outcome.sentence}"
        return Step(next=Next.FAILED, tries=tries, sentence=told)
    after = at + max(_between(tries), outcome.wait or timedelta())
    return Step(next=Next.QUEUED, tries=tries, after=after, sentence=outcome.sentence)


def _look_later(outcome: Outcome, tried: Tried, _sender: Sender, at: datetime) -> Step:
    """Look once more in a while: another reply said in the meantime shows how far one can see."""
    waited = at - tried.asked_at
    longest = _looked_for(tried) if outcome.ending is Ending.UNSHOWN else LONGEST_WAIT
    if waited >= longest:
        return Step(next=Next.PERSON, tries=tried.tries, sentence=outcome.sentence)
    wait = max(_LOOK_EVERY, waited / 20, outcome.wait or timedelta())
    # Nothing was said, so it was no try.
    return Step(
        next=Next.SENDING, tries=tried.tries - 1, after=at + wait, sentence=outcome.sentence
    )


def _looked_for(tried: Tried) -> timedelta:
    """Return how long it is looked for: until half of the time to the deadline is over."""
    if tried.respond_by is None:
        return LOOKED_FOR
    return min(max(LOOKED_FOR, (tried.respond_by - tried.asked_at) / 2), LONGEST_LOOKED_FOR)


def _unclear(outcome: Outcome, tried: Tried, sender: Sender, at: datetime) -> Step:
    blind = sender.send_guarantee is Guarantee.BLIND
    if tried.tries >= MOST_TRIES or blind or outcome.ending is Ending.DOUBTFUL:
        return Step(next=Next.PERSON, tries=tried.tries, sentence=outcome.sentence)
    # It stays with us: the next try says it under the same key, or looks first.
    wait = max(sender.found_after, _between(tried.tries), outcome.wait or timedelta())
    after = at + outcome.took + wait
    return Step(next=Next.SENDING, tries=tried.tries, after=after, sentence=outcome.sentence)


def _between(tries: int) -> timedelta:
    return min(_FIRST_WAIT * int(2 ** max(tries - 1, 0)), _LONGEST_BETWEEN)


_STEPS: dict[Ending, Callable[[Outcome, Tried, Sender, datetime], Step]] = {
    Ending.SAID: _sent,
    Ending.REFUSED: _refused,
    Ending.NOT_SAID: _later,
    Ending.NO_LOGIN: _later,
    Ending.UNSHOWN: _look_later,
    Ending.UNSEEN: _look_later,
    Ending.UNCLEAR: _unclear,
    Ending.DOUBTFUL: _unclear,
    Ending.LOST: _lost,
}
