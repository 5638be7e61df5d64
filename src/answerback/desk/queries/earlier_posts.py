"""How often an author has written to the brand before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection

from answerback.domain.records.post import Post

#: More than this is not counted: the weight of a repeat hardly grows beyond it.
MOST = 20

# The inner question reads the index post_author, and stops at MOST.
_COUNT = """
SELECT p.channel, p.external_id, p.version, (
    SELECT COUNT(*) FROM (
        SELECT DISTINCT e.external_id FROM desk_post e
        WHERE e.brand_id = p.brand_id AND e.channel = p.channel
        AND e.author_key = p.author_key AND e.created_at < p.created_at
        AND e.external_id <> p.external_id AND e.discard_reason IS NULL
        LIMIT {most}
    ) AS earlier
)
FROM desk_post p
JOIN desk_brand b ON b.id = p.brand_id
WHERE b.name = %s AND p.channel = %s AND p.external_id IN ({ids})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPosts:
    """Asked with a batch of stored posts, it answers for each of them."""

    brand: str

    def __call__(self, posts: Sequence[Post]) -> Callable[[Post], int]:
        """
        Return how many heard posts the author of each wrote to the brand before it.

        Counted by the authors' own times and up to `MOST`; the versions of one post are one,
        and what has no time is neither before nor after.  One question to the database for
        each channel in the batch.
        """
        counts: dict[tuple[str, str, int], int] = {}
        for channel in sorted({post.channel for post in posts}):
            ids = sorted({post.external_id for post in posts if post.channel == channel})
            places = ", ".join(["%s"] * len(ids))
            with connection.cursor() as cursor:
                cursor.execute(_COUNT.format(most=MOST, ids=places), [self.brand, channel, *ids])
                for of, external_id, version, count in cursor.fetchall():
                    counts[of, external_id, version] = count
        return lambda post: counts.get((post.channel, post.external_id, post.version), 0)
