"""Everything about one case but its conversation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Substr

from answerback.desk import models
from answerback.desk.queries.conversation import Thread
from answerback.desk.queries.copies import NO_COPIES, CopyCount, count_copies
from answerback.desk.queries.subject import subject_of
from answerback.domain.records.reply import ReplyState

_EARLIER = 6  #: cases of the same person that are shown
_OPENING = 160  #: characters of a case's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Somebody who follows a case, and how far they have read."""

    handle: str
    name: str
    read_to: int  #: the last event they saw


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """Another case of somebody who has the same handle."""

    case_id: int
    channel: str
    state: str
    kind: str
    close_reason: str | None
    opened_at: datetime
    opening: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """Words among ourselves."""

    note_id: int
    by: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case as it stands."""

    case_id: int
    brand_id: int
    brand: str
    thread: Thread
    author: str  #: the handle as the network shows it
    name: str
    title: str  #: of the leading post: a subject that its words do not begin with
    followers: int | None
    state: str
    owner: str | None
    assigned_at: datetime | None
    assigned_why: tuple[str, ...]
    accepted_at: datetime | None
    queue: str
    queue_by_hand: bool
    kind: str
    language: str
    sentiment: str
    priority: float
    priority_parts: Mapping[str, float]
    reasons: tuple[str, ...]  #: triage's, about the leading post
    leading_id: int
    written_at: datetime  #: of the leading post
    respond_by: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str | None
    snoozed_until: datetime | None
    sleeps_through_thanks: bool
    escalated_at: datetime | None
    breached_at: datetime | None
    author_has_the_word: bool
    outcome: str
    answered: bool  #: an answer of ours is there
    tags: tuple[str, ...]
    watchers: tuple[Watcher, ...]
    earlier: tuple[EarlierCase, ...]  #: the newest first
    more_earlier: bool
    notes: tuple[NoteLine, ...]  #: oldest first
    copies: CopyCount


def case_facts(*, case_id: int) -> CaseFacts:
    """
    Return a case with what stands beside it.  Six questions to the database.

    Ask for it after `access.case_for`.
    """
    answers = models.Post.objects.filter(case_id=OuterRef("pk"), answer__isnull=False)
    sent = models.Reply.objects.filter(case_id=OuterRef("pk"), state=ReplyState.SENT)
    cases = models.Case.objects.select_related("brand", "leading__plan")
    case = cases.annotate(answered=Exists(answers) | Exists(sent)).get(pk=case_id)
    told: Any = case  # annotated
    plan = getattr(case.leading, "plan", None)
    earlier = _earlier(case)
    return CaseFacts(
        case_id=case.pk,
        brand_id=case.brand_id,
        brand=case.brand.name,
        thread=Thread(
            brand_id=case.brand_id,
            channel=case.channel,
            conversation=case.conversation,
            author_key=case.author_key,
        ),
        author=case.leading.author_handle,
        name=case.leading.author_name,
        title=subject_of(case.leading, text=case.leading.text),
        followers=case.leading.author_followers,
        state=case.state,
        owner=case.owner,
        assigned_at=case.assigned_at,
        assigned_why=tuple(case.assigned_why),
        accepted_at=case.accepted_at,
        queue=case.queue,
        queue_by_hand=case.queue_by_hand,
        kind=case.kind,
        language=case.language,
        sentiment=case.sentiment,
        priority=case.priority,
        priority_parts=plan.priority_parts if plan else {},
        reasons=tuple(plan.reasons) if plan else (),
        leading_id=case.leading_id,
        written_at=case.written_at,
        respond_by=case.respond_by,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        close_reason=case.close_reason,
        snoozed_until=case.snoozed_until,
        sleeps_through_thanks=case.sleeps_through_thanks,
        escalated_at=case.escalated_at,
        breached_at=case.breached_at,
        author_has_the_word=case.author_has_the_word,
        outcome=case.outcome,
        answered=told.answered,
        tags=tuple(case.tags.order_by("tag").values_list("tag", flat=True)),
        watchers=_watchers(case_id),
        earlier=earlier[:_EARLIER],
        more_earlier=len(earlier) > _EARLIER,
        notes=notes_of([case_id]),
        copies=count_copies(case_ids=[case_id]).get(case_id, NO_COPIES),
    )


def _watchers(case_id: int) -> tuple[Watcher, ...]:
    watches = models.Watch.objects.filter(case_id=case_id).order_by("user__handle")
    return tuple(
        Watcher(handle=handle, name=name, read_to=read_to)
        for handle, name, read_to in watches.values_list("user__handle", "user__name", "read_to")
    )


def _earlier(case: models.Case) -> tuple[EarlierCase, ...]:
    """Return other cases of the same handle, on any channel: who they are is not looked into."""
    others = models.Case.objects.filter(brand_id=case.brand_id, author_key=case.author_key)
    told = others.exclude(pk=case.pk).order_by("-opened_at", "-pk")
    return tuple(
        EarlierCase(
            case_id=pk,
            channel=channel,
            state=state,
            kind=kind,
            close_reason=reason,
            opened_at=opened_at,
            opening=opening,
        )
        for pk, channel, state, kind, reason, opened_at, opening in told.values_list(
            "pk",
            "channel",
            "state",
            "kind",
            "close_reason",
            "opened_at",
            Substr("leading__text", 1, _OPENING),
        )[: _EARLIER + 1]
    )


def notes_of(case_ids: Collection[int]) -> tuple[NoteLine, ...]:
    """Return the notes of cases, oldest first.  One question to the database."""
    notes = models.Note.objects.filter(case_id__in=case_ids).order_by("at", "pk")
    return tuple(
        NoteLine(note_id=pk, by=by, text=text, at=at)
        for pk, by, text, at in notes.values_list("pk", "by", "text", "at")
    )
