"""What is well with this desk, what deserves a look, and what must be mended."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from answerback.desk.queries.database_state import DatabaseState, database_state
from answerback.desk.queries.pressure import MOST_WAITING
from answerback.desk.queries.vitals import Vitals, vitals
from answerback.project.doctor_channels import SKEW, look_at_channels
from answerback.project.doctor_files import look_at_files
from answerback.project.finding import Finding, State

#: The oldest PostgreSQL that we are tested with.
_POSTGRESQL: Final = (14,)
_LETTERS_WAIT: Final = timedelta(minutes=5)
_GIGABYTE: Final = 2**30


def look(*, at: datetime, network: bool, look_through: bool) -> Iterator[Finding]:
    """
    Yield all that is to be said; nothing is changed, nobody but networks is asked.

    `network`: try every account's login.  `look_through`: read an embedded database for damage.
    """
    state, facts = database_state(look_through=look_through), vitals(at=at)
    yield _clock(state, facts, at=at)
    yield from _database(state)
    yield from look_at_files()
    yield _worker(facts)
    yield from _backlog(facts)
    yield from _replies(facts)
    yield from _ledger(facts)
    yield from _letters(facts, at=at)
    yield from _proxy(facts)
    yield from look_at_channels(at=at, network=network)


def _clock(state: DatabaseState, facts: Vitals, *, at: datetime) -> Finding:
    do = "Set this machine's clock (ntp): deadlines and leases are reckoned by it."
    if state.now is not None and abs(state.now - at) > SKEW:
        off = (at - state.now).total_seconds()
        told = f"This machine's clock is {off:,.0f} s from the database's."
        return Finding(what="clock", state=State.MEND, sentence=told, do=do)
    newest = facts.newest_event_at
    if newest is not None and newest - at > SKEW:
        told = f"The newest event is of {newest.isoformat(timespec='seconds')}, which is to come."
        return Finding(what="clock", state=State.MEND, sentence=told, do=do)
    told = f"It is {at.isoformat(timespec='seconds')}"
    if state.now is not None:
        return Finding(what="clock", state=State.WELL, sentence=f"{told}, and so for the database.")
    return Finding(what="clock", state=State.WELL, sentence=f"{told} by this machine's clock.")


def _database(state: DatabaseState) -> Iterator[Finding]:
    for sentence in state.durable:
        yield Finding(
            what="database",
            state=State.MEND,
            sentence=sentence,
            do="Set it right where the database is set up; docs/reference/database.md tells how.",
        )
    if state.damage:
        yield Finding(
            what="database",
            state=State.MEND,
            sentence=f"It is damaged: {state.damage[:200]}",
            do="End all that runs, keep a copy, and restore it from a backup.",
        )
    if state.vendor == "postgresql" and state.number < _POSTGRESQL:
        yield Finding(
            what="database",
            state=State.MEND,
            sentence=f"PostgreSQL {state.version} is older than what we are tested with.",
            do="Update it to 14 or newer.",
        )
    if not state.durable and not state.damage:
        name = "PostgreSQL" if state.vendor == "postgresql" else "SQLite"
        whole = ", looked through and whole" if state.checked else ""
        told = f"{name} {state.version}, {state.bytes / _GIGABYTE:,.2f} GB, durable{whole}."
        yield Finding(what="database", state=State.WELL, sentence=told)


def _worker(facts: Vitals) -> Finding:
    if facts.workers:
        told = f"At work: {', '.join(facts.workers)}."
        return Finding(what="work", state=State.WELL, sentence=told)
    return Finding(
        what="work",
        state=State.MEND,
        sentence="Nobody does the background work: nothing is heard, sorted, offered or sent.",
        do="Start 'answerback serve', or 'answerback work' beside 'web'.",
    )


def _backlog(facts: Vitals) -> Iterator[Finding]:
    for one in facts.backlog:
        many = one.posts > MOST_WAITING
        yield Finding(
            what=f"sorting of {one.brand}",
            state=State.LOOK,
            sentence=f"{one.posts:,} posts wait to be sorted"
            f"{', so its networks are asked more seldom' if many else ''}.",
            do="It goes on by itself while a worker runs; a second one helps on a second machine.",
        )
    if not facts.backlog:
        yield Finding(what="sorting", state=State.WELL, sentence="Nothing waits to be sorted.")


def _replies(facts: Vitals) -> Iterator[Finding]:
    if facts.place is not None and not facts.place.sends:
        yield Finding(
            what="sending",
            state=State.MEND,
            sentence=facts.place.why or "Nothing is said from here: this may be a copy.",
            do="When this is the only copy, say so: see 'answerback sending --help'.",
        )
    if facts.unknown_replies:
        yield Finding(
            what="replies",
            state=State.LOOK,
            sentence=f"Of {facts.unknown_replies} replies nobody can tell whether they went out.",
            do="Look on the network, and say on the case's page what became of each.",
        )
    if facts.overdue_replies:
        yield Finding(
            what="replies",
            state=State.MEND,
            sentence=f"{facts.overdue_replies} replies could go out and have not for ten minutes.",
            do="See that a worker runs, and what it logs.",
        )
    if not facts.unknown_replies and not facts.overdue_replies:
        yield Finding(what="replies", state=State.WELL, sentence="None waits for a person.")


def _ledger(facts: Vitals) -> Iterator[Finding]:
    for name in facts.unbalanced:
        yield Finding(
            what=f"ledger of {name}",
            state=State.MEND,
            sentence="It does not balance: posts that it tells of are not where they should be.",
            do="See: answerback ledger.  Restore a backup, or tell us: that must never happen.",
        )
    if not facts.unbalanced:
        told = f"It balances; {facts.failed_rows:,} rows are set aside with their raw text."
        yield Finding(what="ledger", state=State.WELL, sentence=told)


def _proxy(facts: Vitals) -> Iterator[Finding]:
    if facts.undeclared_proxy:
        yield Finding(
            what="proxy",
            state=State.MEND,
            sentence="Requests come with X-Forwarded-For, and no proxy is declared: everybody "
            "seems to come from its one address, so what one does wrong slows the others.",
            do="Set ANSWERBACK_BEHIND_PROXY=on where the pages run, if only the proxy reaches "
            "them; it says so for a day after the last time.",
        )


def _letters(facts: Vitals, *, at: datetime) -> Iterator[Finding]:
    oldest = facts.unread.oldest_at
    if oldest is None or at - oldest < _LETTERS_WAIT:
        return
    yield Finding(
        what="deliveries",
        state=State.MEND,
        sentence=f"{facts.unread.letters} deliveries wait to be read, since "
        f"{oldest.isoformat(timespec='seconds')}.",
        do="See that 'answerback serve', 'work' or 'listen' runs, and what it logs.",
    )
