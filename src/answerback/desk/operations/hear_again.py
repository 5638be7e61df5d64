"""Hear and plan a brand's posts anew when its file, or the policy, has changed."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.let_copies_lead import let_copies_lead
from answerback.desk.operations.let_go import let_go
from answerback.desk.operations.plan_again import plan_again, unsort
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.take_back import NOT_OURS, take_back
from answerback.desk.queries.deleted import deleted_of
from answerback.desk.rows import Columns, mention_columns, mention_record, post_record
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.case import CloseReason
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.mention import Mention
from answerback.intake.batches import MOST_ROWS
from answerback.intake.pressure import breathe

#: Stands for the fingerprint until all posts are done: no file has it, the one before neither.
_UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardAgain:
    """What another brand file or policy made of the posts that were there."""

    verdicts: int = 0  #: posts that are heard now and were not, or the other way round
    plans: int = 0  #: posts whose answer is owed otherwise now: whether, by when, in which queue


def hear_again(
    *,
    brand_id: int,
    fingerprint: str,
    listening: Stage,
    triage: Stage,
    at: datetime,
    sleep: Callable[[float], None],
) -> HeardAgain:
    """
    Give every post of a brand the verdict and the plan of the files as they are now.

    Does nothing while the fingerprint of brand file and policy is the one of last time.
    What is heard now, or owes an answer now, waits to be sorted as if it had just come.
    What is not heard any more is discarded; a case in which nothing else waits is closed as
    not for us, unless somebody owns it, and copies that are still heard get a case of their own.
    Posts that wait, in no case or in a new one, are planned anew from what understanding made of
    them; what people work on stays as it is.  What turns out not to be the brand's own answers
    nobody any more.
    Each batch is one transaction; killed in the middle, the next call begins again,
    harmlessly, with whatever file.
    """
    steps = steps_of_hearing(
        brand_id=brand_id, fingerprint=fingerprint, listening=listening, triage=triage, at=at
    )
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: HeardAgain = done.value
            return found
        breathe(sleep=sleep)


def steps_of_hearing(
    *, brand_id: int, fingerprint: str, listening: Stage, triage: Stage, at: datetime
) -> Generator[None, None, HeardAgain]:
    """Do what `hear_again` does, and yield after each batch; leave it off wherever you like."""
    brand = models.Brand.objects.get(pk=brand_id)
    if brand.fingerprint == fingerprint:
        return HeardAgain()
    first_time = brand.fingerprint == ""
    if not first_time:
        models.Brand.objects.filter(pk=brand_id).update(fingerprint=_UNFINISHED)
    verdicts, plans, last = 0, 0, 0
    while posts := _posts(brand_id=brand_id, after=last):
        last = posts[-1].pk
        listened = run([Dossier(post=post_record(post)) for post in posts], stages=[listening])
        pairs = list(zip(posts, listened, strict=True))
        with transaction.atomic():
            hold_brand(brand_id)
            gone = deleted_of([post.pk for post in posts])
            pairs = [(post, dossier) for post, dossier in pairs if post.pk not in gone]
            turned = _turn(pairs=pairs, at=at)
            verdicts += len(turned)
            still = [(post, dossier) for post, dossier in pairs if post.pk not in turned]
            plans += plan_again(pairs=still, triage=triage, at=at)
        yield
    with transaction.atomic():
        hold_brand(brand_id)
        let_copies_lead(brand_id=brand_id, closed_as=CloseReason.NOT_FOR_US, at=at)
        models.Brand.objects.filter(pk=brand_id).update(fingerprint=fingerprint)
        if not first_time:
            counts = {"changed": verdicts, "planned": plans}
            heard = Event(what=EventName.BRAND_HEARD_AGAIN, at=at, particulars=counts)
            record_events(brand_id=brand_id, events=[heard])
    return HeardAgain(verdicts=verdicts, plans=plans)


def _posts(*, brand_id: int, after: int) -> list[models.Post]:
    posts = models.Post.objects.filter(
        brand_id=brand_id, pk__gt=after, mention__isnull=False, deleted_at__isnull=True
    )
    return list(posts.select_related("mention", "reading", "plan").order_by("pk")[:MOST_ROWS])


def _turn(*, pairs: Sequence[tuple[models.Post, Dossier]], at: datetime) -> set[int]:
    """
    Write the verdicts that are others now, and return whose they are.

    Compared with listening's own verdict of last time: what a later stage discarded (spam)
    stays so, unless listening discards it now.
    """
    turned: list[tuple[models.Post, Dossier]] = []
    for post, dossier in pairs:
        if dossier.mention is None:
            continue
        before = mention_record(post.mention)
        columns = _told_now(before=before, now=dossier.mention)
        if columns != mention_columns(before):
            models.Mention.objects.filter(pk=post.pk).update(**columns)
        if post.mention.discarded != dossier.discarded:
            turned.append((post, dossier))
    unsort([post for post, _ in turned])
    update_rows(
        model=models.Post,
        rows=[
            {
                "id": post.pk,
                "discard_reason": dossier.discarded,
                "sorted_at": None if _waits(post, dossier) else at,
            }
            for post, dossier in turned
        ],
    )
    lost = [(post, dossier.discarded) for post, dossier in turned if dossier.discarded is not None]
    let_go(lost=[(post, no) for post, no in lost if post.mention.discarded is None], at=at)
    own = [post for post, _ in turned if post.mention.discarded == DiscardReason.OWN_POST]
    for channel in sorted({post.channel for post in own}):
        some = [post for post in own if post.channel == channel]
        take_back(answers=some, why=NOT_OURS, at=at)
    return {post.pk for post, _ in turned}


def _told_now(*, before: Mention, now: Mention) -> Columns:
    """
    Return the mention as listening tells it now, with the score of a later stage.

    The brand filter scored the post when it was sorted.  Where listening's verdict is another
    one now, the post is sorted, and scored, again, or needs no score.
    """
    columns = mention_columns(now)
    if now.discarded != before.discarded:
        return columns
    scored = {"relevance": before.relevance, "unsure": before.unsure}
    listened = ("heard", "addressed", "matched")
    same = all(columns[name] == mention_columns(before)[name] for name in listened)
    return {**columns, **scored, **({"why": list(before.why)} if same else {})}


def _waits(post: models.Post, dossier: Dossier) -> bool:
    return dossier.discarded in (None, DiscardReason.OWN_POST) or post.version > 1
