"""A conversation, window by window: everybody's posts, with what was heard in each and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Length, Substr

from answerback.desk import models
from answerback.desk.queries.subject import shortened, subject_of
from answerback.desk.rows import media_record, mention_record, plan_record, reading_record
from answerback.domain.etiquette.taking_away import takes_away
from answerback.domain.listening.fields import Field
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.mention import Mention
from answerback.domain.records.plan import Plan
from answerback.domain.records.post import Media, Visibility
from answerback.domain.records.reading import Reading
from answerback.domain.records.reading_part import ReadingPart

#: A longer post is cut, and told to be: a page of a megabyte is no page.
MOST_SHOWN = 4_000
_QUOTED = 280  #: characters of what a post answers, or quotes
_QUOTES = "quotes"  #: under that name a stream tells which post is quoted, and not its words
_MOST_VERSIONS = 20  #: of one post: who edits more often is not told of each


class Side(StrEnum):
    """Who speaks, as the case sees it; also the name of a look in the style sheet."""

    AUTHOR = "author"
    THIRD = "third"  #: somebody else in the conversation
    OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A place in a conversation: what was said before it is the earlier window."""

    at: datetime
    post_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Which conversation, and whose case we look at it for."""

    brand_id: int
    channel: str
    conversation: str
    author_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An earlier text of a post that was edited."""

    number: int
    text: str  #: at most `MOST_SHOWN` characters
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What a post answers, where that does not stand right above it."""

    post_id: int
    author: str
    ours: bool
    text: str  #: its beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class OurReply:
    """That a post of ours was written here, by whom, and who said yes."""

    written_by: str
    approved_by: str | None
    reply_id: int = 0
    lets_go: bool = False  #: its network takes away what was said
    goes_by: str | None = None  #: who wants it gone from its network; None: nobody
    goes: bool = False  #: it is being taken away
    stays: str = ""  #: why it could not be taken away so far, or for good
    came_back: bool = False  #: its network says that it did not arrive
    trouble: str = ""  #: what went wrong all the same: that it came back, what was not done after


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOf:
    """What a person said of a part of a post."""

    word: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPost:
    """One post with its place, its words, and what was made of it."""

    post_id: int
    channel: str
    external_id: str
    side: Side
    author: str
    name: str
    text: str  #: at most `MOST_SHOWN` characters
    length: int  #: of the whole text, in characters
    at: datetime  #: the author's post time, or our hearing where none is told
    clock_told: bool
    heard_at: datetime
    url: str | None
    emptied: bool  #: deleted by its author, or all its words taken out
    deleted_at: datetime | None  #: its network says that it is gone
    version: int
    in_reply_to: str | None
    discarded: DiscardReason | None
    answered: bool
    visibility: Visibility
    media: tuple[Media, ...]
    title: str  #: a subject that its words do not begin with
    quote: str  #: the text that it quotes, its beginning, where its network tells it or it is here
    mention: Mention | None
    reading: Reading | None
    plan: Plan | None
    corrections: Mapping[ReadingPart, SaidOf] = field(default_factory=dict)
    versions: tuple[Version, ...] = ()
    quoted: Quoted | None = None
    reply: OurReply | None = None
    parent_missing: bool = False  #: what it answers is not here
    answered_outside: bool = False  #: by a post of ours that was written on the network

    @property
    def moment(self) -> Moment:
        return Moment(at=self.at, post_id=self.post_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One window: the posts oldest first."""

    posts: tuple[ConversationPost, ...]
    earlier: Moment | None  #: give it as `before` for the window before; None: this is the first


def thread_of(*, case_id: int) -> Thread:
    """Return which conversation a case is about.  One question to the database."""
    told = models.Case.objects.filter(pk=case_id).values(
        "brand_id", "channel", "conversation", "author_key"
    )
    return Thread(**told.get())


def conversation(
    thread: Thread,
    *,
    limit: int = 100,
    before: Moment | None = None,
    since: Moment | None = None,
) -> Conversation:
    """
    Return a window of a conversation: its newest posts, those before a moment, or since one.

    Six questions to the database, however long the conversation is.  Of a post with several
    versions the newest stands, with the earlier ones beside it.
    """
    rows, more = _window(thread, limit=limit, before=before, since=since)
    return Conversation(posts=_told(thread, rows=rows), earlier=more)


