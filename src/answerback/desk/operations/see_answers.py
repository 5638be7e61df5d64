"""See what the brand answered on the network itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from answerback.desk import models
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.threads import Threads
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.event import Event, EventName

#: An author in a conversation: whom a case is about.
Person = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One post of the brand or of a customer, as far as answering goes."""

    post_id: int
    external_id: str
    created_at: datetime | None  #: None: not told, or made up by intake
    above: frozenset[str] = frozenset()  #: the posts it answers, directly or through others


def first_answer(*, asked: Said, replies: Sequence[Said]) -> Said | None:
    """
    Return the first of the brand's posts to this author that came after the author's post.

    A reply came after it when it answers it, directly or through others, or, where both
    times are told, when its time is not earlier.  Without times the first in the order of
    taking in stands for the first in time.
    """
    after = [reply for reply in replies if _came_after(reply=reply, asked=asked)]
    clocked = [reply for reply in after if reply.created_at is not None]
    return min(clocked or after, key=_order, default=None)


def _came_after(*, reply: Said, asked: Said) -> bool:
    if asked.external_id in reply.above:
        return True
    told = reply.created_at is not None and asked.created_at is not None
    return told and reply.created_at >= asked.created_at  # type: ignore[operator]  # told: neither is None


def _order(said: Said) -> tuple[float, int]:
    return (said.created_at.timestamp() if said.created_at else 0.0, said.post_id)


def say_whom(*, posts: Sequence[models.Post], handles: frozenset[str], threads: Threads) -> None:
    """
    Set `speaks_to` on the brand's own posts: the nearest customer above.

    Where we do not have what a post answers, the first handle in its text that is not ours
    stands in.  A post that speaks to nobody we can name answers nobody.
    """
    for post in posts:
        if post.discard_reason != DiscardReason.OWN_POST:
            continue
        above = (node.author_key for node in threads.above(post.external_id) if not node.own)
        post.speaks_to = next(above, None) or _named(post.text, handles=handles)


def _named(text: str, *, handles: frozenset[str]) -> str | None:
    named = (match.casefold() for match in re.findall(r"(?<![\w@])@(\w+)", text))
    return next((handle for handle in named if handle not in handles), None)


def hear_late_questions(*, posts: Sequence[models.Post], threads: Threads) -> None:
    """Correct whom earlier answers speak to, now that the posts they answer are here."""
    asked = {
        post.external_id: post.author_key
        for post in posts
        if post.discard_reason != DiscardReason.OWN_POST
    }
    early = models.Post.objects.filter(
        brand_id=threads.brand_id,
        channel=threads.channel,
        discard_reason=DiscardReason.OWN_POST,
        in_reply_to__in=list(asked),
        sorted_at__isnull=False,
    ).order_by("pk")
    update_rows(
        model=models.Post,
        rows=[
            {"id": pk, "speaks_to": asked[parent]}
            for pk, parent, now in early.values_list("pk", "in_reply_to", "speaks_to")
            if parent is not None and now != asked[parent]
        ],
    )


def see_answers(*, people: Sequence[Person], threads: Threads, at: datetime) -> int:
    """
    Mark what these people said and the brand has answered, one event for each, once.

    Returns how many posts found their answer.
    """
    waiting = _waiting(people=people, threads=threads)
    replies = _replies(people=list(waiting), threads=threads)
    found = [
        (asked, case_id, answer)
        for person, posts in waiting.items()
        for asked, case_id in posts
        if (answer := first_answer(asked=asked, replies=replies.get(person, ()))) is not None
    ]
    update_rows(
        model=models.Post,
        rows=[{"id": asked.post_id, "answer_id": answer.post_id} for asked, _, answer in found],
    )
    record_events(
        brand_id=threads.brand_id,
        events=[
            Event(
                what=EventName.ANSWER_SEEN,
                at=at,
                case_id=case_id,
                post_id=asked.post_id,
                particulars={
                    "reply": answer.external_id,
                    "reply_post": answer.post_id,
                    "asked_at": asked.created_at.isoformat() if asked.created_at else None,
                    "answered_at": answer.created_at.isoformat() if answer.created_at else None,
                },
            )
            for asked, case_id, answer in found
        ],
    )
    return len(found)


def _waiting(
    *, people: Sequence[Person], threads: Threads
) -> dict[Person, list[tuple[Said, int | None]]]:
    rows = models.Post.objects.filter(
        brand_id=threads.brand_id,
        channel=threads.channel,
        conversation__in={conversation for conversation, _ in people},
        author_key__in={author for _, author in people},
        case__isnull=False,
        answer__isnull=True,
    ).order_by("pk")
    wanted = frozenset(people)
    found: dict[Person, list[tuple[Said, int | None]]] = {}
    for row in rows.only(*_SAID, "author_key", "case_id"):
        if (person := (row.conversation, row.author_key)) in wanted:
            found.setdefault(person, []).append((_said(row), row.case_id))
    return found


def _replies(*, people: Sequence[Person], threads: Threads) -> dict[Person, list[Said]]:
    rows = models.Post.objects.filter(
        Q(discard_reason=DiscardReason.OWN_POST),  # in these words the partial index is used
        brand_id=threads.brand_id,
        channel=threads.channel,
        conversation__in={conversation for conversation, _ in people},
        speaks_to__in={author for _, author in people},
    ).order_by("pk")
    own = list(rows.only(*_SAID, "speaks_to"))
    threads.fetch_upwards(row.external_id for row in own)
    found: dict[Person, list[Said]] = {}
    for row in own:
        above = frozenset(node.external_id for node in threads.above(row.external_id))
        said = _said(row, above=above | ({row.in_reply_to} if row.in_reply_to else set()))
        found.setdefault((row.conversation, row.speaks_to or ""), []).append(said)
    return found


_SAID = ("external_id", "created_at", "created_at_assumed", "conversation", "in_reply_to")


def _said(row: models.Post, *, above: frozenset[str] = frozenset()) -> Said:
    return Said(
        post_id=row.pk,
        external_id=row.external_id,
        created_at=None if row.created_at_assumed else row.created_at,
        above=above,
    )
