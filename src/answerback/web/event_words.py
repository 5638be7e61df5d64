"""What happened, as a sentence: one for every event there is."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.case_events import CaseEvent
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import EventName
from answerback.domain.records.reading import Sentiment
from answerback.domain.records.reading_part import ReadingPart
from answerback.web.cards import KINDS
from answerback.web.case_rows import CLOSE_REASONS, SENTIMENTS, STATES

PARTS: Final[Mapping[str, Promise | str]] = MappingProxyType(
    {
        ReadingPart.RELEVANCE: _("relevance"),
        ReadingPart.KIND: _("kind"),
        ReadingPart.SENTIMENT: _("mood"),
        ReadingPart.URGENCY: _("urgency"),
        ReadingPart.NEEDS_RESPONSE: _("needs an answer"),
    }
)
SAID: Final[Mapping[str, Promise | str]] = MappingProxyType(
    {
        **{str(kind): word for kind, word in KINDS.items()},
        **{str(mood): word for mood, word in SENTIMENTS.items()},
        str(Sentiment.NEUTRAL): _("neutral"),
        "relevant": _("about us"),
        "irrelevant": _("not about us"),
        "low": _("low"),
        "medium": _("medium"),
        "high": _("high"),
        "yes": _("yes"),
        "no": _("no"),
    }
)

#: The icon of an event in the conversation; what has none stands in the timeline alone.
ICONS: Final[Mapping[EventName, str]] = MappingProxyType(
    {
        EventName.CASE_OPENED: "open",
        EventName.CASE_ASSIGNED: "user",
        EventName.CASE_GIVEN_BACK: "undo",
        EventName.CASE_TRANSFERRED: "transfer",
        EventName.CASE_ESCALATED: "escalate",
        EventName.CASE_SNOOZED: "snooze",
        EventName.CASE_WOKEN: "clock",
        EventName.CASE_REOPENED: "open",
        EventName.CASE_CLOSED: "check",
        EventName.POST_DELETED: "trash",
        EventName.CASES_JOINED: "link",
        EventName.CASES_PARTED: "undo",
        EventName.DEADLINE_BREACHED: "warning",
        EventName.REPLY_SENT_BACK: "back",
        EventName.REPLY_FAILED: "warning",
        EventName.REPLY_UNKNOWN: "warning",
        EventName.REPLY_REMOVAL_ASKED: "trash",
        EventName.REPLY_REMOVED: "trash",
        EventName.REPLY_REMOVAL_FAILED: "warning",
        EventName.REPLY_BOUNCED: "warning",
    }
)
GOOD: Final = frozenset({EventName.CASE_OPENED, EventName.REPLY_SENT, EventName.ANSWER_SEEN})
BAD: Final = frozenset(
    {
        EventName.DEADLINE_BREACHED,
        EventName.REPLY_FAILED,
        EventName.REPLY_UNKNOWN,
        EventName.REPLY_BOUNCED,
        EventName.CASE_ESCALATED,
    }
)

#: Blanks are `who` and what `_blanks` makes of the particulars.
SENTENCES: Final[Mapping[EventName, str | Promise]] = MappingProxyType(
    {
        EventName.ROWS_READ_AGAIN: _("%(who)s had rows read again that could not be read"),
        EventName.BATCH_TAKEN_IN: _("%(who)s took in a batch of posts"),
        EventName.POST_READ: _("%(who)s read a post"),
        EventName.CASE_OPENED: _("%(who)s opened the case, in the queue %(queue)s"),
        EventName.CASE_MOVED: _("%(who)s moved the case from “%(from_state)s” to “%(to_state)s”"),
        EventName.ANSWER_SEEN: _("%(who)s saw our answer on the network"),
        EventName.ANSWER_LOST: _("An answer of ours counts no more: somebody waits again"),
        EventName.CASE_CLOSED: _("%(who)s closed the case: %(reason)s"),
        EventName.BRAND_HEARD_AGAIN: _("%(who)s heard all posts of the brand again"),
        EventName.OPERATING_POINT_CHOSEN: _("%(who)s chose how much of the stream is read"),
        EventName.POSTS_JUDGED_AGAIN: _("%(who)s judged all posts again"),
        EventName.POST_EDITED: _("The author edited a post (version %(version)s)"),
        EventName.POST_DELETED: _("The network says that a post was deleted: its words are erased"),
        EventName.CASES_JOINED: _("%(who)s joined case %(other)s (%(channel)s): one person"),
        EventName.CASES_PARTED: _("%(who)s undid the joining with case %(other)s"),
        EventName.THREAD_WANTED: _("%(who)s asked the network for the whole thread"),
        EventName.POST_CORRECTED: _("%(who)s said that a post is %(relevant)s"),
        EventName.FILTER_TRAINED: _("%(who)s trained the brand filter"),
        EventName.FILTER_ROLLED_BACK: _("%(who)s took the brand filter back to an older version"),
        EventName.AUDIT_DRAWN: _("%(who)s drew an audit sample"),
        EventName.AUDIT_LABELLED: _("%(who)s labelled an audit sample"),
        EventName.CASE_ASSIGNED: _("%(who)s gave the case to %(to)s"),
        EventName.CASE_GIVEN_BACK: _("%(who)s gave the case back to the queue %(queue)s"),
        EventName.CASE_TRANSFERRED: _("%(who)s sent the case from %(from_queue)s to %(queue)s"),
        EventName.CASE_ESCALATED: _("%(who)s escalated the case to %(queue)s"),
        EventName.CASE_SNOOZED: _("%(who)s let the case sleep until %(until)s"),
        EventName.CASE_WOKEN: _("%(woke)s"),
        EventName.CASE_REOPENED: _("%(who)s reopened the case"),
        EventName.AUTHOR_WROTE: _("Its author wrote again"),
        EventName.CASE_TAGGED: _("%(who)s put the tag %(tag)s on it"),
        EventName.CASE_UNTAGGED: _("%(who)s took the tag %(tag)s off"),
        EventName.CASE_READ: _("%(who)s opened the page of the case"),
        EventName.NOTE_ADDED: _("%(who)s wrote a note"),
        EventName.WATCH_BEGUN: _("%(who)s began to watch"),
        EventName.WATCH_ENDED: _("%(who)s watches no longer"),
        EventName.READING_CORRECTED: _("%(who)s corrected the %(part)s of a post: %(said)s"),
        EventName.DRAFT_BEGUN: _("%(who)s began a reply"),
        EventName.REPLY_SUBMITTED: _("%(who)s asked for approval of a reply"),
        EventName.REPLY_EDITED: _("%(who)s edited the reply that waited for approval"),
        EventName.REPLY_APPROVED: _("%(who)s approved a reply"),
        EventName.REPLY_SENT_BACK: _("%(who)s sent a reply back with a note"),
        EventName.REPLY_QUEUED: _("%(who)s sent a reply on its way"),
        EventName.REPLY_CANCELLED: _("%(who)s took a reply back"),
        EventName.REPLY_SENT: _("The reply went out"),
        EventName.REPLY_FAILED: _("The reply was not sent"),
        EventName.REPLY_BOUNCED: _("The reply came back: it did not arrive"),
        EventName.REPLY_UNKNOWN: _("Nobody can tell whether the reply went out: look for it there"),
        EventName.REPLY_REMOVAL_ASKED: _("%(who)s wants a reply gone from its network"),
        EventName.REPLY_REMOVED: _("The reply is gone from its network"),
        EventName.REPLY_REMOVAL_FAILED: _("The reply could not be taken away: it stands there"),
        EventName.REPLY_SETTLED: _("%(who)s looked, and said what became of the reply"),
        EventName.DEADLINE_BREACHED: _("The deadline passed without an answer"),
        EventName.BULK_DONE: _("%(who)s acted on many cases at once"),
        EventName.BULK_UNDONE: _("%(who)s undid an act on many cases"),
        EventName.BRAND_CHANGED: _("%(who)s changed the brand"),
        EventName.POLICY_CHANGED: _("%(who)s changed the policy"),
        EventName.SOURCE_ADDED: _("%(who)s added a source"),
        EventName.CHANNEL_ADDED: _("%(who)s set up a channel"),
        EventName.CHANNEL_CHANGED: _("%(who)s changed a channel"),
        EventName.CHANNEL_REMOVED: _("%(who)s removed a channel"),
        EventName.GAP_FOUND: _("%(who)s found a gap: posts of a source may be missing"),
        EventName.GAP_REPAIRED: _("%(who)s filled a gap of a source"),
        EventName.GAP_GIVEN_UP: _("A gap of a source cannot be filled"),
        EventName.BACKFILL_ASKED: _("%(who)s asked for the past of a source"),
        EventName.CHANNEL_STOPPED: _("A channel no longer lets us in"),
        EventName.MACRO_CHANGED: _("%(who)s changed a macro"),
        EventName.TEAM_CHANGED: _("%(who)s changed a team"),
        EventName.VIEW_SHARED: _("%(who)s shared a view"),
        EventName.PERSON_INVITED: _("%(who)s invited somebody"),
        EventName.MEMBER_CHANGED: _("%(who)s changed what somebody may do"),
        EventName.MEMBER_REMOVED: _("%(who)s removed somebody from the brand"),
    }
)
_WOKE: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "person": _("%(who)s woke the case"),
        "time": _("The case woke: its time had come"),
        "author": _("The case woke: its author wrote"),
        "returned": _("The case woke: our answer did not arrive"),
    }
)
_UNKNOWN: Final = "?"


def icon_of(event: CaseEvent) -> str | None:
    """Return the icon of an event in the conversation; None: it does not stand there."""
    undone = (
        event.what is EventName.CASE_MOVED and event.particulars.get("from") == CaseState.CLOSED
    )
    return "undo" if undone else ICONS.get(event.what)


def sentence(event: CaseEvent) -> str:
    """
    Return what happened, in the language of the page.

    It may hold names of queues and tags, so a template escapes it like any other words.
    """
    who = f"@{event.by}" if event.by else gettext("Answerback")
    words = SENTENCES[event.what]
    told = event.particulars
    if event.what is EventName.CASE_ASSIGNED and told.get("to") == event.by:
        words = _("%(who)s took the case")
    if event.what is EventName.CASE_ASSIGNED and event.by is None:
        words = _("%(who)s offered the case to %(to)s")
    if event.what is EventName.CASE_GIVEN_BACK and told.get("reason") == "not_opened":
        words = _("@%(owner)s did not open the case: it is back in the queue %(queue)s")
    if event.what is EventName.CASE_WOKEN:
        words = _WOKE.get(str(told.get("what")), _WOKE["time"])
    return str(words) % _Blanks({"who": who} | _blanks(told))


class _Blanks(dict[str, str]):
    """An event of an older version may lack a particular: then a question mark stands there."""

    def __missing__(self, _name: str) -> str:
        return _UNKNOWN


def _blanks(told: Mapping[str, str | int | float | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in told.items():
        if value is not None:
            found[name] = str(_READERS[name](str(value)) if name in _READERS else value)
    found["from_state"] = str(STATES.get(str(told.get("from")), told.get("from")))
    found["to_state"] = str(STATES.get(str(told.get("to")), told.get("to")))
    return found


def _moment(value: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(value)), "D j M, H:i T")


_READERS: Final[Mapping[str, Callable[[str], str | Promise]]] = MappingProxyType(
    {
        "reason": lambda value: CLOSE_REASONS.get(value, value),
        "until": _moment,
        "part": lambda value: PARTS.get(value, value),
        "said": lambda value: SAID.get(value, value),
        "relevant": lambda value: SAID["relevant" if value == "1" else "irrelevant"],
        "to": lambda value: f"@{value}",
    }
)