def post_in(thread: Thread, *, post_id: int) -> ConversationPost | None:
    """Return one post of a conversation; None: there is no such post in it, or an edit stands."""
    rows = _cut_short(_posts(thread).filter(pk=post_id))
    told = _told(thread, rows=list(rows.select_related("mention", "reading", "plan")))
    return told[0] if told else None


def _told(thread: Thread, *, rows: Sequence[models.Post]) -> tuple[ConversationPost, ...]:
    versions = _versions(thread, rows=rows)
    newest = [row for row in rows if row.version == max(versions[row.external_id])]
    said = _corrections([row.pk for row in newest])
    quoted = _quoted(thread, rows=newest)
    replies = _replies(thread, rows=newest)
    here = {*versions, *quoted}
    native = {
        row.pk
        for row in newest
        if row.discard_reason == DiscardReason.OWN_POST and row.external_id not in replies
    }
    return tuple(
        _post(
            row,
            thread=thread,
            corrections=said.get(row.pk, {}),
            versions=() if row.deleted_at else _older(row, versions[row.external_id]),
            quoted=quoted.get(row.in_reply_to or ""),
            quote=_quote(row, here=quoted),
            reply=replies.get(row.external_id),
            parent_missing=row.in_reply_to is not None and row.in_reply_to not in here,
            answered_outside=row.answer_id in native,
        )
        for row in newest
    )


def whole_text(thread: Thread, *, post_id: int) -> str | None:
    """Return all words of a post of this conversation; None: there is no such post in it."""
    posts = _posts(thread).filter(pk=post_id)
    return posts.values_list("text", flat=True).first()


def _posts(thread: Thread) -> QuerySet[models.Post]:
    return models.Post.objects.filter(
        brand_id=thread.brand_id, channel=thread.channel, conversation=thread.conversation
    )


def _window(
    thread: Thread, *, limit: int, before: Moment | None, since: Moment | None
) -> tuple[list[models.Post], Moment | None]:
    # First which, then all of them: sorting ten thousand whole rows takes ten times as long.
    places = _posts(thread).annotate(moment=Coalesce("created_at", "heard_at"))
    if before is not None:
        earlier = Q(moment=before.at, pk__lt=before.post_id) | Q(moment__lt=before.at)
        places = places.filter(earlier, moment__lte=before.at)
    if since is not None:
        later = Q(moment=since.at, pk__gte=since.post_id) | Q(moment__gt=since.at)
        places = places.filter(later, moment__gte=since.at)
    page = list(places.order_by("-moment", "-pk").values_list("moment", "pk")[: limit + 1])
    more = len(page) > limit
    order = {pk: place for place, (_, pk) in enumerate(reversed(page[:limit]))}
    rows = _cut_short(models.Post.objects.filter(pk__in=order))
    found = sorted(rows.select_related("mention", "reading", "plan"), key=lambda row: order[row.pk])
    if since is not None and not more:  # there may be more before it
        return found, since
    first = page[limit - 1] if more else None
    return found, None if first is None else Moment(at=first[0], post_id=first[1])


def _cut_short(posts: QuerySet[models.Post]) -> QuerySet[models.Post]:
    return posts.defer("text", "reply_ids").annotate(
        beginning=Substr("text", 1, MOST_SHOWN), length=Length("text")
    )


def _versions(thread: Thread, *, rows: Sequence[models.Post]) -> dict[str, dict[int, Version]]:
    """Return the versions of posts, by external id and number, discarded ones included."""
    posts = models.Post.objects.filter(
        brand_id=thread.brand_id,
        channel=thread.channel,
        external_id__in={row.external_id for row in rows},
    ).annotate(beginning=Substr("text", 1, MOST_SHOWN))
    found: dict[str, dict[int, Version]] = {}
    told = posts.order_by("version").values_list("external_id", "version", "beginning", "heard_at")
    for external_id, number, text, heard_at in told:
        version = Version(number=number, text=text, heard_at=heard_at)
        found.setdefault(external_id, {})[number] = version
    return found


def _older(row: models.Post, versions: Mapping[int, Version]) -> tuple[Version, ...]:
    older = [version for number, version in sorted(versions.items()) if number != row.version]
    return tuple(older[-_MOST_VERSIONS:])


def _corrections(post_ids: Sequence[int]) -> dict[int, dict[ReadingPart, SaidOf]]:
    found: dict[int, dict[ReadingPart, SaidOf]] = {}
    said = models.Correction.objects.filter(post_id__in=post_ids).order_by("pk")
    for post_id, part, word, by, at in said.values_list("post_id", "part", "said", "by", "at"):
        found.setdefault(post_id, {})[ReadingPart(part)] = SaidOf(word=word, by=by, at=at)
    return found


