"""A conversation as it is shown: words, marks and percentages, worked out before a template."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.case_events import CaseEvent
from answerback.desk.queries.case_page import NoteLine
from answerback.desk.queries.conversation import Conversation, ConversationPost, Side
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.mention import Span
from answerback.domain.records.post import MediaKind, Visibility
from answerback.domain.records.reading import Kind, Sentiment
from answerback.domain.records.reading_part import SAYINGS, ReadingPart
from answerback.web.cards import Link, safe_link
from answerback.web.event_words import PARTS, SAID, icon_of, sentence

_HIGH, _LOW = 0.7, 0.3  # of an urgency
_RATHER = 0.5  # a probability: rather so than not

#: Why a post in the conversation opened nothing.
ASIDE: Final[Mapping[DiscardReason, str | Promise]] = MappingProxyType(
    {
        DiscardReason.NOT_HEARD: _("does not speak of us"),
        DiscardReason.EXCLUDED: _("left out by the query"),
        DiscardReason.OWN_POST: _("ours"),
        DiscardReason.SPAM: _("spam"),
        DiscardReason.NOT_ABOUT_US: _("not about us"),
        DiscardReason.UNREADABLE: _("unreadable"),
        DiscardReason.EMPTY: _("without words"),
        DiscardReason.AUTOMATIC: _("automatic"),
        DiscardReason.DELETED: _("deleted there"),
    }
)


#: Who may read a post on its network; everybody where it is not said.
SEEN_BY: Final[Mapping[Visibility, str | Promise]] = MappingProxyType(
    {
        Visibility.DIRECT: _("private: only those it names"),
        Visibility.FOLLOWERS: _("only for followers"),
        Visibility.UNLISTED: _("unlisted"),
    }
)
#: The same of an answer to it, told to whoever writes it.
ANSWER_SEEN_BY: Final[Mapping[Visibility, str | Promise]] = MappingProxyType(
    {
        Visibility.PUBLIC: _("Everybody can read the answer."),
        Visibility.UNLISTED: _("Everybody can read the answer; it stands in no public list."),
        Visibility.FOLLOWERS: _("Only followers, and whom it names, can read the answer."),
        Visibility.DIRECT: _("Only the person it goes to can read the answer."),
    }
)
MEDIA: Final[Mapping[MediaKind, str | Promise]] = MappingProxyType(
    {
        MediaKind.IMAGE: _("picture"),
        MediaKind.VIDEO: _("film"),
        MediaKind.AUDIO: _("sound"),
        MediaKind.LINK: _("page"),
        MediaKind.FILE: _("file"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text."""

    text: str
    marked: bool  #: it carried the match


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A word that a person may say."""

    value: str
    word: str | Promise
    current: bool
    share: int | None = None  #: how sure the machine was, in hundredths; None: not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One part of what was heard: what it is, how sure, and what it may be corrected to."""

    part: str
    name: str | Promise
    key: str  #: opens its menu
    word: str | Promise
    share: int | None  #: in hundredths
    unsure: bool
    by: str | None  #: who said so; None: the machine
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard in a post, and why."""

    parts: tuple[Told, ...]
    why: tuple[str, ...]  #: sentences: of relevance, of the reading
    reasons: tuple[str, ...]  #: sentences of triage
    topics: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTurn:
    """A picture, a film, a card: told in words, never loaded."""

    name: str | Promise
    alt: str
    link: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostTurn:
    """A post in its place."""

    post: ConversationPost
    look: str  #: class words of the style sheet
    pieces: tuple[Piece, ...]
    left_out: int  #: characters of the text that are not shown
    link: Link | None
    aside: str | Promise  #: why it opened nothing; "" where it did
    kind: str | Promise
    mood: str | Promise  #: "" for neutral
    mood_name: str  #: also the name of its look in the style sheet
    urgent: bool
    unsure: bool
    heard: Heard | None  #: told at once for the post that leads; else when it is asked for
    current: bool
    seen_by: str | Promise  #: who may read it on its network; "" for everybody
    media: tuple[MediaTurn, ...]
    channel: str  #: where it was said, when several places are shown; else ""
    type: str = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTurn:
    """A note in its place."""

    note: NoteLine
    type: str = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTurn:
    """What happened, in its place."""

    event: CaseEvent
    sentence: str
    icon: str
    type: str = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTurn:
    """What follows came after somebody's last look."""

    type: str = "new"


