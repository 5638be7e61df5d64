"""Put posts in their conversations."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.move_cases import Move, move_cases, replies_on_their_way
from answerback.desk.queries.threads import Threads
from answerback.domain.records.case import MOVES, CaseState, CloseReason


def thread_posts(*, posts: Sequence[models.Post], threads: Threads, at: datetime) -> list[int]:
    """
    Write the conversation of each post, and move those that waited for one of them.

    An answer that came before what it answers stands under the name of the missing post.
    When that post comes and turns out to answer something else, everything under its name
    moves to the right conversation; two cases of one author that meet there become one.

    Returns the cases that took others in.
    """
    threads.fetch_upwards(post.external_id for post in posts)
    moved: dict[str, str] = {}
    for post in posts:
        post.conversation = threads.conversation_of(post.external_id)
        if post.conversation != f"r:{post.external_id}":
            moved[f"r:{post.external_id}"] = post.conversation
    under = dict.fromkeys(
        models.Post.objects.filter(
            brand_id=threads.brand_id, channel=threads.channel, conversation__in=list(moved)
        )
        .order_by("conversation")
        .values_list("conversation", flat=True)
    )
    for name in under:
        models.Post.objects.filter(
            brand_id=threads.brand_id, channel=threads.channel, conversation=name
        ).update(conversation=moved[name])
    return _move_their_cases(threads=threads, moved={name: moved[name] for name in under}, at=at)


def _move_their_cases(*, threads: Threads, moved: Mapping[str, str], at: datetime) -> list[int]:
    if not moved:
        return []
    here = models.Case.objects.filter(brand_id=threads.brand_id, channel=threads.channel)
    # Locked, all by ascending number: nobody takes a case while we join it to another.
    both = list(
        here.filter(conversation__in={*moved, *moved.values()})
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    targets = set(moved.values())
    there = {
        (case.author_key, case.conversation): case for case in both if case.conversation in targets
    }
    grown: list[int] = []
    for case in both:
        if case.conversation not in moved:
            continue
        place = (case.author_key, moved[case.conversation])
        if place not in there:
            update_rows(model=models.Case, rows=[{"id": case.pk, "conversation": place[1]}])
            there[place] = case
        elif _join(case=case, into=there[place], at=at):
            grown.append(there[place].pk)
    return grown


def _join(*, case: models.Case, into: models.Case, at: datetime) -> bool:
    """Hand a case's posts to another case; one in which a reply is on its way stays apart."""
    state = CaseState(case.state)
    if replies_on_their_way([case.pk]):
        return False
    if state is not CaseState.CLOSED and CaseState.CLOSED not in MOVES[state]:
        return False
    models.Post.objects.filter(case_id=case.pk).update(case_id=into.pk)
    if state is not CaseState.CLOSED:
        move = Move(
            to=CaseState.CLOSED, close_reason=CloseReason.JOINED, particulars={"into": into.pk}
        )
        move_cases(case_ids=[case.pk], move=move, by=None, at=at)
    return True
