"""The doctor looks at channels: whether we may come in, whether anybody asks, what lacks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from answerback.desk.operations.check_channel import Tested, ask_channel
from answerback.desk.queries.channel_health import SourceHealth, channel_health
from answerback.desk.queries.channels import AccountLine, AccountState, account_lines
from answerback.domain.records.refusal import Refusal
from answerback.project.finding import Finding, State

#: A clock that is off by more is said so (RELIABILITY 3.10).
SKEW: Final = timedelta(minutes=5)
_AT_REST: Final = frozenset({AccountState.REMOVED, AccountState.PAUSED})


def look_at_channels(*, at: datetime, network: bool) -> Iterator[Finding]:
    """Yield what is to be said of each account; with `network`, its login is tried."""
    for line in account_lines(at=at):
        if line.state in _AT_REST:
            told = "It rests: nothing is heard or said there."
            yield Finding(what=_name(line), state=State.LOOK, sentence=told, do=_resume(line))
            continue
        yield _login(line, at=at, network=network)
        for source in channel_health(line.account_id, at=at):
            if source.on:
                yield from _source(source, line=line, at=at)


def _login(line: AccountLine, *, at: datetime, network: bool) -> Finding:
    if line.state is AccountState.STOPPED:
        do = f"Type: answerback channel secret {line.account_id}"
        return Finding(what=_name(line), state=State.MEND, sentence=line.sentence, do=do)
    if not network:
        return _told_last(line)
    try:
        tested = ask_channel(line.account_id, at=at)
    except Refusal as no:  # no key, no such network any more: said as it is, and the rest goes on
        return Finding(what=_name(line), state=State.MEND, sentence=str(no), do="See the sentence.")
    if not tested.works:
        return Finding(
            what=_name(line), state=State.MEND, sentence=tested.sentence, do=tested.advice
        )
    return _clock_of(line, tested) or Finding(
        what=_name(line), state=State.WELL, sentence=tested.sentence
    )


def _told_last(line: AccountLine) -> Finding:
    """Say what the last test found, for who asks nobody now."""
    test = f"Type: answerback channel test {line.account_id}"
    if line.works is None:
        told = "Its login was never tried."
        return Finding(what=_name(line), state=State.LOOK, sentence=told, do=test)
    state = State.WELL if line.works else State.MEND
    return Finding(
        what=_name(line), state=state, sentence=line.tested, do="" if line.works else test
    )


def _clock_of(line: AccountLine, tested: Tested) -> Finding | None:
    """Return that a network's clock is far from ours; None: it is near, or nobody told."""
    ahead = None if tested.found is None else tested.found.clock_ahead
    if ahead is None or abs(ahead) <= SKEW:
        return None
    side = "ahead of" if ahead > timedelta() else "behind"
    return Finding(
        what=_name(line),
        state=State.MEND,
        sentence=f"It works; its clock is {abs(ahead).total_seconds():,.0f} s {side} ours.",
        do="Set this machine's clock (ntp), or theirs: deadlines and leases are reckoned by ours.",
    )


def _source(source: SourceHealth, *, line: AccountLine, at: datetime) -> Iterator[Finding]:
    what = f"source {source.name}"
    if source.stale:
        since = source.asked_at or source.ledger.opened_at
        yield Finding(
            what=what,
            state=State.MEND,
            sentence=f"Nobody has asked it since {since.isoformat(timespec='seconds')}.",
            do="Start 'answerback serve', 'work' or 'listen'.",
        )
    if source.failures:
        waits = source.next_at.isoformat(timespec="seconds") if source.next_at else "not set"
        yield Finding(
            what=what,
            state=State.LOOK,
            sentence=f"It failed {source.failures} times in a row: {source.sentence}",
            do=f"It is tried again by itself, next at {waits}.",
        )
    if source.limited_until is not None and source.limited_until > at:
        until = source.limited_until.isoformat(timespec="seconds")
        told = f"The network asked us to wait until {until}."
        yield Finding(what=what, state=State.LOOK, sentence=told, do="It goes on by itself.")
    if source.open_gaps:
        yield Finding(
            what=what,
            state=State.LOOK,
            sentence=f"Open gaps: {source.open_gaps}; something may never have been fetched.",
            do=f"See: answerback channel health {line.account_id}",
        )


def _name(line: AccountLine) -> str:
    return f"channel {line.name} ({line.channel})"


def _resume(line: AccountLine) -> str:
    return f"When it shall go on: answerback channel resume {line.account_id}"