Turn = PostTurn | NoteTurn | EventTurn | NewTurn


class Key(StrEnum):
    """Which key opens the menu of a part, where the post has the focus."""

    RELEVANCE = "r"
    KIND = "k"
    SENTIMENT = "m"
    URGENCY = "u"
    NEEDS_RESPONSE = "y"


def turns(
    told: Conversation,
    *,
    leading_id: int,
    notes: Sequence[NoteLine],
    events: Sequence[CaseEvent],
    until: datetime | None = None,
    seen_at: datetime | None = None,
) -> list[Turn]:
    """
    Return posts, notes and what happened, oldest first.

    Notes and events are those of this window: since its first post, unless nothing is before
    it, and before `until`.  Before the first post that was heard after `seen_at`, and not sent
    from here, it says so.
    """
    since = told.posts[0].at if told.earlier is not None and told.posts else None

    def here(at: datetime) -> bool:
        return (since is None or at >= since) and (until is None or at < until)

    channels = len({post.channel for post in told.posts}) > 1
    placed: list[tuple[tuple[datetime, int, int], Turn]] = [
        ((post.at, 0, place), post_turn(post, leading_id=leading_id, channels=channels))
        for place, post in enumerate(told.posts)
    ]
    fresh = [
        seen_at is not None and post.heard_at > seen_at and post.reply is None
        for post in told.posts
    ]
    if any(fresh) and not all(fresh):
        place = fresh.index(True)
        placed.append(((told.posts[place].at, -1, place), NewTurn()))
    placed += [
        ((event.at, 1, event.event_id), EventTurn(event=event, sentence=sentence(event), icon=sign))
        for event in events
        if (sign := icon_of(event)) is not None and here(event.at)
    ]
    placed += [((note.at, 2, note.note_id), NoteTurn(note=note)) for note in notes if here(note.at)]
    placed.sort(key=lambda one: one[0])
    return [turn for _, turn in placed]


def post_turn(
    post: ConversationPost, *, leading_id: int, open_heard: bool = False, channels: bool = False
) -> PostTurn:
    """Return a post as it is shown; what was heard is told for the one that leads the case."""
    current = post.post_id == leading_id
    reading = post.reading
    mood = _leading(by_word(reading.sentiment)) if reading else None
    ours = post.side is Side.OURS
    return PostTurn(
        post=post,
        look=_look(post, current=current),
        pieces=pieces(post.text, spans=post.mention.matched if post.mention else ()),
        left_out=max(0, post.length - len(post.text)),
        link=safe_link(post.url),
        aside="" if ours or post.discarded is None else ASIDE[post.discarded],
        kind=SAID[post.plan.kind] if post.plan and not ours else "",
        mood="" if mood in (None, Sentiment.NEUTRAL) else SAID[mood],
        mood_name=mood or "",
        urgent=reading is not None and reading.urgency >= _HIGH,
        unsure=_unsure(post),
        heard=heard(post) if current or open_heard else None,
        current=current,
        channel=post.channel if channels else "",
        seen_by=SEEN_BY.get(post.visibility, ""),
        media=tuple(
            MediaTurn(name=MEDIA[one.kind], alt=one.alt, link=safe_link(one.url))
            for one in post.media
        ),
    )


def _look(post: ConversationPost, *, current: bool) -> str:
    words = ["ours" if post.side is Side.OURS else "theirs"]
    if post.side is Side.OURS and post.reply is None:
        words.append("native")
    if post.side is Side.THIRD:
        words.append("third")
    if post.side is Side.THIRD and post.in_reply_to:
        words.append("reply")
    if current:
        words.append("current")
    return " ".join(words)


def _unsure(post: ConversationPost) -> bool:
    said = post.corrections
    relevance = post.mention is not None and post.mention.unsure
    return (relevance and ReadingPart.RELEVANCE not in said) or bool(
        post.reading and post.reading.unsure
    )


