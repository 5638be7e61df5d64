"""A question that its author took back is owed no answer: its case ends, or goes on without it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.hear_authors import hear_authors
from answerback.desk.operations.let_copies_lead import let_copies_lead
from answerback.desk.operations.move_cases import Move, move_cases, replies_on_their_way
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.open_cases import keep_cases_true, still_asked
from answerback.desk.operations.tell_watchers import tell_watchers
from answerback.desk.queries.joined import mains_of
from answerback.domain.records.case import CaseState, CloseReason


def close_erased(*, posts: Sequence[models.Post], asked: Collection[int], at: datetime) -> None:
    """
    Let cases know that these posts are gone; `asked` are those that were owed an answer.

    A case in which nothing waits any more is closed as deleted, whoever has it, unless a reply
    in it is being said or we have the last word; its owner and its watchers are told.  Copies
    of a post that is gone, by others, still wait, and get a case of their own.  Call it inside
    a transaction that holds the brand, when the posts are erased.
    """
    cases = {post.case_id for post in posts if post.case_id is not None}
    if not cases:
        return
    mains = mains_of(cases)
    emptied = {
        mains.get(post.case_id, post.case_id)
        for post in posts
        if post.pk in asked and post.case_id is not None
    }
    keep_cases_true(case_ids=cases, grown=(), at=at, nothing_owed=CloseReason.DELETED)
    left = emptied - still_asked(sorted(emptied))
    going = replies_on_their_way(sorted(left))
    rows = models.Case.objects.filter(pk__in=left)
    rows.update(respond_by=None, breached_at=None)
    for case in rows.order_by("pk").select_for_update(no_key=True):
        if case.state == CaseState.ASSIGNED and case.pk not in going:
            move = Move(to=CaseState.CLOSED, close_reason=CloseReason.DELETED)
            move_cases(case_ids=[case.pk], move=move, by=None, at=at)
        if case.owner is not None:
            owner = [case.owner]
            notify(handles=owner, what=NoticeOf.POST_DELETED, case_id=case.pk, by=None, at=at)
        tell_watchers(case=case, by=None, at=at, told=[case.owner or ""])
    hear_authors(case_ids=cases, fresh=(), plans={}, at=at)
    let_copies_lead(
        brand_id=posts[0].brand_id,
        closed_as=CloseReason.DELETED,
        first_ids=[post.pk for post in posts],
        at=at,
    )
