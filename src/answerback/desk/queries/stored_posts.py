"""All posts that are stored, discarded ones too, in the order in which they came."""

from collections.abc import Iterator

from answerback.desk import models
from answerback.desk.rows import post_record
from answerback.domain.records.post import Post

_AT_ONCE = 2_000  #: rows


def stored_posts(*, after: int) -> Iterator[tuple[int, Post]]:
    """
    Yield the posts that were stored after a row, each with its own row number.

    One question to the database for each two thousand, so memory stays flat.
    """
    while True:
        rows = list(models.Post.objects.filter(pk__gt=after).order_by("pk")[:_AT_ONCE])
        for row in rows:
            yield row.pk, post_record(row)
        if not rows:
            return
        after = rows[-1].pk


def stored_post(pk: int) -> Post | None:
    """Return the post in a row, or None when there is none."""
    row = models.Post.objects.filter(pk=pk).first()
    return None if row is None else post_record(row)
