"""One case at a glance: why it stands where it stands, and the whole post that leads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from answerback.desk import models
from answerback.desk.queries.subject import subject_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """The post that leads a case, and what triage said of it."""

    case_id: int
    brand_id: int
    brand: str
    channel: str
    author: str
    name: str  #: of the author; "": not told
    state: str
    owner: str | None
    queue: str
    kind: str
    language: str
    sentiment: str
    priority: float
    priority_parts: Mapping[str, float]  #: they sum to `priority`
    respond_by: datetime | None
    written_at: datetime
    post_id: int
    text: str
    title: str  #: a subject that its words do not begin with
    url: str | None
    reasons: tuple[str, ...]  #: sentences, most telling first
    leased_to: str | None
    leased_until: datetime | None


def peek(*, case_id: int) -> Peek:
    """
    Return a case at a glance.  One question to the database; ask for it after `case_for`.

    :raises Case.DoesNotExist: when there is none of that number.
    """
    case = models.Case.objects.select_related("brand", "leading__plan").get(pk=case_id)
    post = case.leading
    plan = getattr(post, "plan", None)
    return Peek(
        case_id=case.pk,
        brand_id=case.brand_id,
        brand=case.brand.name,
        channel=case.channel,
        author=post.author_handle,
        name=post.author_name,
        state=case.state,
        owner=case.owner,
        queue=case.queue,
        kind=case.kind,
        language=case.language,
        sentiment=case.sentiment,
        priority=case.priority,
        priority_parts=plan.priority_parts if plan else {},
        respond_by=case.respond_by,
        written_at=case.written_at,
        post_id=post.pk,
        text=post.text,
        title=subject_of(post, text=post.text),
        url=post.url,
        reasons=tuple(plan.reasons) if plan else (),
        leased_to=case.leased_to,
        leased_until=case.leased_until,
    )
