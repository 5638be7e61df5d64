"""Send stored posts through the stages after listening, and open cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from answerback.desk import models
from answerback.desk.operations.answer_across import answer_across
from answerback.desk.operations.apply_corrections import Decide, apply_corrections
from answerback.desk.operations.ask_anew import ask_anew
from answerback.desk.operations.hear_authors import hear_authors
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.insert_rows import insert_rows, update_rows
from answerback.desk.operations.join_copies import open_cases_of_groups, plans_of_copies
from answerback.desk.operations.let_copies_lead import let_copies_lead
from answerback.desk.operations.open_cases import keep_cases_true, turn_of
from answerback.desk.operations.record_events import read_event, record_events
from answerback.desk.operations.replace_versions import newest_versions, take_places
from answerback.desk.operations.see_answers import (
    hear_late_questions,
    say_whom,
    see_answers,
)
from answerback.desk.operations.store_batch import Lane
from answerback.desk.operations.tell_copies import tell_copies
from answerback.desk.operations.thread_posts import thread_posts
from answerback.desk.operations.want_threads import want_threads
from answerback.desk.queries.threads import Threads
from answerback.desk.rows import (
    mention_columns,
    mention_record,
    plan_columns,
    post_record,
    reading_columns,
)
from answerback.domain.listening.gist import Gist, gist
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.case import CloseReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.plan import Plan
from answerback.intake.batches import MOST_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What one turn did."""

    posts: int  #: that no longer wait, the brand's own included
    cases_opened: int
    answers_seen: int
    cases_closed: int


def sort_waiting(
    *,
    brand_id: int,
    stages: Sequence[Stage],
    at: datetime,
    most_rows: int = MOST_ROWS,
    live_only: bool = False,
) -> Sorted | None:
    """
    Sort the most pressing posts, or return None when none waits.

    Those whose words press go first, then what live sources bring, then files
    (`store_batch.Lane`); among those, what waited longest.  `live_only` leaves files alone.

    The stages think before the transaction begins; in it, posts that another run sorted
    meanwhile are left alone.  So each post is sorted once and each case opened once,
    wherever the machine stops and however many run at a time.  When another operating point
    was chosen meanwhile, nothing is written, and the posts wait for the next turn.
    """
    waiting = _waiting(brand_id=brand_id, most_rows=most_rows, live_only=live_only)
    if not waiting:
        return None
    point = _point(brand_id)
    dossiers = _read(waiting, stages=stages)
    gists = {pk: gist(one.post) for pk, one in dossiers.items() if one.discarded is None}
    with transaction.atomic():
        # Held: whose copy a post is depends on all that were sorted before it.
        brand = hold_brand(brand_id)
        rows = models.Post.objects.filter(
            pk__in=[post.pk for post in waiting], sorted_at__isnull=True
        )
        # Not what was erased while the stages thought: they would quote it.
        seen = {post.pk: post.deleted_at for post in waiting}
        told = rows.values_list("pk", "deleted_at")
        still = {pk for pk, deleted_at in told if deleted_at == seen[pk]}
        posts = [post for post in waiting if post.pk in still]
        if not posts or brand.operating_point_id != point:
            return Sorted(posts=0, cases_opened=0, answers_seen=0, cases_closed=0)
        return _write(
            brand=brand,
            posts=posts,
            dossiers={pk: dossier for pk, dossier in dossiers.items() if pk in still},
            gists={pk: one for pk, one in gists.items() if pk in still},
            decide=stages[-1].step,
            at=at,
        )


def _point(brand_id: int) -> int | None:
    brand = models.Brand.objects.filter(pk=brand_id)
    return brand.values_list("operating_point_id", flat=True).get()


def _waiting(*, brand_id: int, most_rows: int, live_only: bool) -> list[models.Post]:
    rows = models.Post.objects.filter(brand_id=brand_id, sorted_at__isnull=True)
    if live_only:
        rows = rows.filter(lane__lt=Lane.ARCHIVE)
    several = list(rows.select_related("mention").order_by("lane", "pk")[:most_rows])
    # One channel at a time, because threads are a channel's own; the others are next.
    return [post for post in several if post.channel == several[0].channel]


def _read(posts: Sequence[models.Post], *, stages: Sequence[Stage]) -> dict[int, Dossier]:
    heard = [post for post in posts if post.discard_reason is None]
    dossiers = run(
        [Dossier(post=post_record(post), mention=mention_record(post.mention)) for post in heard],
        stages=stages,
    )
    read = {post.pk: dossier for post, dossier in zip(heard, dossiers, strict=True)}
    # Triage is last.  A post that was read before keeps what people said of it.
    return apply_corrections(dossiers=read, decide=stages[-1].step)


