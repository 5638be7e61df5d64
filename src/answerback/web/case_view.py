"""The page of a case: facts and words, worked out before a template sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerback.desk.operations.close_case import BY_ITSELF
from answerback.desk.operations.want_threads import gives_threads
from answerback.desk.queries.access import CaseRef, Member
from answerback.desk.queries.case_events import CaseEvent, CaseEvents, case_events
from answerback.desk.queries.case_list import Present, present_at
from answerback.desk.queries.case_page import CaseFacts, EarlierCase, case_facts, notes_of
from answerback.desk.queries.conversation import Conversation, Moment, Thread
from answerback.desk.queries.joined import JoinedLine, joined_lines, places_of
from answerback.desk.queries.joined_conversation import conversations, threads_of
from answerback.desk.queries.thread_looks import ThreadState, thread_state
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.event import EventName
from answerback.domain.records.role import Right
from answerback.web.cards import KINDS, BarPart, Deadline, bar, copies_in_words, deadline, opening
from answerback.web.case_rows import CLOSE_REASONS, SENTIMENTS, STATES
from answerback.web.event_words import BAD, GOOD, sentence
from answerback.web.place import moment_in_words
from answerback.web.turns import Turn, turns

WINDOW: Final = 100  #: posts at once
_MOST_SINCE: Final = 400  #: posts of a page that stays open all day
_EVENTS: Final = 200  #: that may stand in the conversation
_SHOWN_EVENTS: Final = 25  #: beside it
_MORNING: Final = 9  #: o'clock, where the reader is
_MONDAY: Final = 0

OUTCOMES: Mapping[str, str | Promise] = MappingProxyType(
    {"thanked": _("gave thanks"), "still_angry": _("still angry")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class May:
    """What somebody may do with the case as it stands."""

    note: bool  #: write notes, watch
    take: bool
    take_over: bool
    give_back: bool
    work: bool  #: transfer, escalate, snooze, tag: it is open
    correct: bool
    wake: bool
    close: bool
    reopen: bool
    take_away: bool  #: have what we said deleted on its network


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One thing that happened."""

    event: CaseEvent
    sentence: str
    look: str  #: "good", "bad" or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatcherLine:
    """Somebody who follows, and whether they have seen the last of it."""

    handle: str
    name: str
    up_to_date: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLine:
    """Another case of the same handle."""

    case: EarlierCase
    state: str | Promise
    kind: str | Promise
    words: str
    elsewhere: bool  #: on another channel: the same handle may be somebody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A moment to sleep until."""

    until: datetime
    name: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadView:
    """Whether the thread is whole, and what can be done about it."""

    incomplete: bool  #: a post that is shown answers one that is not here
    may_ask: bool
    state: ThreadState


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything the templates of a case need."""

    facts: CaseFacts
    may: May
    mine: bool
    watching: bool
    state: str | Promise
    kind: str | Promise
    mood: str | Promise
    closed_as: str | Promise
    joined: int | None  #: the case that it became part of
    outcome: str | Promise
    deadline: Deadline
    bar: tuple[BarPart, ...]  #: also for parts/priority.html
    copies: str
    asleep: bool
    here: tuple[Present, ...]  #: others who have it open
    turns: tuple[Turn, ...]
    earlier: str  #: the place before which there is more, as in an address; "" for none
    since: str  #: the place of the first post shown
    timeline: tuple[TimelineLine, ...]
    more_events: bool
    watchers: tuple[WatcherLine, ...]
    others: tuple[EarlierLine, ...]
    reasons: tuple[tuple[str, str | Promise], ...]  #: to close with
    presets: tuple[Preset, ...]
    parts: tuple[JoinedLine, ...]  #: other cases of the same person, joined into this one
    thread: ThreadView

    @property
    def priority(self) -> float:
        return self.facts.priority


def case_view(*, me: Member, case: CaseRef, at: datetime, since: Moment | None = None) -> CaseView:
    """
    Return a case as somebody sees it: its newest posts, or all since a moment.

    The same number of questions to the database, however long the conversation.
    """
    facts = case_facts(case_id=case.case_id)
    limit = WINDOW if since is None else _MOST_SINCE
    joined = joined_lines(case.case_id)
    threads = _threads(facts, joined=joined)
    told = conversations(threads, limit=limit, since=since)
    events = case_events(case_id=case.case_id, limit=_EVENTS, of_posts=False)
    present = present_at([case.case_id], at=at).get(case.case_id, [])
    first = told.posts[0].moment if told.posts else None
    return CaseView(
        facts=facts,
        may=_may(me, facts=facts),
        mine=facts.owner == me.handle,
        watching=me.handle in {one.handle for one in facts.watchers},
        state=STATES[facts.state],
        kind=KINDS.get(facts.kind, facts.kind),
        mood=SENTIMENTS.get(facts.sentiment, ""),
        closed_as=CLOSE_REASONS.get(facts.close_reason or "", ""),
        joined=_joined(facts, events=events),
        outcome=OUTCOMES.get(facts.outcome, ""),
        deadline=deadline(facts.respond_by, written_at=facts.written_at, at=at),
        bar=bar(facts.priority_parts),
        copies=copies_in_words(facts.copies.posts, by=facts.copies.authors),
        asleep=facts.snoozed_until is not None and facts.snoozed_until > at,
        here=tuple(one for one in present if one.handle != me.handle),
        turns=tuple(
            turns(
                told,
                leading_id=facts.leading_id,
                notes=notes_of([case.case_id, *(one.case_id for one in joined)])
                if joined
                else facts.notes,
                events=tuple(reversed(events.events)),
                seen_at=_last_look(events, by=me.handle),
            )
        ),
        earlier=moment_in_words(told.earlier) if told.earlier else "",
        since=moment_in_words(first) if first else "",
        timeline=timeline(events.events[:_SHOWN_EVENTS]),
        more_events=len(events.events) > _SHOWN_EVENTS,
        watchers=_watchers(facts, events=events),
        others=tuple(_other(one, channel=facts.thread.channel) for one in facts.earlier),
        reasons=_reasons(facts),
        presets=presets(at),
        parts=joined,
        thread=_thread(facts, told=told, may=me.may(Right.WORK, brand_id=facts.brand_id)),
    )


def _joined(facts: CaseFacts, *, events: CaseEvents) -> int | None:
    """Return the case that a joined one became part of; its last closing says which."""
    if facts.close_reason != CloseReason.JOINED:
        return None
    closings = (one for one in events.events if one.what is EventName.CASE_CLOSED)
    into = next((one.particulars.get("into") for one in closings), None)
    return into if isinstance(into, int) else None


def _threads(facts: CaseFacts, *, joined: Sequence[JoinedLine]) -> tuple[Thread, ...]:
    places = places_of(facts.case_id) if joined else ()
    return threads_of(facts.thread, places=places)


def _thread(facts: CaseFacts, *, told: Conversation, may: bool) -> ThreadView:
    ids = {post.external_id for post in told.posts}
    state = thread_state(facts.thread, external_ids=ids)
    return ThreadView(
        incomplete=any(post.parent_missing for post in told.posts),
        may_ask=may and state.has_account and gives_threads(facts.thread.channel),
        state=state,
    )


def _last_look(events: CaseEvents, *, by: str) -> datetime | None:
    looks = (one for one in events.events if one.what is EventName.CASE_READ and one.by == by)
    return next((one.at for one in looks), None)


def timeline(events: Sequence[CaseEvent]) -> tuple[TimelineLine, ...]:
    """Return what happened in words, in the order given."""
    return tuple(
        TimelineLine(
            event=event,
            sentence=sentence(event),
            look="good" if event.what in GOOD else "bad" if event.what in BAD else "",
        )
        for event in events
    )


def _may(me: Member, *, facts: CaseFacts) -> May:
    work = me.may(Right.WORK, brand_id=facts.brand_id)
    open_ = facts.state != CaseState.CLOSED
    theirs = facts.owner == me.handle or me.may(Right.ASSIGN, brand_id=facts.brand_id)
    return May(
        note=me.may(Right.NOTE, brand_id=facts.brand_id),
        take=work and open_ and facts.owner is None,
        take_over=work and open_ and facts.owner not in (None, me.handle),
        give_back=work and theirs and facts.state == CaseState.ASSIGNED,
        work=work and open_,
        correct=work,
        wake=work and facts.snoozed_until is not None,
        close=work and open_ and facts.state != CaseState.AWAITING_APPROVAL,
        reopen=work and not open_,
        take_away=me.may(Right.ASSIGN, brand_id=facts.brand_id),
    )


def _watchers(facts: CaseFacts, *, events: CaseEvents) -> tuple[WatcherLine, ...]:
    """Say who has seen the last thing that happened; that somebody looked is none."""
    telling = (one.event_id for one in events.events if one.what is not EventName.CASE_READ)
    last = next(telling, 0)
    return tuple(
        WatcherLine(handle=one.handle, name=one.name, up_to_date=one.read_to >= last)
        for one in facts.watchers
    )


def _other(case: EarlierCase, *, channel: str) -> EarlierLine:
    closed = CLOSE_REASONS.get(case.close_reason or "", "")
    return EarlierLine(
        case=case,
        state=closed or STATES.get(case.state, case.state),
        kind=KINDS.get(case.kind, case.kind),
        words=opening(case.opening),
        elsewhere=case.channel != channel,
    )


def _reasons(facts: CaseFacts) -> tuple[tuple[str, str | Promise], ...]:
    """Return why it can be closed: as answered only when our answer is there."""
    left_out = BY_ITSELF | (set() if facts.answered else {CloseReason.ANSWERED})
    return tuple(
        (str(reason), CLOSE_REASONS[reason]) for reason in CloseReason if reason not in left_out
    )


def presets(at: datetime) -> tuple[Preset, ...]:
    """Return moments to sleep until, from soon to late."""
    here = timezone.localtime(at)
    morning = here.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    tomorrow = morning + timedelta(days=1)
    monday = morning + timedelta(days=(_MONDAY - here.weekday() - 1) % 7 + 1)
    told = [
        Preset(until=at + timedelta(hours=1), name=_("in an hour")),
        Preset(until=at + timedelta(hours=4), name=_("in four hours")),
        Preset(until=tomorrow, name=_("tomorrow morning")),
        Preset(until=monday, name=_("on Monday")),
        Preset(until=at + timedelta(days=7), name=_("in a week")),
    ]
    return tuple(one for one in told if one.name != _("on Monday") or monday != tomorrow)
