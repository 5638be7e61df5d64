"""The council's page: every claim with its count and the posts behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Post
from answerback.domain.records.reading import Kind, Sentiment
from answerback.domain.records.reply import Check, Finding
from answerback.domain.records.share import Share

#: From this probability on, a reading counts as said.
SURE = 0.5
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement, and the posts behind it."""

    sentence: str
    posts: tuple[str, ...]  #: external ids, all of them, in the order given


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One heading of the digest."""

    heading: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """
    What a council reads in a minute.

    Units: posts.  Counts only; shares with intervals are for the report (measure).
    """

    brand: str
    posts: int  #: all that came in
    read: int  #: of those, the ones that were read; the rest was set aside
    sections: tuple[Section, ...]

    def text(self) -> str:
        """Return the page as plain text; the same facts always give the same page."""
        lines = [
            f"Digest for the council: {self.brand}",
            (
                f"{self.posts} posts came in, {self.read} were read, "
                f"{self.posts - self.read} were set aside."
            ),
        ]
        for section in self.sections:
            lines += ["", section.heading]
            lines += [f"- {claim.sentence}{_shown(claim.posts)}" for claim in section.claims]
            if not section.claims:
                lines.append("- Nothing this time.")
        return "\n".join(lines) + "\n"


def digest(
    *,
    brand: str,
    dossiers: Sequence[Dossier],
    shares: Sequence[Share],
    declines: Sequence[tuple[Post, Finding]] = (),
) -> Digest:
    """
    Put the page together: kinds, mood, best practice, what went where, open declines.

    `declines` are the findings of etiquette with the answer each was seen in; those that
    are not about a decline are left out.  A decline is open while it lacks its reason or
    alternative.
    """
    read = [one for one in dossiers if one.reading is not None]
    return Digest(
        brand=brand,
        posts=len(dossiers),
        read=len(read),
        sections=(
            Section(heading="What people said", claims=tuple(_kinds(read))),
            Section(heading="How they felt", claims=tuple(_mood(read))),
            Section(heading="Best practice", claims=tuple(_thanked(dossiers))),
            Section(heading="Carried to the departments", claims=tuple(_carried(shares))),
            Section(heading="Open declines", claims=tuple(_open(declines))),
        ),
    )


def _kinds(read: Sequence[Dossier]) -> Iterable[Claim]:
    counted = []
    for kind in Kind:
        ids = _ids(one for one in read if one.reading and one.reading.kinds.get(kind, 0) >= SURE)
        if ids:
            counted.append(Claim(sentence=f"{kind}: {len(ids)}", posts=ids))
    return sorted(counted, key=lambda claim: -len(claim.posts))


def _mood(read: Sequence[Dossier]) -> Iterable[Claim]:
    for mood in Sentiment:
        ids = _ids(
            one for one in read if one.reading and one.reading.sentiment.get(mood, 0) >= SURE
        )
        if ids:
            yield Claim(sentence=f"{mood}: {len(ids)}", posts=ids)


def _thanked(dossiers: Sequence[Dossier]) -> Iterable[Claim]:
    """Find the answers of ours that a person praised: what to do again."""
    ours = {
        (one.post.channel, one.post.external_id) for one in dossiers if one.post.inbound is False
    }
    praised = [
        one.post.in_reply_to
        for one in dossiers
        if one.reading is not None
        and one.post.in_reply_to is not None
        and (one.post.channel, one.post.in_reply_to) in ours
        and one.reading.kinds.get(Kind.PRAISE, 0) >= SURE
    ]
    if praised:
        ids = tuple(dict.fromkeys(praised))
        yield Claim(sentence=f"Answers that people thanked us for: {len(ids)}", posts=ids)


def _carried(shares: Sequence[Share]) -> Iterable[Claim]:
    groups: dict[tuple[str, str], list[str]] = {}
    for share in shares:
        groups.setdefault((share.department, share.guideline), []).append(share.external_id)
    for (department, guideline), ids in sorted(groups.items()):
        yield Claim(sentence=f"{department}, by '{guideline}': {len(ids)}", posts=tuple(ids))


def _open(declines: Sequence[tuple[Post, Finding]]) -> Iterable[Claim]:
    for post, finding in declines:
        if finding.check is Check.DECLINE:
            yield Claim(sentence=finding.sentence, posts=(post.external_id,))


def _ids(dossiers: Iterable[Dossier]) -> tuple[str, ...]:
    return tuple(one.post.external_id for one in dossiers)


def _shown(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return f" [{', '.join(ids[:_SHOWN])}{more}]"