def _write(
    *,
    brand: models.Brand,
    posts: Sequence[models.Post],
    dossiers: Mapping[int, Dossier],
    gists: Mapping[int, Gist | None],
    decide: Decide,
    at: datetime,
) -> Sorted:
    threads = Threads(brand_id=brand.pk, channel=posts[0].channel)
    handles = frozenset(handle.casefold() for handle in brand.handles)
    joined = thread_posts(posts=posts, threads=threads, at=at)
    want_threads(posts=posts, threads=threads, at=at)
    say_whom(posts=posts, handles=handles, threads=threads)
    hear_late_questions(posts=posts, threads=threads)
    tell_copies(brand_id=brand.pk, posts=posts, gists=gists)
    dossiers = ask_anew(posts=posts, dossiers=dossiers, decide=decide)
    plans = plans_of_copies(
        posts=posts,
        plans={pk: dossier.plan for pk, dossier in dossiers.items() if dossier.plan is not None},
    )
    _write_verdicts(posts=posts, dossiers=dossiers, plans=plans)
    newest = newest_versions(posts)
    standing = [post for post in posts if post.version == newest[post.channel, post.external_id]]
    edited = take_places(posts=standing, plans=plans, at=at)
    touched, opened = open_cases_of_groups(posts=standing, plans=plans, at=at)
    _write_posts(posts=posts, dossiers=dossiers, at=at)
    _tell(posts=posts, dossiers=dossiers, plans=plans, newest=newest, at=at)
    people = {(post.conversation, post.speaks_to or post.author_key) for post in posts}
    seen = see_answers(people=sorted(people), threads=threads, at=at)
    concerned = [*touched, *joined, *edited, *_cases_of(people=people, threads=threads)]
    answer_across(case_ids=concerned, at=at)
    closed = keep_cases_true(case_ids=concerned, grown=[*touched, *joined], at=at)
    hear_authors(case_ids=concerned, fresh=standing, plans=plans, at=at)
    opened += let_copies_lead(
        brand_id=brand.pk,
        closed_as=CloseReason.NO_ANSWER_NEEDED,
        first_ids=_edited_firsts(standing),
        at=at,
    )
    return Sorted(posts=len(posts), cases_opened=opened, answers_seen=seen, cases_closed=closed)


def _edited_firsts(posts: Sequence[models.Post]) -> list[int]:
    """Return the older versions of these posts, each the newest of its versions."""
    edits = [post for post in posts if post.version > 1]
    if not edits:
        return []
    older = models.Post.objects.filter(
        brand_id=edits[0].brand_id,
        channel=edits[0].channel,
        external_id__in={post.external_id for post in edits},
    ).exclude(pk__in=[post.pk for post in edits])
    return list(older.order_by("pk").values_list("pk", flat=True))


def _cases_of(*, people: set[tuple[str, str]], threads: Threads) -> list[int]:
    """Return the cases of these people, and those that a repeat of theirs stands in."""
    theirs = {
        "brand_id": threads.brand_id,
        "channel": threads.channel,
        "conversation__in": {conversation for conversation, _ in people},
        "author_key__in": {author for _, author in people},
    }
    cases = models.Case.objects.filter(**theirs)
    repeats = models.Post.objects.filter(
        **theirs, copy_of__isnull=False, case__author_key=F("author_key")
    ).order_by()
    rows = {
        *cases.values_list("pk", "conversation", "author_key"),
        *repeats.values_list("case_id", "conversation", "author_key"),
    }
    return sorted(pk for pk, *person in rows if tuple(person) in people)


def _write_verdicts(
    *,
    posts: Sequence[models.Post],
    dossiers: Mapping[int, Dossier],
    plans: Mapping[int, Plan],
) -> None:
    told = [(post.pk, dossiers[post.pk]) for post in posts if post.pk in dossiers]
    _write_mentions(posts=posts, dossiers=dossiers)
    insert_rows(
        model=models.Reading,
        rows=[
            {"post_id": pk, **reading_columns(dossier.reading)}
            for pk, dossier in told
            if dossier.reading is not None
        ],
    )
    insert_rows(
        model=models.Plan,
        rows=[
            {
                "post_id": post.pk,
                **plan_columns(plan),
                "turn": turn_of(post=post, plan=plan),
            }
            for post in posts
            if (plan := plans.get(post.pk)) is not None
        ],
    )


def _write_mentions(*, posts: Sequence[models.Post], dossiers: Mapping[int, Dossier]) -> None:
    """Keep what later stages said of mentions: the brand filter's score and why, the topics."""
    for post in posts:
        told = dossiers.get(post.pk)
        if told is None or told.mention is None:
            continue
        columns = mention_columns(told.mention)
        if columns != mention_columns(mention_record(post.mention)):
            models.Mention.objects.filter(pk=post.pk).update(**columns)


def _write_posts(
    *,
    posts: Sequence[models.Post],
    dossiers: Mapping[int, Dossier],
    at: datetime,
) -> None:
    """Say that the posts are sorted, and what of; a later stage may have discarded some."""
    for post in posts:
        if post.pk in dossiers and dossiers[post.pk].discarded is not None:
            post.discard_reason = dossiers[post.pk].discarded
    update_rows(
        model=models.Post,
        rows=[
            {
                "id": post.pk,
                "conversation": post.conversation,
                "speaks_to": post.speaks_to,
                "discard_reason": post.discard_reason,
                "case_id": post.case_id,
                "copy_of_id": post.copy_of_id,
                "asks_since": post.asks_since,
                "sorted_at": at,
            }
            for post in posts
        ],
    )


def _tell(
    *,
    posts: Sequence[models.Post],
    dossiers: Mapping[int, Dossier],
    plans: Mapping[int, Plan],
    newest: Mapping[tuple[str, str], int],
    at: datetime,
) -> None:
    record_events(
        brand_id=posts[0].brand_id,
        events=[
            read_event(
                post=post,
                plan=plans.get(post.pk),
                discarded=dossiers[post.pk].discarded,
                newest=newest[post.channel, post.external_id],
                at=at,
            )
            for post in posts
            if post.pk in dossiers
        ],
    )
