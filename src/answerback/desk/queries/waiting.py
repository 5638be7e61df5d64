"""How much waits to be sorted."""

from answerback.desk import models


def waiting(*, brand_id: int) -> int:
    """Return how many of a brand's posts wait for the stages after listening."""
    return models.Post.objects.filter(brand_id=brand_id, sorted_at__isnull=True).count()
