"""Say of stored posts whether they are about the brand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal


class NoSuchPost(Refusal):
    """No post of the brand has this id, or several have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The post that was meant."""

    post_id: int
    external_id: str
    text: str


@transaction.atomic
def correct_posts(
    *, brand_id: int, external_ids: Sequence[str], relevant: bool, by: str | None, at: datetime
) -> list[Corrected]:
    """
    Keep, as an event each, that a person said whether posts are about the brand; all or none.

    Nothing else changes until the filter is trained.  Said twice, the last word counts.

    :raises NoSuchPost: when the brand has no post with one of the ids, or posts of several
        channels share it.
    """
    posts = [_post(external_id, brand_id=brand_id) for external_id in external_ids]
    events = [
        Event(
            what=EventName.POST_CORRECTED,
            at=at,
            by=by,
            post_id=post.pk,
            particulars={"relevant": int(relevant)},
        )
        for post in posts
    ]
    record_events(brand_id=brand_id, events=events)
    return [
        Corrected(post_id=post.pk, external_id=post.external_id, text=post.text) for post in posts
    ]


def _post(external_id: str, *, brand_id: int) -> models.Post:
    """Return the newest version of the post that is meant."""
    posts = models.Post.objects.filter(brand_id=brand_id, external_id=external_id)
    versions = list(posts.order_by("channel", "-version"))
    if not versions:
        raise NoSuchPost(
            f"This brand has no post with the id '{external_id}'. Ids are those that the network "
            "gave: answerback inbox --json shows them."
        )
    channels = sorted({post.channel for post in versions})
    if len(channels) > 1:
        raise NoSuchPost(
            f"The id '{external_id}' is known on several channels: {', '.join(channels)}. Correct "
            "it by a file of corrections with its text."
        )
    return versions[0]
