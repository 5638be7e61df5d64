"""What the tables tell of how the desk is: for `answerback doctor`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Min, Q

from answerback.desk import models
from answerback.desk.queries.ledger import ledger
from answerback.domain.records.reply import ReplyState

#: Names of leases that say nothing but "a process is at work": `operations/note_pulse.py`.
PULSE: Final = "pulse:"
#: The name under which it stands that a proxy is there which nobody declared.
UNDECLARED: Final = "web:undeclared-proxy"
#: A reply that could go out for so long, and has not, waits for somebody who is not there.
_OVERDUE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How many posts of a brand wait to be sorted."""

    brand: str
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Letters that nobody has read yet."""

    letters: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the installation says of itself."""

    sends: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Facts, no judgement."""

    workers: tuple[str, ...]  #: "machine:process" of those that were alive a moment ago
    newest_event_at: datetime | None
    backlog: tuple[Backlog, ...]  #: of the brands that have one
    unread: Unread
    unknown_replies: int  #: nobody can tell whether they went out: a person looks
    overdue_replies: int
    place: Place | None  #: None: nothing was sent from here yet
    unbalanced: tuple[str, ...]  #: names of sources whose ledger does not add up
    failed_rows: int
    undeclared_proxy: bool  #: somebody asks on others' behalf, and is not believed


def vitals(*, at: datetime) -> Vitals:
    """Return the facts.  Some twenty questions; the ledger's read every post's source."""
    unread = models.Letter.objects.filter(read_at__isnull=True).aggregate(
        count=Count("pk"), oldest=Min("received_at")
    )
    waiting = models.Post.objects.filter(sorted_at__isnull=True).order_by()
    overdue = Q(state=ReplyState.QUEUED, send_after__lt=at - _OVERDUE)
    row = models.Installation.objects.first()
    return Vitals(
        workers=tuple(
            name.removeprefix(PULSE)
            for name in models.Lease.objects.filter(name__startswith=PULSE, until__gt=at)
            .order_by("name")
            .values_list("name", flat=True)
        ),
        newest_event_at=models.Event.objects.aggregate(newest=Max("at"))["newest"],
        backlog=tuple(
            Backlog(brand=brand, posts=count)
            for brand, count in waiting.values_list("brand__name").annotate(Count("pk"))
        ),
        unread=Unread(letters=unread["count"], oldest_at=unread["oldest"]),
        unknown_replies=models.Reply.objects.filter(state=ReplyState.UNKNOWN).count(),
        overdue_replies=models.Reply.objects.filter(overdue).count(),
        place=None if row is None else Place(sends=row.sends, why=row.why),
        unbalanced=tuple(one.source for one in ledger() if not one.balances),
        failed_rows=models.FailedRow.objects.count(),
        undeclared_proxy=models.Lease.objects.filter(name=UNDECLARED, until__gt=at).exists(),
    )
