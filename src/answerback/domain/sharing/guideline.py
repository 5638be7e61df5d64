"""Which guideline carries which post to which department."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from answerback.domain.records.brand import Guideline
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.share import Share


class Matches(Protocol):
    """A guideline's query, ready to be asked; listening makes it, and is not known here."""

    def __call__(self, text: str, post: Post | None = None, /) -> bool:
        """
        Say whether a text matches.

        `post`: whose text it is, for what the query asks of its fields; None: a test post, of
        which nothing is told but the words.
        """
        ...


class NoMatcher(Refusal):
    """A guideline came without its rule."""


def shares(
    *,
    dossiers: Sequence[Dossier],
    guidelines: Sequence[Guideline],
    matches: Mapping[str, Matches],
) -> list[Share]:
    """
    Return what each guideline carries, in the order of the posts, then of the guidelines.

    `matches` holds for each guideline's name its rule.  A post that an earlier stage
    set aside, or that does not concern the brand, is not carried.

    :raises NoMatcher: when a guideline has no rule in `matches`.
    """
    rules = [(guideline, _rule(guideline, matches)) for guideline in guidelines]
    return [
        Share(
            guideline=guideline.name,
            department=guideline.department,
            channel=one.post.channel,
            external_id=one.post.external_id,
            version=one.post.version,
            why=f"It matches the guideline '{guideline.name}'. {guideline.text}".rstrip(),
        )
        for one in dossiers
        if _may_travel(one)
        for guideline, rule in rules
        if rule(one.post.text, one.post)
    ]


def check_guideline(*, guideline: Guideline, matches: Matches) -> list[str]:
    """
    Return what is wrong with a guideline, in sentences; [] when its test posts all hold.

    A guideline without test posts of both sorts is told so: nobody could see it break.
    """
    wrong = [
        f"The guideline '{guideline.name}' does not carry its example “{post}”. Widen its query, "
        "or take the example out."
        for post in guideline.examples
        if not matches(post)
    ]
    wrong += [
        f"The guideline '{guideline.name}' carries its counter-example “{post}”. Narrow its "
        "query, or take the counter-example out."
        for post in guideline.counter_examples
        if matches(post)
    ]
    for name, posts in (
        ("examples", guideline.examples),
        ("counter_examples", guideline.counter_examples),
    ):
        if not posts:
            wrong.append(f"The guideline '{guideline.name}' has no {name}. Add at least one post.")
    return wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What the guidelines carry out of a batch of posts."""

    posts: int  #: how many could have been carried
    by_guideline: tuple[tuple[Guideline, tuple[Share, ...]], ...]  #: every guideline is named
    wrong: tuple[str, ...]  #: sentences about test posts that do not hold

    def sentences(self) -> tuple[str, ...]:
        """Return it for reading, a line for each guideline; what is wrong comes first."""
        lines = (
            f"{guideline.name} → {guideline.department}: {_count(took)} of {self.posts}"
            f"{_ids(share.external_id for share in took)}."
            for guideline, took in self.by_guideline
        )
        return (*self.wrong, *lines)


def carry(
    *,
    dossiers: Sequence[Dossier],
    guidelines: Sequence[Guideline],
    matches: Mapping[str, Matches],
) -> Carried:
    """
    Say where the guidelines would have carried the posts, and check their test posts.

    :raises NoMatcher: when a guideline has no rule in `matches`.
    """
    taken = shares(dossiers=dossiers, guidelines=guidelines, matches=matches)
    return Carried(
        posts=sum(_may_travel(one) for one in dossiers),
        by_guideline=tuple(
            (
                guideline,
                tuple(share for share in taken if share.guideline == guideline.name),
            )
            for guideline in guidelines
        ),
        wrong=tuple(
            sentence
            for guideline in guidelines
            for sentence in check_guideline(guideline=guideline, matches=_rule(guideline, matches))
        ),
    )


def _rule(guideline: Guideline, matches: Mapping[str, Matches]) -> Matches:
    rule = matches.get(guideline.name)
    if rule is None:
        known = ", ".join(f"'{name}'" for name in sorted(matches)) or "none"
        raise NoMatcher(
            f"The guideline '{guideline.name}' came without its rule; rules given: {known}. "
            "Parse its query and pass it under the guideline's name."
        )
    return rule


def _may_travel(dossier: Dossier) -> bool:
    if dossier.discarded is not None:
        return False
    return dossier.mention is None or dossier.mention.heard


def _count(took: tuple[Share, ...]) -> str:
    return "1 post" if len(took) == 1 else f"{len(took)} posts"


def _ids(ids: Iterable[str]) -> str:
    named = ", ".join(ids)
    return f" ({named})" if named else ""
