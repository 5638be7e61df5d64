"""Put copies into the case of what they copy: one line for all of them, and none is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Min

from answerback.desk import models
from answerback.desk.operations.open_cases import open_cases
from answerback.domain.records.plan import Plan

_OWES_NOTHING = "It says what an earlier post said, and that one needs no response."


def plans_of_copies(*, posts: Sequence[models.Post], plans: Mapping[int, Plan]) -> dict[int, Plan]:
    """
    Return the plans, with those of copies made true: none is owed what the first is not.

    A copy whose first post has no plan any more keeps its own.
    """
    firsts = {post.copy_of_id for post in posts if post.copy_of_id is not None}
    owed = dict(
        models.Plan.objects.filter(post_id__in=firsts).order_by().values_list("post_id", "respond")
    )
    owed |= {pk: plans[pk].respond for pk in firsts & plans.keys()}
    quiet = {
        post.pk
        for post in posts
        if post.copy_of_id is not None and owed.get(post.copy_of_id) is False
    }
    return {
        pk: _owing_nothing(plan) if pk in quiet and plan.respond else plan
        for pk, plan in plans.items()
    }


def _owing_nothing(plan: Plan) -> Plan:
    return replace(plan, respond=False, respond_by=None, reasons=(_OWES_NOTHING, *plan.reasons))


def open_cases_of_groups(
    *, posts: Sequence[models.Post], plans: Mapping[int, Plan], at: datetime
) -> tuple[list[int], int]:
    """
    Open cases as `open_cases` does, but one for a first post and all its copies.

    A copy that the author of the case wrote counts as another post of theirs; any other waits
    for no answer of its own and reopens nothing.  Returns the cases that got a post of their
    author's, and how many are new.
    """
    firsts = [post for post in posts if post.copy_of_id is None]
    touched, opened = open_cases(posts=firsts, plans=plans, at=at)
    copies = [post for post in posts if post.copy_of_id is not None and post.pk in plans]
    again, left = _join(copies=copies, posts=posts, plans=plans)
    alone = [post for post in left if plans[post.pk].respond]
    leading = {post.copy_of_id: post for post in reversed(alone)}
    more, opened_more = open_cases(posts=list(leading.values()), plans=plans, at=at)
    for post in alone:
        post.case_id = leading[post.copy_of_id].case_id
    return [*touched, *again, *more], opened + opened_more


def _join(
    *,
    copies: Sequence[models.Post],
    posts: Sequence[models.Post],
    plans: Mapping[int, Plan],
) -> tuple[list[int], list[models.Post]]:
    """
    Set the case of copies: the one that their first post is in.

    `posts` are all posts of the turn; those that open cases have theirs.  Where a newer version
    stands for the first post its case counts, and where there is none, that of another copy.
    Returns the cases that an author of theirs has written to again, and the copies without
    a case, whose group has none yet.
    """
    if not copies:
        return [], []
    cases = _cases_of_groups(copies=copies, posts=posts, plans=plans)
    again: list[int] = []
    alone: list[models.Post] = []
    for post in copies:
        found = cases.get(post.copy_of_id or 0)
        if found is None:
            alone.append(post)
            continue
        post.case_id, author_key = found
        if author_key == post.author_key:
            again.append(post.case_id)
    return again, alone


def _cases_of_groups(
    *,
    copies: Sequence[models.Post],
    posts: Sequence[models.Post],
    plans: Mapping[int, Plan],
) -> dict[int, tuple[int, str]]:
    """Return, by first post, the case of its group and the case's author."""
    ids = {post.copy_of_id for post in copies if post.copy_of_id is not None}
    firsts = dict(
        models.Post.objects.filter(pk__in=ids).order_by().values_list("pk", "external_id")
    )
    there = models.Post.objects.filter(brand_id=copies[0].brand_id, channel=copies[0].channel)
    versions = there.filter(
        external_id__in=set(firsts.values()), case__isnull=False, plan__respond=True
    )
    told = dict(versions.order_by("version").values_list("external_id", "case_id"))
    told |= {
        post.external_id: post.case_id
        for post in posts
        if post.case_id is not None and post.pk in plans and plans[post.pk].respond
    }
    without = [pk for pk, external_id in firsts.items() if external_id not in told]
    others = there.filter(copy_of_id__in=without, case__isnull=False).order_by()
    of_copies = dict(others.values_list("copy_of_id").annotate(Min("case_id")))
    found = {
        pk: case_id
        for pk, external_id in firsts.items()
        if (case_id := told.get(external_id) or of_copies.get(pk)) is not None
    }
    authors = dict(
        models.Case.objects.filter(pk__in=set(found.values()))
        .order_by()
        .values_list("pk", "author_key")
    )
    return {pk: (case_id, authors[case_id]) for pk, case_id in found.items()}
