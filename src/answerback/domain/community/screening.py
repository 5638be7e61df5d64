"""A look at who asks us a favour: few posts, or mostly promotion, suggest a decline."""

from collections.abc import Sequence
from dataclasses import dataclass

from answerback.domain.community.content_mix import ContentClass, content_class
from answerback.domain.records.post import Post

#: Source: GLOSSARY.md, "screening".
FEWEST_POSTS = 50
MOST_PROMOTION = 2 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What the posts of somebody who asks a favour suggest.  A person decides."""

    handle: str
    suggest_decline: bool
    evidence: tuple[str, ...]  #: sentences, the deciding ones first
    promotions: tuple[str, ...]  #: external ids of the promotional posts
    polite_text: str  #: a decline with reason and alternative; "" when none is suggested


def screen(
    *,
    handle: str,
    posts: Sequence[Post],
    posts_in_all: int | None = None,
    fewest_posts: int = FEWEST_POSTS,
    most_promotion: float = MOST_PROMOTION,
) -> Screening:
    """
    Weigh the posts of the person behind `handle`, who asks us to endorse or pass something on.

    `posts` may be a sample; `posts_in_all` is what the network tells, where it does.
    Posts by others and doubles are left out.

    Units: `most_promotion` is a share of the posts seen, in [0, 1].

    :raises ValueError: when `posts_in_all` is less than the posts given.
    """
    theirs = {
        (post.channel, post.external_id): post
        for post in posts
        if post.author.handle.casefold() == handle.casefold()
    }
    in_all = len(theirs) if posts_in_all is None else posts_in_all
    if in_all < len(theirs):
        raise ValueError(f"posts_in_all={in_all}, but {len(theirs)} posts of @{handle} were given.")
    promotions = tuple(
        post.external_id
        for post in theirs.values()
        if content_class(text=post.text, is_reply=post.in_reply_to is not None)
        is ContentClass.PROMOTION
    )
    few = in_all < fewest_posts
    loud = bool(theirs) and len(promotions) > most_promotion * len(theirs)
    evidence = (
        f"@{handle} has written {in_all} posts; {fewest_posts} are the least we go by.",
        (
            f"{len(promotions)} of the {len(theirs)} posts seen promote something; "
            f"more than {most_promotion:.0%} is too much."
        ),
    )
    return Screening(
        handle=handle,
        suggest_decline=few or loud,
        evidence=evidence if few or not loud else evidence[::-1],
        promotions=promotions,
        polite_text=_polite(handle, few=few, loud=loud, fewest=fewest_posts),
    )


def _polite(handle: str, *, few: bool, loud: bool, fewest: int) -> str:
    if not (few or loud):
        return ""
    if few:
        reason = (
            f"because we pass on only people whom one can read for a while, some {fewest} posts"
        )
    else:
        reason = (
            "because most of what we find on your page is promotion, and our readers came for talk"
        )
    return (
        f"@{handle} Thank you for asking us. We can't do it this time, {reason}. What we can do "
        "instead: join in when our readers ask about your subject, and ask us again in a while."
    )
