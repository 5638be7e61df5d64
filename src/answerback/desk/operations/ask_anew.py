"""Let an edit that asks for more than before wait for an answer of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.apply_corrections import Decide, apply_corrections
from answerback.desk.rows import plan_record
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.plan import Plan
from answerback.domain.triage.anew import asks_anew


@dataclass(frozen=True, slots=True, kw_only=True)
class _Older:
    """What is known of an older version, once it is sorted."""

    version: int
    plan: Plan | None  #: None: it was not heard, so it asked nothing of us
    asks_since: datetime | None


def ask_anew(
    *, posts: Sequence[models.Post], dossiers: Mapping[int, Dossier], decide: Decide
) -> dict[int, Dossier]:
    """
    Set `asks_since` on these posts, of one brand and channel, and plan anew what asks anew.

    An edit that asks for more than the version before it asks since the edit, by its network's
    clock, or, where that does not tell, since we heard of it: what was answered before then does
    not answer it, and its time begins there.  One that asks the same asks since when that did.
    Where no older version is known nothing is, and an answer to the post answers the edit.

    Shapes: n dossiers in, n out.  Two questions to the database at most, where there are edits.
    """
    told = dict(dossiers)
    edits = [post for post in posts if post.version > 1]
    if not edits:
        return told
    known = _known(edits, but={post.pk for post in posts})
    since: dict[int, Dossier] = {}
    for post in sorted(posts, key=lambda post: post.version):
        dossier = told.get(post.pk)
        plan = None if dossier is None else dossier.plan
        post.asks_since = _asks_since(post, plan=plan, known=known.get(post.external_id, ()))
        if dossier is not None and post.asks_since is not None:
            since[post.pk] = replace(dossier, asks_since=post.asks_since)
        now = _Older(version=post.version, plan=plan, asks_since=post.asks_since)
        known.setdefault(post.external_id, []).append(now)
    if since:
        planned = dict(zip(since, decide([*since.values()]), strict=True))
        told |= apply_corrections(dossiers=planned, decide=decide)
    return told


def asks_now(post: models.Post) -> bool:
    """Tell whether a post is itself the edit with which it asked anew."""
    return post.asks_since is not None and post.asks_since == _edited_at(post)


def _edited_at(post: models.Post) -> datetime:
    return post.revised_at or post.heard_at


def _asks_since(
    post: models.Post, *, plan: Plan | None, known: Sequence[_Older]
) -> datetime | None:
    older = [one for one in known if one.version < post.version]
    if plan is None or not plan.respond or not older:
        return None
    before = max(older, key=lambda one: one.version)
    if asks_anew(before=before.plan, now=plan):
        return _edited_at(post)
    return before.asks_since


def _known(edits: Sequence[models.Post], *, but: set[int]) -> dict[str, list[_Older]]:
    rows = models.Post.objects.filter(
        brand_id=edits[0].brand_id,
        channel=edits[0].channel,
        external_id__in={post.external_id for post in edits},
        sorted_at__isnull=False,
        deleted_at__isnull=True,
    )
    found: dict[str, list[_Older]] = {}
    for row in rows.exclude(pk__in=but).select_related("plan").order_by("version"):
        plan = plan_record(row.plan) if hasattr(row, "plan") else None
        older = _Older(version=row.version, plan=plan, asks_since=row.asks_since)
        found.setdefault(row.external_id, []).append(older)
    return found
