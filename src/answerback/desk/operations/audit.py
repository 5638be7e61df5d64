"""Keep which posts were drawn for an audit, and what people said of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.insert_rows import insert_rows
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal


class NoSuchDraw(Refusal):
    """The database does not know the draw that a sample names."""


class NotDrawn(Refusal):
    """A label is of a post that is not in the draw."""


@transaction.atomic
def record_draw(
    *,
    brand: str,
    draw: str,
    items: Sequence[tuple[int, str, float]],
    strata: Mapping[str, int],
    at: datetime,
) -> None:
    """
    Keep a draw: its posts (row number, stratum, chance), and how many posts each stratum has.

    The same draw again changes nothing: same posts, same seed, same sample.
    """
    held = hold_brand(models.Brand.objects.get(name=brand).pk)  # the same draw twice at once
    if models.AuditSample.objects.filter(draw=draw).exists():
        return
    sample = models.AuditSample.objects.create(brand=held, draw=draw, at=at, strata=dict(strata))
    insert_rows(
        model=models.AuditItem,
        rows=[
            {"sample_id": sample.pk, "post_id": post, "stratum": stratum, "chance": chance}
            for post, stratum, chance in items
        ],
    )
    _tell(sample, what=EventName.AUDIT_DRAWN, posts=len(items), at=at)


@transaction.atomic
def record_labels(
    *, draw: str, labels: Mapping[int, str], at: datetime, by: str | None = None
) -> None:
    """
    Keep what people said, by the posts' row numbers; what is known already is not kept twice.

    :raises NoSuchDraw: when the sample was drawn from another database.
    :raises NotDrawn: when a post is not in the draw; no label is kept then.
    """
    sample = models.AuditSample.objects.filter(draw=draw).first()
    if sample is None:
        raise NoSuchDraw(
            f"The database does not know the draw '{draw}'. The labels are in the sample's file; "
            "name the folder that it was drawn from with --data DIR."
        )
    hold_brand(sample.brand_id)  # the same labels twice at once
    items = dict(models.AuditItem.objects.filter(sample=sample).values_list("post_id", "pk"))
    strange = sorted(labels.keys() - items.keys())
    if strange:
        raise NotDrawn(
            f"The post {strange[0]} is not in the draw '{draw}'. Take the sample's file as it was "
            "drawn."
        )
    said = models.AuditLabel.objects.filter(item__sample=sample).order_by("pk")
    known = dict(said.values_list("item__post_id", "label"))
    new = {post: label for post, label in labels.items() if known.get(post) != label}
    if not new:
        return
    insert_rows(
        model=models.AuditLabel,
        rows=[
            {"item_id": items[post], "label": new[post], "at": at, "by": by} for post in sorted(new)
        ],
    )
    _tell(sample, what=EventName.AUDIT_LABELLED, posts=len(new), at=at, by=by)


def _tell(
    sample: models.AuditSample,
    *,
    what: EventName,
    posts: int,
    at: datetime,
    by: str | None = None,
) -> None:
    told = Event(what=what, at=at, by=by, particulars={"draw": sample.draw, "posts": posts})
    record_events(brand_id=sample.brand_id, events=[told])
