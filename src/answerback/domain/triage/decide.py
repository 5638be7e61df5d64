"""Triage, the stage: what each post is owed, by when, in which queue, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from answerback.domain.records.brand import Brand
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.records.plan import Plan
from answerback.domain.records.post import Post
from answerback.domain.records.reading import Kind, Reading, Sentiment
from answerback.domain.triage.deadlines import Calendar, calendar_of
from answerback.domain.triage.in_words import moment, open_time, percent
from answerback.domain.triage.needs_response import Verdict, holding, judge
from answerback.domain.triage.policy import Policy
from answerback.domain.triage.priority import Part, reach, repeat, waiting, weigh
from answerback.domain.triage.routing import Risk, Router, router

#: Asked for each post that is decided: how often has its author written to us before?
Contacts = Callable[[Post], int]

# What is said among the reasons; all of it counts in the priority, said or not.
_MARKED: Final = 0.5  # a probability: rather so than not
_WATCHED: Final = 1_000  # followers: more than one's friends


def decider(
    *, policy: Policy, brand: Brand | None, at: datetime, contacts: Contacts | None = None
) -> Callable[[Sequence[Dossier]], Sequence[Dossier]]:
    """
    Return the triage stage: it gives every dossier that is not discarded its Plan.

    Without a brand every post counts as addressed to us.  Each post is decided by itself,
    so the cut into batches changes nothing.

    Shapes: n dossiers in, n out, in the order given.
    Units: `at` is the moment from which waits and priorities are reckoned.

    :raises NeverOpen: at once, when the open hours cannot hold one of the targets.
    :raises UnknownZone: at once, when the open hours name no real time zone.
    """
    own = brand.targets if brand else {}
    targets = {kind: own.get(kind, rule.target) for kind, rule in policy.kinds.items()}
    calendar = calendar_of((brand.hours if brand else None) or policy.hours)
    for target in {*targets.values(), policy.escalate.target}:
        calendar.due_at(created_at=at, target=target)
    triage = _Triage(
        policy=policy,
        addressed_all=brand is None,
        at=at.astimezone(calendar.zone),
        contacts=contacts,
        calendar=calendar,
        targets=targets,
        router=router(policy=policy, brand=brand),
    )
    return lambda dossiers: [triage.decide(dossier) for dossier in dossiers]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promise:
    respond_by: datetime | None
    used: float  #: the share of the time that is used up; above 1: overdue
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Triage:
    policy: Policy
    addressed_all: bool
    at: datetime  #: in the zone of the open hours
    contacts: Contacts | None
    calendar: Calendar
    targets: Mapping[Kind, timedelta]
    router: Router

    def decide(self, dossier: Dossier) -> Dossier:
        if dossier.discarded is not None:
            return dossier
        if dossier.reading is None:
            raise ValueError(
                f"Post {dossier.post.external_id!r} came to triage without a reading. The stage "
                "'understanding' must run before it."
            )
        return Dossier(  # `replace` says the same in three times the time; a test compares them
            post=dossier.post,
            mention=dossier.mention,
            reading=dossier.reading,
            plan=self._plan(dossier, reading=dossier.reading),
            asks_since=dossier.asks_since,
        )

    def _plan(self, dossier: Dossier, *, reading: Reading) -> Plan:
        post = dossier.post
        verdict = self._verdict(dossier, reading)
        risk = self.router.risk(post.text)
        targets = [self.targets[kind] for kind in verdict.kinds]
        targets += [self.policy.escalate.target] if risk else []
        promise = self._promise(dossier, target=min(targets)) if verdict.respond else None
        values = self._values(post, reading=reading, promise=promise, risk=risk)
        parts = weigh(values=values, weights=self.policy.weights)
        queue, routed = self.router.queue(
            kind=verdict.kinds[0], mention=dossier.mention, reading=reading, risk=risk
        )
        reasons = list(verdict.reasons)
        if promise is not None:
            reasons.insert(1, promise.sentence)
        reasons += self._telling(post, reading=reading, risk=risk, values=values, parts=parts)
        reasons += _doubt(dossier.mention)
        return Plan(
            respond=verdict.respond,
            kind=verdict.kinds[0],
            queue=queue,
            priority=min(1.0, sum(parts.values())),  # a rounding error may reach above
            priority_parts=parts,
            respond_by=promise.respond_by if promise else None,
            reasons=(*reasons, routed),
        )

    def _verdict(self, dossier: Dossier, reading: Reading) -> Verdict:
        if dossier.post.inbound is False:
            kinds = holding(policy=self.policy, reading=reading)
            return Verdict(respond=False, kinds=kinds, reasons=("The brand wrote it itself.",))
        mention = None if self.addressed_all else dossier.mention
        return judge(policy=self.policy, reading=reading, mention=mention)

    def _promise(self, dossier: Dossier, *, target: timedelta) -> _Promise:
        created_at = dossier.asks_since or dossier.post.created_at
        if created_at is None:
            said = "No deadline: nothing tells when it was written."
            return _Promise(respond_by=None, used=0.0, sentence=said)
        due = self.calendar.due_at(created_at=created_at, target=target)
        left = due - self.at
        if left <= timedelta():
            used = 1 - left / target
        else:
            used = self.calendar.open_time(since=created_at, until=self.at) / target
        local = moment(due.astimezone(self.calendar.zone))
        since = "it was written."
        if dossier.asks_since is not None:
            since = "it was edited: it asks for more than before."
        elif (
            dossier.post.created_at_assumed
        ):  # a deadline made up in silence would pass for the author's
            since = "we heard it: its own time is missing, or cannot be right."
        said = f"Due by {local}, {open_time(target)} after {since}"
        return _Promise(respond_by=due, used=used, sentence=said)

    def _values(
        self, post: Post, *, reading: Reading, promise: _Promise | None, risk: Risk | None
    ) -> dict[Part, float]:
        return {
            Part.DEADLINE: waiting(used=promise.used) if promise else 0.0,
            Part.URGENCY: reading.urgency,
            Part.RISK: 1.0 if risk else reading.offensive,
            Part.NEEDS_RESPONSE: reading.needs_response,
            Part.SENTIMENT: reading.sentiment.get(Sentiment.NEGATIVE, 0.0),
            Part.REPEAT: repeat(earlier=self.contacts(post)) if self.contacts else 0.0,
            Part.REACH: reach(followers=post.author.followers),
        }

    def _telling(
        self,
        post: Post,
        *,
        reading: Reading,
        risk: Risk | None,
        values: Mapping[Part, float],
        parts: Mapping[str, float],
    ) -> list[str]:
        """Return what else made the priority, the part that adds most first."""
        told = []
        if reading.urgency_reasons:
            told.append((-parts[Part.URGENCY], reading.urgency_reasons[0]))
        if risk is not None or reading.offensive >= _MARKED:
            told.append((-parts[Part.RISK], _risk(reading, risk)))
        if (negative := values[Part.SENTIMENT]) >= _MARKED:
            told.append((-parts[Part.SENTIMENT], f"It is negative ({percent(negative)})."))
        if values[Part.REPEAT] > 0:
            told.append((-parts[Part.REPEAT], "Its author has written to us before."))
        if (followers := post.author.followers or 0) >= _WATCHED:
            told.append((-parts[Part.REACH], f"Its author has {followers:,} followers."))
        told.sort()
        return [sentence for _, sentence in told]


def _doubt(mention: Mention | None) -> list[str]:
    """Ask the person who gets the post: the filter learns from what they say."""
    if mention is None or not mention.unsure:
        return []
    return [f"It may not be about us (relevance {percent(mention.relevance)}): please tell."]


def _risk(reading: Reading, risk: Risk | None) -> str:
    if risk is not None:
        return f"It says '{risk.word}': a {risk.name} risk."
    return f"It is offensive ({percent(reading.offensive)}), which is no reason to be silent."
