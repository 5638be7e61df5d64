"""See what the brand answered on the network itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from answerback.desk import models
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.standing_answers import stands
from answerback.desk.queries.threads import Threads
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.handles import addressed, handles_in, known_by

#: An author in a conversation: whom a case is about.
Person = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One post of the brand or of a customer, as far as answering goes."""

    post_id: int
    external_id: str
    created_at: datetime | None  #: None: not told, or made up by intake
    above: frozenset[str] = frozenset()  #: the posts it answers, directly or through others
    heard_at: datetime | None = None  #: our clock; asked for where no other tells
    asks_since: datetime | None = None  #: an edit that asks anew
    #: Of such an edit: whether its network tells when it was made, else we know when we heard it.
    told_when: bool = True

    @property
    def asked_at(self) -> datetime | None:
        """Return since when it waits for an answer."""
        return self.asks_since or self.created_at


def first_answer(*, asked: Said, replies: Sequence[Said]) -> Said | None:
    """
    Return the first of the brand's posts to this author that came after the author's post.

    A reply came after it when it answers it, directly or through others, or, where both
    times are told, when its time is not earlier.  What was said before an edit that asks anew
    does not answer that, whatever it hangs on.  Without times the first in the order of
    taking in stands for the first in time.
    """
    after = [reply for reply in replies if _came_after(reply=reply, asked=asked)]
    clocked = [reply for reply in after if reply.created_at is not None]
    return min(clocked or after, key=_order, default=None)


def _came_after(*, reply: Said, asked: Said) -> bool:
    if asked.asks_since is not None:
        spoken = (reply.created_at if asked.told_when else None) or reply.heard_at
        if spoken is not None and spoken < asked.asks_since:
            return False
    if asked.external_id in reply.above:
        return True
    told = reply.created_at is not None and asked.created_at is not None
    return told and reply.created_at >= asked.created_at  # type: ignore[operator]  # told: neither is None


def _order(said: Said) -> tuple[float, int]:
    return (said.created_at.timestamp() if said.created_at else 0.0, said.post_id)


def say_whom(*, posts: Sequence[models.Post], handles: frozenset[str], threads: Threads) -> None:
    """
    Set `speaks_to` on the brand's own posts: the nearest customer above.

    Where we do not have what a post answers, the author in its conversation whom its text
    names stands in, else the first handle in it that is not ours.  A post that speaks to
    nobody we can name answers nobody.
    """
    ours = dict.fromkeys(handles, "")
    unlinked = []
    for post in posts:
        if post.discard_reason == DiscardReason.OWN_POST:
            above = (node.author_key for node in threads.above(post.external_id) if not node.own)
            post.speaks_to = next(above, None)
            if post.speaks_to is None and handles_in(post.text):
                unlinked.append(post)
    authors = _authors(
        conversations={post.conversation for post in unlinked}, posts=posts, threads=threads
    )
    for post in unlinked:
        named = [handle for handle in handles_in(post.text) if handle not in handles]
        known = authors.get(post.conversation, {})
        others = (one for one in named if addressed([one], known=ours) is None)
        post.speaks_to = addressed(named, known=known) or next(others, None)


def _authors(
    *, conversations: Iterable[str], posts: Sequence[models.Post], threads: Threads
) -> dict[str, dict[str, str]]:
    """Return the customers in each conversation, by all that a text may call them."""
    wanted = frozenset(conversations)
    found: dict[str, dict[str, str]] = {one: {} for one in wanted}
    if not wanted:
        return found
    stored = (
        models.Post.objects.filter(
            brand_id=threads.brand_id, channel=threads.channel, conversation__in=wanted
        )
        .exclude(discard_reason=DiscardReason.OWN_POST)
        .order_by()
        .values_list("conversation", "author_key", "author_handle")
        .distinct()
    )
    # The conversations of the posts at hand are worked out, and not yet written.
    here = (
        (post.conversation, post.author_key, post.author_handle)
        for post in posts
        if post.conversation in wanted and post.discard_reason != DiscardReason.OWN_POST
    )
    for conversation, author, handle in (*stored, *here):
        found[conversation] |= {author: author, handle.casefold(): author}
    return {conversation: known_by(people) for conversation, people in found.items()}


def hear_late_questions(*, posts: Sequence[models.Post], threads: Threads) -> None:
    """
    Correct whom earlier answers speak to, now that their customers' posts are here.

    An answer to one of these posts speaks to its author; one that only names somebody,
    to the author whom that name turns out to mean.
    """
    asked = {
        post.external_id: post.author_key
        for post in posts
        if post.discard_reason != DiscardReason.OWN_POST
    }
    own = models.Post.objects.filter(
        brand_id=threads.brand_id,
        channel=threads.channel,
        discard_reason=DiscardReason.OWN_POST,
        sorted_at__isnull=False,
    ).order_by("pk")
    linked = {
        pk: (asked[parent], now)
        for pk, parent, now in own.filter(in_reply_to__in=list(asked)).values_list(
            "pk", "in_reply_to", "speaks_to"
        )
        if parent is not None
    }
    talks = {post.conversation for post in posts if post.external_id in asked}
    named = [
        told
        for told in own.filter(conversation__in=talks, speaks_to__isnull=False).values_list(
            "pk", "conversation", "speaks_to"
        )
        if told[0] not in linked
    ]
    authors = _authors(
        conversations={conversation for _, conversation, _ in named}, posts=posts, threads=threads
    )
    meant = {
        pk: (author, now)
        for pk, conversation, now in named
        if (author := addressed([now or ""], known=authors[conversation])) is not None
    }
    update_rows(
        model=models.Post,
        rows=[
            {"id": pk, "speaks_to": author}
            for pk, (author, now) in (linked | meant).items()
            if now != author
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
                    "asked_at": asked.asked_at.isoformat() if asked.asked_at else None,
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
        stands(),
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


_SAID = (
    "external_id",
    "created_at",
    "created_at_assumed",
    "conversation",
    "in_reply_to",
    "heard_at",
    "revised_at",
    "asks_since",
)


def _said(row: models.Post, *, above: frozenset[str] = frozenset()) -> Said:
    return Said(
        post_id=row.pk,
        external_id=row.external_id,
        created_at=None if row.created_at_assumed else row.created_at,
        above=above,
        heard_at=row.heard_at,
        asks_since=row.asks_since,
        told_when=row.revised_at is not None,
    )