def pieces(text: str, *, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """
    Return a text cut where it was matched; the pieces put together are the text.

    Spans that overlap or lie outside of the text, which may be cut short, do no harm.

    Units: code points.
    """
    found: list[Piece] = []
    done = 0
    for span in sorted(spans, key=lambda one: one.start):
        start, end = max(done, span.start), min(span.end, len(text))
        if start >= end:
            continue
        if start > done:
            found.append(Piece(text=text[done:start], marked=False))
        found.append(Piece(text=text[start:end], marked=True))
        done = end
    if done < len(text):
        found.append(Piece(text=text[done:], marked=False))
    return tuple(found)


def heard(post: ConversationPost) -> Heard | None:
    """Return what was heard in a post, and why; None where nobody listened or read."""
    mention, reading = post.mention, post.reading
    if mention is None or reading is None or post.side is Side.OURS:
        return None
    kinds, moods = by_word(reading.kinds), by_word(reading.sentiment)
    kind = str(post.plan.kind) if post.plan else _leading(kinds) or Kind.OTHER
    mood = _leading(moods) or Sentiment.NEUTRAL
    about = "relevant" if post.discarded is None else "irrelevant"
    owed = "yes" if post.plan is not None and post.plan.respond else "no"
    shares: dict[ReadingPart, tuple[str, float | None, Mapping[str, float]]] = {
        ReadingPart.RELEVANCE: (
            about,
            _of_word(holds=about == "relevant", share=mention.relevance),
            {},
        ),
        ReadingPart.KIND: (kind, kinds.get(kind), kinds),
        ReadingPart.SENTIMENT: (mood, moods.get(mood), moods),
        ReadingPart.URGENCY: (_urgency(reading.urgency), reading.urgency, {}),
        ReadingPart.NEEDS_RESPONSE: (
            owed,
            _of_word(holds=owed == "yes", share=reading.needs_response),
            {},
        ),
    }
    return Heard(
        parts=tuple(
            _told(post, part=part, word=word, share=share, among=among)
            for part, (word, share, among) in shares.items()
        ),
        why=(*mention.why, *reading.why, *reading.urgency_reasons),
        reasons=post.plan.reasons if post.plan else (),
        topics=tuple((name, _hundredths(score)) for name, score in mention.topics),
    )


def by_word(shares: Mapping[Kind, float] | Mapping[Sentiment, float]) -> dict[str, float]:
    """Return probabilities by the closed word itself."""
    return {str(name): share for name, share in shares.items()}


def _told(
    post: ConversationPost,
    *,
    part: ReadingPart,
    word: str,
    share: float | None,
    among: Mapping[str, float],
) -> Told:
    said = post.corrections.get(part)
    if said is not None:
        word = said.word
    doubts = set(post.reading.unsure) if post.reading else set()
    unsure = part in doubts or (part is ReadingPart.KIND and bool(doubts & set(Kind)))
    if part is ReadingPart.RELEVANCE and post.mention is not None:
        unsure = post.mention.unsure
    return Told(
        part=str(part),
        name=PARTS[part],
        key=str(Key[part.name]),
        word=SAID[word],
        share=None if said is not None or share is None else _hundredths(share),
        unsure=unsure and said is None,
        by=said.by if said else None,
        choices=tuple(
            Choice(
                value=value,
                word=SAID[value],
                current=value == word,
                share=_hundredths(among[value]) if value in among and said is None else None,
            )
            for value in SAYINGS[part]
        ),
    )


def _of_word(*, holds: bool, share: float) -> float | None:
    """Return how sure the word is that is shown; None where a rule decided against the odds."""
    sure = share if holds else 1 - share
    return sure if sure >= _RATHER else None


def _urgency(value: float) -> str:
    if value >= _HIGH:
        return "high"
    return "medium" if value >= _LOW else "low"


def _leading(shares: Mapping[str, float]) -> str | None:
    return max(shares, key=lambda name: shares[name], default=None)


def _hundredths(share: float) -> int:
    return round(100 * share)
