"""Take back answers that were none, because the brand had not written them."""

from collections.abc import Sequence
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.open_cases import keep_cases_true
from answerback.desk.operations.see_answers import see_answers
from answerback.desk.queries.threads import Threads


def take_back(*, answers: Sequence[models.Post], at: datetime) -> None:
    """
    Let those wait again whom only these posts, no longer the brand's own, had answered.

    The posts are of one brand and channel, and are known as not its own already.  Another
    answer that is there takes their place; a case in which somebody waits again is reopened.
    Call it inside a transaction.
    """
    first = answers[0]
    asked = list(
        models.Post.objects.filter(
            brand_id=first.brand_id,
            channel=first.channel,
            conversation__in={post.conversation for post in answers},
            answer_id__in=[post.pk for post in answers],
        )
        .order_by("pk")
        .only("conversation", "author_key", "case_id")
    )
    models.Post.objects.filter(pk__in=[post.pk for post in asked]).update(answer=None)
    see_answers(
        people=sorted({(post.conversation, post.author_key) for post in asked}),
        threads=Threads(brand_id=first.brand_id, channel=first.channel),
        at=at,
    )
    cases = [post.case_id for post in asked if post.case_id is not None]
    keep_cases_true(case_ids=cases, grown=cases, at=at)
