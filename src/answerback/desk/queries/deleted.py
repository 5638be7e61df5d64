"""What is gone from its network."""

from collections.abc import Sequence

from answerback.desk import models


def deleted_of(post_ids: Sequence[int]) -> set[int]:
    """Return those of the posts whose words are erased.  One question to the database."""
    gone = models.Post.objects.filter(pk__in=post_ids, deleted_at__isnull=False)
    return set(gone.values_list("pk", flat=True))