def _quoted(thread: Thread, *, rows: Sequence[models.Post]) -> dict[str, Quoted]:
    """Return what posts answer, where it is not the post right above, and what they quote."""
    above = [None, *(row.external_id for row in rows)]
    wanted = {
        row.in_reply_to
        for row, before in zip(rows, above, strict=False)
        if row.in_reply_to is not None and row.in_reply_to != before
    }
    wanted.update(name for row in rows for name in row.details.get(_QUOTES, ()))
    parents = models.Post.objects.filter(
        brand_id=thread.brand_id, channel=thread.channel, external_id__in=wanted
    ).annotate(beginning=Substr("text", 1, _QUOTED + 1))
    told = parents.order_by("version").values_list(
        "external_id", "pk", "author_handle", "discard_reason", "beginning"
    )
    return {
        external_id: Quoted(
            post_id=pk,
            author=author,
            ours=discarded == DiscardReason.OWN_POST,
            text=shortened(text),
        )
        for external_id, pk, author, discarded, text in told
    }


def _quote(row: models.Post, *, here: Mapping[str, Quoted]) -> str:
    """Return the words that a post quotes: as its network tells them, else as we have them."""
    told = " ".join(row.details.get(Field.QUOTED, ()))
    ours = (here[name].text for name in row.details.get(_QUOTES, ()) if name in here)
    return shortened(told or next(ours, ""))


def _is_emptied(row: models.Post, *, text: str) -> bool:
    edited_to_nothing = row.version > 1 and not text.strip() and not row.media
    return row.deleted_at is not None or edited_to_nothing


def _replies(thread: Thread, *, rows: Sequence[models.Post]) -> dict[str, OurReply]:
    """Return which posts of ours were written here; the others are native replies."""
    ours = {row.external_id for row in rows if row.discard_reason == DiscardReason.OWN_POST}
    here = Q(place=None, case__channel=thread.channel) | Q(place__channel=thread.channel)
    sent = models.Reply.objects.filter(here, case__brand_id=thread.brand_id, external_id__in=ours)
    back = models.LostAnswer.objects.filter(
        brand_id=thread.brand_id, external_id=OuterRef("external_id"), why="bounced"
    )
    told = sent.annotate(came_back=Exists(back)).select_related("removal")
    return {str(row.external_id): _our_reply(row, channel=thread.channel) for row in told}


def _our_reply(row: Any, *, channel: str) -> OurReply:
    removal = getattr(row, "removal", None)
    return OurReply(
        written_by=row.written_by,
        approved_by=row.approved_by,
        reply_id=row.pk,
        lets_go=takes_away(channel),
        goes_by=removal and removal.by,
        goes=removal is not None and removal.due_at is not None,
        stays=removal.failure if removal else "",
        came_back=row.came_back,
        trouble=row.failure,
    )


def _post(row: models.Post, *, thread: Thread, **beside: Any) -> ConversationPost:
    discarded = None if row.discard_reason is None else DiscardReason(row.discard_reason)
    side = Side.AUTHOR if row.author_key == thread.author_key else Side.THIRD
    if discarded is DiscardReason.OWN_POST:
        side = Side.OURS
    told: Any = row  # annotated by `_cut_short`
    return ConversationPost(
        post_id=row.pk,
        channel=row.channel,
        external_id=row.external_id,
        side=side,
        author=row.author_handle,
        name=row.author_name,
        text=told.beginning,
        length=told.length,
        at=row.created_at or row.heard_at,
        clock_told=row.created_at is not None and not row.created_at_assumed,
        heard_at=row.heard_at,
        url=row.url,
        emptied=_is_emptied(row, text=told.beginning),
        deleted_at=row.deleted_at,
        version=row.version,
        in_reply_to=row.in_reply_to,
        discarded=discarded,
        answered=row.answer_id is not None,
        visibility=Visibility(row.visibility),
        media=media_record(row.media),
        title=subject_of(row, text=told.beginning),
        mention=mention_record(row.mention) if hasattr(row, "mention") else None,
        reading=reading_record(row.reading) if hasattr(row, "reading") else None,
        plan=plan_record(row.plan) if hasattr(row, "plan") else None,
        **beside,
    )
