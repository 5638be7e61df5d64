"""Let what a network has deleted be gone here, too."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from answerback.desk import models
from answerback.desk.queries.stored_versions import OF_AUTHOR


def apply_tombstones(*, tombstones: Sequence[models.Tombstone], at: datetime) -> None:
    """
    Take the words out of the posts that these new tombstones stand for.

    All are of one brand, which the caller holds; it is inside the transaction that stores them.
    """
    which = Q(pk__in=())
    for one in tombstones:
        author = one.external_id.removeprefix(OF_AUTHOR)
        if author != one.external_id:
            which |= Q(channel=one.channel, author_native_id=author)
        else:
            which |= Q(channel=one.channel, external_id=one.external_id)
    if not tombstones:
        return
    posts = models.Post.objects.filter(
        which, brand_id=tombstones[0].brand_id, deleted_at__isnull=True
    )
    posts.update(deleted_at=at, text="", media=[])
