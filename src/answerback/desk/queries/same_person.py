"""Cases that may be of the same person: found by what both have left, never joined by it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from answerback.desk import models
from answerback.desk.queries.access import Member
from answerback.desk.queries.joined import places_of
from answerback.desk.queries.search import NothingToSearch, search
from answerback.domain.understanding.same_person import Traces, reasons_for_one, traces_of

_MOST: Final = 8  #: that are suggested
_MOST_LOOKED_AT: Final = 60
_MOST_TRACES: Final = 4  #: that are searched for
_MOST_POSTS: Final = 30  #: of an author that are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A case that may be of the same person, and why."""

    case_id: int
    channel: str
    author: str
    name: str
    opened_at: datetime
    state: str
    reasons: tuple[str, ...]


def same_person(*, case_id: int, member: Member) -> tuple[Candidate, ...]:
    """
    Return other cases of the brand that may be of the same person, the strongest reasons first.

    Found by handle and name, and by searching for addresses and numbers in the author's posts; a
    private post is no less a trace, for only who sees the case sees this.  A few questions.
    """
    case = models.Case.objects.select_related("leading", "brand").get(pk=case_id)
    own = {place.case_id for place in places_of(case_id)}
    here = _traces([case])[case_id]
    found = _by_name(case) | _by_words(here, brand=case.brand.name, member=member)
    rows = models.Case.objects.filter(pk__in=sorted(found - own)[-_MOST_LOOKED_AT:])
    taken = models.Joined.objects.filter(undone_at__isnull=True).values("other_id")
    others = list(rows.exclude(pk__in=taken).select_related("leading").order_by("-pk"))
    traces = _traces(others)
    told = [(other, reasons_for_one(here, traces[other.pk])) for other in others]
    lines = [
        Candidate(
            case_id=other.pk,
            channel=other.channel,
            author=other.leading.author_handle,
            name=other.leading.author_name,
            opened_at=other.opened_at,
            state=other.state,
            reasons=reasons,
        )
        for other, reasons in told
        if reasons and (other.channel, other.conversation) != (case.channel, case.conversation)
    ]
    return tuple(sorted(lines, key=lambda line: (-len(line.reasons), -line.case_id))[:_MOST])


def _by_name(case: models.Case) -> set[int]:
    others = models.Case.objects.filter(brand_id=case.brand_id)
    same = Q(author_key=case.author_key)
    ids = set(others.filter(same).order_by("-opened_at").values_list("pk", flat=True)[:_MOST_POSTS])
    if case.leading.author_name:
        open_ = others.filter(~Q(state="closed"), leading__author_name=case.leading.author_name)
        ids |= set(open_.order_by("-pk").values_list("pk", flat=True)[:_MOST_POSTS])
    return ids


def _by_words(here: Traces, *, brand: str, member: Member) -> set[int]:
    found: set[int] = set()
    numbers = sorted(here.numbers)[:_MOST_TRACES]
    digits = [one.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for one in numbers]  # of "AP-4711"
    wanted = dict.fromkeys([*sorted(here.mails)[:_MOST_TRACES], *numbers, *digits])
    for word in wanted:
        try:
            page = search(f'"{word}"', member=member, brand=brand, limit=20)
        except NothingToSearch:
            continue
        found |= {line.case_id for line in page.lines if line.case_id is not None}
    by_address = models.Case.objects.filter(brand__name=brand, author_key__in=here.mails)
    return found | set(by_address.order_by("-pk").values_list("pk", flat=True)[:_MOST_POSTS])


def _traces(cases: Collection[models.Case]) -> Mapping[int, Traces]:
    found: dict[int, Traces] = {}
    for case in cases:
        posts = models.Post.objects.filter(
            brand_id=case.brand_id,
            channel=case.channel,
            conversation=case.conversation,
            author_key=case.author_key,
            deleted_at__isnull=True,
        ).order_by("-pk")
        told = list(posts.values_list("text", "details")[:_MOST_POSTS])
        texts = [text for text, _ in told]
        texts += [word for _, details in told for words in details.values() for word in words]
        found[case.pk] = traces_of(
            channel=case.channel,
            handle=case.leading.author_handle,
            name=case.leading.author_name,
            texts=texts,
        )
    return found
