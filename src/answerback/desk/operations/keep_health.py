"""How a live source is: what the health page shows, kept with every page that is taken in."""

from collections.abc import Sequence
from datetime import datetime

from answerback.channels.live import Page, Rate
from answerback.desk import models
from answerback.domain.records.post import Post


def keep_health(
    *,
    source: models.Source,
    page: Page,
    came: Sequence[Post],
    next_at: datetime | None,
    at: datetime,
) -> None:
    """
    Move a locked source's cursor on, and say that it is well; `came` is what we did not have.

    The newest post by its own clock never orders our work: it is shown, no more.
    """
    source.asked_at, source.failures, source.sentence, source.limited_until = at, 0, "", None
    if page.cursor is not None:
        source.cursor = page.cursor
    if page.rate is not None:
        source.rate = _told(page.rate)
    if next_at is not None:
        source.next_at = next_at
    times = [post.created_at for post in came if post.created_at and not post.created_at_assumed]
    if came:
        source.heard_at = at
    if times:
        newest = max(times)
        source.last_post_at = max(newest, source.last_post_at or newest)
    if said := [moment for post in came if (moment := _said_at(post)) is not None]:
        source.lag = max(0.0, (at - max(said)).total_seconds())
    source.save(update_fields=_FIELDS)


def _said_at(post: Post) -> datetime | None:
    """Return when a version was made, not when its post was; None: not told."""
    if post.revised_at is not None:
        return post.revised_at
    return None if post.version > 1 or post.created_at_assumed else post.created_at


_FIELDS = (
    *("cursor", "batches", "asked_at", "failures", "sentence", "limited_until", "rate"),
    *("next_at", "heard_at", "last_post_at", "lag"),
)


def _told(rate: Rate) -> dict[str, int | str | None]:
    resets_at = None if rate.resets_at is None else rate.resets_at.isoformat()
    return {"limit": rate.limit, "remaining": rate.remaining, "resets_at": resets_at}
