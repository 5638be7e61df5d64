"""Say what a post is, feels like or presses, where the machine said otherwise."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.lock_case import lock_conversation
from answerback.desk.operations.plan_corrected import plan_corrected
from answerback.desk.operations.record_events import record_events
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.reading_part import SAYINGS, ReadingPart
from answerback.domain.records.refusal import Refusal


class NotACorrection(Refusal):
    """A word for a part that is not known, or a post that was never read."""


@transaction.atomic
def correct_reading(
    *, case_id: int, post_id: int, part: ReadingPart, said: str, by: str, at: datetime
) -> None:
    """
    Keep what a person says of a post in a case's conversation, and let it take effect.

    Relevance teaches the brand filter when that is next trained, and changes nothing before.
    Any other part takes the place of what the machine said: the post is planned anew, and its
    case follows.  The newest word on each part counts, also when the post is read again.

    :raises NotACorrection: naming what may be said.
    """
    if said not in SAYINGS[part]:
        raise NotACorrection(
            f"{said!r} is no word for the {part} of a post. Words are: {', '.join(SAYINGS[part])}."
        )
    post = _post(lock_conversation(case_id), post_id=post_id)
    before = _before(post, part=part)
    models.Correction.objects.create(
        post_id=post_id, part=part, said=said, before=before, by=by, at=at
    )
    event = Event(
        what=EventName.READING_CORRECTED,
        at=at,
        by=by,
        case_id=case_id,
        post_id=post_id,
        particulars={"part": part, "said": said, "before": before},
    )
    if part is ReadingPart.RELEVANCE:  # in the words that the brand filter learns from
        event = Event(
            what=EventName.POST_CORRECTED,
            at=at,
            by=by,
            case_id=case_id,
            post_id=post_id,
            particulars={"relevant": int(said == "relevant"), "before": before},
        )
    if part is not ReadingPart.RELEVANCE:
        plan_corrected(post=post, at=at)
    # Last: it holds the audit log, and a plan may lock the case that a copy of the post is in.
    record_events(brand_id=post.brand_id, events=[event])


def _post(case: models.Case, *, post_id: int) -> models.Post:
    post = (
        models.Post.objects.filter(
            brand_id=case.brand_id,
            channel=case.channel,
            conversation=case.conversation,
            pk=post_id,
        )
        .select_related("reading", "mention", "plan")
        .first()
    )
    if post is None or not hasattr(post, "reading"):
        raise NotACorrection(
            "This post was not read as a customer's post of this conversation, so there is "
            "nothing to correct. Load the page again."
        )
    return post


def _before(post: models.Post, *, part: ReadingPart) -> str | float | None:
    """Return what the machine, or the last correction, said: a word or a share."""
    if part is ReadingPart.RELEVANCE:
        return float(post.mention.relevance)
    if part is ReadingPart.URGENCY:
        return float(post.reading.urgency)
    if part is ReadingPart.NEEDS_RESPONSE:
        return float(post.reading.needs_response)
    shares: dict[str, float] = (
        post.reading.sentiment if part is ReadingPart.SENTIMENT else post.reading.kinds
    )
    return max(shares, key=shares.__getitem__, default=None)
