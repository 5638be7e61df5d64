"""What a browser remembers of its batch: how large it was, what was passed over, what to undo."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase

_KEY = "triage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far somebody is."""

    number: int  #: of the case shown, from 1
    total: int
    done: int


@dataclass(kw_only=True)
class TriageDesk:
    """The part of a session that belongs to triage.  Losing it loses no case."""

    total: int = 0
    passed_over: tuple[int, ...] = ()
    last: int | None = None  #: the act that "undo" takes back

    def order(self, case_ids: Sequence[int]) -> list[int]:
        """Return the batch with what was passed over at its end."""
        late = [case_id for case_id in self.passed_over if case_id in case_ids]
        return [case_id for case_id in case_ids if case_id not in late] + late

    def pass_over(self, case_id: int) -> None:
        """Put a case behind all others."""
        others = [one for one in self.passed_over if one != case_id]
        self.passed_over = (*others, case_id)

    def progress(self, left: int) -> Progress:
        """Return how far one is, with so many cases left; the one shown is among them."""
        total = max(self.total, left)
        done = total - left
        return Progress(number=min(done + 1, total), total=total, done=done)


def triage_desk(session: SessionBase) -> TriageDesk:
    """Return what the browser remembers."""
    told = session.get(_KEY, {})
    return TriageDesk(
        total=told.get("total", 0),
        passed_over=tuple(told.get("passed_over", ())),
        last=told.get("last"),
    )


def keep(desk: TriageDesk, *, session: SessionBase) -> None:
    """Let the browser remember it."""
    session[_KEY] = {
        "total": desk.total,
        "passed_over": list(desk.passed_over),
        "last": desk.last,
    }
