"""Word that posts are gone, as intake brings it."""

from datetime import datetime

from django.db import transaction
from tests.builders import NEXT_DAY

from answerback.desk import models
from answerback.desk.operations.apply_tombstones import apply_tombstones
from answerback.desk.operations.hold_brand import hold_brand


@transaction.atomic
def gone(*external_ids: str, at: datetime = NEXT_DAY, gone_at: datetime | None = None) -> None:
    """Let the network say that these posts are no more, where the first post came from."""
    origin = models.Source.objects.order_by("pk")[0]
    hold_brand(origin.brand_id)
    stones = [
        models.Tombstone.objects.create(
            brand_id=origin.brand_id,
            channel=models.Post.objects.values_list("channel", flat=True)[0],
            external_id=external_id,
            origin=origin,
            gone_at=gone_at,
            heard_at=at,
        )
        for external_id in external_ids
    ]
    apply_tombstones(tombstones=stones, at=at)
