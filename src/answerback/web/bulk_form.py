"""What somebody wants done with the cases they picked, read from the form's one word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from answerback.desk.operations.bulk_cases import BulkAct, BulkDone, BulkWish
from answerback.desk.operations.close_case import GIVEN_BY_PEOPLE
from answerback.desk.queries.access import Member
from answerback.domain.records.case import CloseReason
from answerback.domain.records.role import Right
from answerback.web.case_rows import CLOSE_REASONS
from answerback.web.refusals import AddressNotUnderstood

_MORNING = 9
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that can be done, as a button says it."""

    value: str  #: "close:spam"
    words: str | Promise
    key: str = ""


def wish_of(told: QueryDict, *, me: Member) -> BulkWish:
    """
    Return what a form asks for in its field `act`.

    It is "assign:me", "queue:NAME", "close:REASON", "snooze:MOMENT", "escalate", or "tag:" with
    the word in the field `tag`.

    :raises AddressNotUnderstood: when it is none of these.
    """
    name, _colon, word = told.get("act", "").partition(":")
    if name not in tuple(BulkAct):
        raise _unknown(told.get("act", ""))
    act = BulkAct(name)
    if act is BulkAct.SNOOZE:
        return BulkWish(act=act, until=_moment(word))
    if act is BulkAct.CLOSE:
        if word not in GIVEN_BY_PEOPLE:
            raise _unknown(told.get("act", ""))
        return BulkWish(act=act, reason=CloseReason(word))
    if act is BulkAct.ASSIGN:
        return BulkWish(act=act, word=me.handle if word in ("", "me") else word)
    return BulkWish(act=act, word=(word or told.get(name, "")).strip())


def right_for(wish: BulkWish, *, me: Member) -> Right:
    """Return what somebody must be allowed for it: to give cases to others is more than to work."""
    to_others = wish.act is BulkAct.ASSIGN and wish.word != me.handle
    return Right.ASSIGN if to_others else Right.WORK


def _moment(word: str) -> datetime:
    try:
        until = datetime.fromisoformat(word)
    except ValueError:
        raise _unknown(f"snooze:{word}") from None
    if until.tzinfo is None:
        raise _unknown(f"snooze:{word}")
    return until


def _unknown(told: str) -> AddressNotUnderstood:
    return AddressNotUnderstood(
        f"'{told[:60]}' is nothing that can be done with cases. Go back to the inbox."
    )


def sleeps(at: datetime) -> tuple[Offer, ...]:
    """Return the moments to sleep until that are offered, in the reader's own time."""
    morning = timezone.localtime(at).replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=(_WEEK - morning.weekday()) % _WEEK or _WEEK)
    told = (
        (_("for an hour"), at + timedelta(hours=1)),
        (_("for four hours"), at + timedelta(hours=4)),
        (_("until tomorrow, 9:00"), morning + timedelta(days=1)),
        (_("until Monday, 9:00"), monday),
    )
    return tuple(
        Offer(value=f"snooze:{until.replace(microsecond=0).isoformat()}", words=words)
        for words, until in told
    )


def closings() -> tuple[Offer, ...]:
    """Return the reasons to close that a person may give."""
    return tuple(
        Offer(value=f"close:{reason}", words=CLOSE_REASONS[reason]) for reason in GIVEN_BY_PEOPLE
    )


def people(handles: Sequence[str], *, me: Member) -> tuple[Offer, ...]:
    """Return the colleagues that cases can be given to."""
    return tuple(
        Offer(value=f"assign:{handle}", words=f"@{handle}")
        for handle in handles
        if handle != me.handle
    )


def in_words(done: BulkDone, *, wish: BulkWish) -> str:
    """Return what was done, for the toast."""
    count = len(done.done)
    words = {
        BulkAct.ASSIGN: ngettext(
            "%(n)d case given to @%(w)s", "%(n)d cases given to @%(w)s", count
        ),
        BulkAct.QUEUE: ngettext("%(n)d case sent to %(w)s", "%(n)d cases sent to %(w)s", count),
        BulkAct.TAG: ngettext("%(n)d case tagged %(w)s", "%(n)d cases tagged %(w)s", count),
        BulkAct.SNOOZE: ngettext("%(n)d case sleeps", "%(n)d cases sleep", count),
        BulkAct.ESCALATE: ngettext("%(n)d case escalated", "%(n)d cases escalated", count),
        BulkAct.CLOSE: ngettext("%(n)d case closed", "%(n)d cases closed", count),
    }[wish.act] % {"n": count, "w": wish.word}
    if not done.left_out:
        return words
    left = ngettext("%(n)d left out", "%(n)d left out", len(done.left_out))
    return gettext("%(done)s; %(left)s") % {
        "done": words,
        "left": left % {"n": len(done.left_out)},
    }


def undone_in_words(back: int, *, left: int) -> str:
    """Return what was put back, and how much was not, for the toast."""
    words = ngettext("%(n)d case is as it was", "%(n)d cases are as they were", back) % {"n": back}
    if not left:
        return words
    rest = ngettext(
        "%(n)d was touched since and stays", "%(n)d were touched since and stay", left
    ) % {"n": left}
    return gettext("%(done)s; %(left)s") % {"done": words, "left": rest}
