"""Which answer stops which post's clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from answerback.domain.measure.answered import Wait, never_answered, watched
from answerback.domain.measure.conversation import Conversation
from answerback.domain.measure.spoken import Spoken
from answerback.domain.records.handles import addressed, known_by


class Part(StrEnum):
    """Which clock a post starts: the case's first, or a later one."""

    FIRST = "first"
    NEXT = "next"


class State(StrEnum):
    """How a post stands at the report's moment."""

    ANSWERED = "answered"  #: and both times are known
    OPEN = "open"  #: no answer, younger than 7 days
    NEVER = "never"  #: no answer, 7 days old or more
    ANSWERED_UNTIMED = "answered_untimed"  #: an answer is there, a time is not (or is absurd)
    UNANSWERED_UNTIMED = "unanswered_untimed"  #: no answer, and no clock to say since when


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A customer's post that asks for an answer, and what came of it."""

    post: Spoken
    conversation: str
    part: Part
    follow_up: bool  #: the brand had answered this author here before
    state: State
    answer: Spoken | None  #: the first one; None: none by the report's moment
    seconds: float | None  #: to the answer, or watched without one; None: no clock

    @property
    def clocked(self) -> bool:
        """Say whether the post can stand in a curve."""
        return self.seconds is not None


def counted(talk: Conversation, *, at: datetime) -> Iterator[Counted]:
    """
    Yield the posts of a conversation that start a clock, each with its first answer.

    A case is one author in one conversation: the author's first post that needs a response
    starts the first clock, each later one a next clock.  An answer is the first brand post
    behind it that speaks to its author: it replies to a post of that author, names the
    author by handle, or, where the archive tells neither, comes next after the author's
    words.  Posts and answers after `at` have not happened.

    Source: GLOSSARY.md, "Clocks".  Holding and automatic replies count as answers here:
    an archive does not tell them apart.
    """
    posts = [post for post in talk.posts if post.at is None or post.at <= at]
    spoken_to = _spoken_to(posts, talk=talk)
    nexts: dict[str, Spoken] = {}  # author to the first brand post behind, walking backwards
    answers: dict[str, Spoken] = {}  # customer's post to its answer
    for post in reversed(posts):
        if post.inbound is False:
            author = spoken_to.get(post.id)
            if author is not None:
                nexts[author] = post
        elif post.author in nexts:
            answers[post.id] = nexts[post.author]
    begun: set[str] = set()
    spoken_with: set[str] = set()
    for post in posts:
        if post.inbound is False:
            spoken_with.add(spoken_to.get(post.id, ""))
        elif post.needs_response:
            answer = answers.get(post.id)
            state, seconds = _stands(post, answer=answer, at=at)
            yield Counted(
                post=post,
                conversation=talk.id,
                part=Part.NEXT if post.author in begun else Part.FIRST,
                follow_up=post.author in spoken_with,
                state=state,
                answer=answer,
                seconds=seconds,
            )
            begun.add(post.author)


def _spoken_to(posts: Sequence[Spoken], *, talk: Conversation) -> dict[str, str]:
    """Return for each brand post the customer it speaks to; absent: to nobody in particular."""
    writers = {post.id: post.author for post in posts if post.inbound}
    names = known_by({author.casefold(): author for author in writers.values()})
    spoken_to: dict[str, str] = {}
    latest: str | None = None
    for post in posts:
        if post.inbound:
            latest = post.author
            continue
        parent = talk.parents.get(post.id)
        named = addressed(post.handles, known=names)
        if parent is not None:  # to a customer, or going on after our own post
            author = writers.get(parent) or spoken_to.get(parent) or named
        elif post.in_reply_to is not None:  # to a post that the archive does not hold
            author = named
        else:
            author = named or latest
        if author is not None:
            spoken_to[post.id] = author
    return spoken_to


def _stands(post: Spoken, *, answer: Spoken | None, at: datetime) -> tuple[State, float | None]:
    told = answer.at if answer is not None else None
    if post.at is None or (answer is not None and (told is None or told < post.at)):
        return State.UNANSWERED_UNTIMED if answer is None else State.ANSWERED_UNTIMED, None
    wait = Wait(created_at=post.at, answered_at=told)
    seconds, came = watched(wait, at=at)
    if came:
        return State.ANSWERED, seconds
    return State.NEVER if never_answered(wait, at=at) else State.OPEN, seconds
