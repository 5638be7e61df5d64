"""Which words of ours still answer somebody."""

from django.db.models import Exists, OuterRef, Q

from answerback.desk import models


def stands() -> Q:
    """Return, for a question about posts, that one did not come back and was not taken away."""
    lost = models.LostAnswer.objects.filter(
        brand_id=OuterRef("brand_id"), external_id=OuterRef("external_id")
    )
    return ~Q(Exists(lost))
