"""Take back answers that are none: not the brand's words, not arrived, or taken away again."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.answer_across import answer_across
from answerback.desk.operations.hear_authors import hear_authors
from answerback.desk.operations.insert_rows import insert_new_rows
from answerback.desk.operations.open_cases import keep_cases_true
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.see_answers import see_answers
from answerback.desk.queries.joined import family_of
from answerback.desk.queries.threads import Threads
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.event import Event, EventName

#: Why words of ours are no answer any more, as the event tells it.
NOT_OURS, BOUNCED, REMOVED = "not_ours", "bounced", "removed"


def lose_answers(
    *,
    brand_id: int,
    external_ids: Sequence[str],
    channels: Collection[str],
    why: str,
    at: datetime,
) -> None:
    """
    Let words of ours answer nobody from now on, whether we have them already or not.

    The words stay where they are; whoever they had answered waits again.  `channels` are those
    the words may be found under.  Call it inside a transaction that holds the brand.
    """
    rows = [
        {"brand_id": brand_id, "external_id": one, "why": why, "at": at}
        for one in dict.fromkeys(external_ids)
    ]
    came = insert_new_rows(model=models.LostAnswer, rows=rows, returning=["external_id"])
    ours = models.Post.objects.filter(
        brand_id=brand_id,
        channel__in=sorted(channels),
        external_id__in=[external_id for (external_id,) in came],
        discard_reason=DiscardReason.OWN_POST,
    )
    answers = list(ours.order_by("pk"))
    for channel in sorted({post.channel for post in answers}):
        some = [post for post in answers if post.channel == channel]
        cases = take_back(answers=some, why=why, at=at)
        people = {(post.conversation, post.speaks_to or "") for post in some}
        for case_id in sorted({*cases, *_cases_of(people, first=some[0])}):
            hear_authors(case_ids=[case_id], fresh=(), plans={}, at=at)


def take_back(*, answers: Sequence[models.Post], why: str, at: datetime) -> list[int]:
    """
    Let those wait again whom only these posts, answers no longer, had answered.

    The posts are of one brand and channel, and are known as no answers already.  Another
    answer that is there takes their place; a case in which somebody waits again is reopened.
    Call it inside a transaction.  Returns the cases in which something was answered by them.
    """
    brand_id = answers[0].brand_id
    asked = _asked(answers)
    models.Post.objects.filter(pk__in=[post.pk for post in asked]).update(answer=None)
    record_events(
        brand_id=brand_id,
        events=[
            Event(
                what=EventName.ANSWER_LOST,
                at=at,
                case_id=post.case_id,
                post_id=post.pk,
                particulars={"reply_post": post.answer_id, "why": why},
            )
            for post in asked
        ],
    )
    for channel in sorted({post.channel for post in asked}):
        people = {(one.conversation, one.author_key) for one in asked if one.channel == channel}
        threads = Threads(brand_id=brand_id, channel=channel)
        see_answers(people=sorted(people), threads=threads, at=at)
    cases = sorted({post.case_id for post in asked if post.case_id is not None})
    answer_across(case_ids=cases, at=at)
    keep_cases_true(case_ids=cases, grown=cases, at=at)
    return cases


def _asked(answers: Sequence[models.Post]) -> list[models.Post]:
    """Return what these posts answer: in their conversations, and in cases joined with theirs."""
    first = answers[0]
    ids = [post.pk for post in answers]
    answered = models.Post.objects.filter(answer_id__in=ids).only(
        "channel", "conversation", "author_key", "case_id", "answer_id"
    )
    talks = {post.conversation for post in answers}
    found = {
        post.pk: post
        for post in answered.filter(
            brand_id=first.brand_id, channel=first.channel, conversation__in=talks
        )
    }
    here = models.Case.objects.filter(
        brand_id=first.brand_id, channel=first.channel, conversation__in=talks
    )
    joined = family_of(list(here.values_list("pk", flat=True)))
    if joined:
        across = answered.filter(case_id__in={*joined, *joined.values()})
        found |= {post.pk: post for post in across}
    return [found[pk] for pk in sorted(found)]


def _cases_of(people: Iterable[tuple[str, str]], *, first: models.Post) -> list[int]:
    """Return the cases of the people whom posts speak to."""
    told = set(people)
    cases = models.Case.objects.filter(
        brand_id=first.brand_id,
        channel=first.channel,
        conversation__in={conversation for conversation, _ in told},
        author_key__in={author for _, author in told},
    )
    return list(cases.values_list("pk", flat=True))
