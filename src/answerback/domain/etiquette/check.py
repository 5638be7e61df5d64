"""Is a reply fit to send?  Every check, and the same look at what was already said."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from answerback.domain.etiquette.decline import decline
from answerback.domain.etiquette.privacy import privacy
from answerback.domain.etiquette.promotion import promotion
from answerback.domain.etiquette.repetition import WINDOW, repetition
from answerback.domain.records.brand import Brand
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Post, is_ours
from answerback.domain.records.reading import Reading
from answerback.domain.records.reply import Check, Finding, Reply, Weight


def findings(
    *,
    reply: Reply,
    conversation: Sequence[Post],
    recent: Sequence[Reply],
    at: datetime,
    reading: Reading | None = None,
) -> tuple[Finding, ...]:
    """
    Say what is amiss with a reply before it goes out; nothing to say is ().

    `conversation` holds the posts of its thread, both sides; `recent` what was sent to
    anybody, of which the last 24 hours before `at` count; `reading` is of the post that
    it answers.  What blocks comes first.

    Error: v1, word lists in English, German, French and Spanish; the shares found right
    and wrong on real replies stand in docs/reference/etiquette.md.
    """
    found = [
        *privacy(text=reply.text, conversation=conversation),
        *promotion(
            text=reply.text,
            answered=_answered(reply=reply, conversation=conversation),
            reading=reading,
        ),
        *repetition(reply=reply, recent=recent, at=at),
        *decline(text=reply.text),
    ]
    return tuple(sorted(found, key=lambda finding: finding.weight is not Weight.BLOCKS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """An answer the brand gave, what it answered, and what was amiss."""

    answer: Post
    answered: Post | None  #: None: the archive does not hold it
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A look back at the brand's own answers."""

    answers: int  #: how many were looked at
    flagged: tuple[Flagged, ...]  #: those with a finding, in the order given

    def counts(self) -> dict[Check, int]:
        """Return for each check how many answers it found, every check named."""
        seen = Counter(check for one in self.flagged for check in {f.check for f in one.findings})
        return {check: seen[check] for check in Check}

    def sentences(self) -> tuple[str, ...]:
        """Return the review for reading: a line of counts, then one for each finding."""
        if not self.answers:
            return ("The archive holds no answers of the brand, so there is nothing to review.",)
        named = ", ".join(f"{check} {count}" for check, count in self.counts().items())
        head = f"{len(self.flagged)} of {self.answers} answers have a finding ({named})."
        return (
            head,
            *(
                f"{one.answer.external_id} to @{_person(one)}: {finding.sentence}"
                for one in self.flagged
                for finding in one.findings
            ),
        )


def review_answers(*, dossiers: Sequence[Dossier], brand: Brand) -> Review:
    """
    Look at the answers that `brand` gave in an archive as if each were still a draft.

    An answer is a post of the brand's side that replies to somebody else's, or begins
    with a handle.  Answers without a clock are not compared with others.

    Shapes: any number of dossiers, in any order; readings are used where they are.
    """
    by_id = {(one.post.channel, one.post.external_id): one for one in dossiers}
    ours = frozenset(handle.casefold() for handle in brand.handles)
    answers = [
        (place, one.post)
        for place, one in enumerate(dossiers)
        if is_ours(one.post, handles=ours) and _speaks_to(one.post, by_id) is not None
    ]
    timed = [(at, row) for row in answers if (at := row[1].created_at) is not None]
    flagged: dict[int, Flagged] = {}
    recent: deque[Reply] = deque()
    for at, (place, post) in sorted(timed, key=lambda pair: (pair[0], pair[1][0])):
        while recent and recent[0].sent_at is not None and at - recent[0].sent_at > WINDOW:
            recent.popleft()
        flagged[place] = _look_at(post=post, at=at, by_id=by_id, recent=recent)
    for place, post in answers:
        if post.created_at is None:
            flagged[place] = _look_at(post=post, at=post.heard_at, by_id=by_id, recent=deque())
    return Review(
        answers=len(answers),
        flagged=tuple(one for _, one in sorted(flagged.items()) if one.findings),
    )


def _look_at(
    *,
    post: Post,
    at: datetime,
    by_id: dict[tuple[str, str], Dossier],
    recent: deque[Reply],
) -> Flagged:
    thread = _thread(post, by_id)
    reply = Reply(
        text=post.text,
        to=_speaks_to(post, by_id) or "",
        in_reply_to=post.in_reply_to,
        written_by=post.author.handle,
        sent_at=at,
    )
    found = findings(
        reply=reply,
        conversation=[one.post for one in thread],
        recent=tuple(recent),
        at=at,
        reading=thread[0].reading if thread else None,
    )
    recent.append(reply)
    return Flagged(answer=post, answered=thread[0].post if thread else None, findings=found)


def _thread(post: Post, by_id: dict[tuple[str, str], Dossier]) -> list[Dossier]:
    """Return what a post answers, nearest first; a circle of replies ends where it began."""
    seen = {post.external_id}
    thread: list[Dossier] = []
    parent = by_id.get((post.channel, post.in_reply_to)) if post.in_reply_to else None
    while parent is not None and parent.post.external_id not in seen:
        seen.add(parent.post.external_id)
        thread.append(parent)
        above = parent.post.in_reply_to
        parent = by_id.get((post.channel, above)) if above else None
    return thread


def _speaks_to(post: Post, by_id: dict[tuple[str, str], Dossier]) -> str | None:
    """Return the handle that an answer speaks to, or None for a post to nobody."""
    parent = by_id.get((post.channel, post.in_reply_to)) if post.in_reply_to else None
    if parent is not None:
        who = parent.post.author.handle
        return who if who.casefold() != post.author.handle.casefold() else None
    first = post.text.split(maxsplit=1)[:1]
    if first and first[0].startswith("@") and len(first[0]) > 1:
        return first[0][1:].rstrip(":,.")
    return "somebody" if post.in_reply_to else None


def _answered(*, reply: Reply, conversation: Sequence[Post]) -> Post | None:
    for post in conversation:
        if post.external_id == reply.in_reply_to:
            return post
    return None


def _person(flagged: Flagged) -> str:
    if flagged.answered is not None:
        return flagged.answered.author.handle
    return flagged.answer.text.split(maxsplit=1)[0].lstrip("@").rstrip(":,.")
