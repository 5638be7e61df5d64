"""Let cases know that their author, or we, said something; see also `keep_cases_true`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Substr

from answerback.desk import models
from answerback.desk.operations.ask_anew import asks_now
from answerback.desk.operations.follow_joined import follow_joined
from answerback.desk.operations.insert_rows import update_rows
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.tell_watchers import tell_watchers
from answerback.desk.operations.wake_case import Woken, wake
from answerback.desk.queries.joined import mains_of
from answerback.desk.queries.standing_answers import stands
from answerback.domain.measure.thanks import gives_thanks
from answerback.domain.records.case import CaseState
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.plan import Plan
from answerback.domain.records.reading import Sentiment

#: Characters of a post that are looked at for thanks.
_LOOKED_AT = 2_000
#: An edit that asks anew is a word of the moment at which it was made.
_MOMENT = Coalesce("asks_since", "created_at", "heard_at")
#: In these words the partial index of our own posts is used.
_OURS = Q(discard_reason=DiscardReason.OWN_POST)

#: A conversation and its author.
Person = tuple[str, str]


@dataclass(kw_only=True)
class Said:
    """What was said between us and one author."""

    theirs_last: datetime | None = None
    ours_first: datetime | None = None
    ours_last: datetime | None = None
    theirs_first_id: int = 0
    #: The author's posts after our first word: moment, post, text, mood; the newest version alone.
    after: list[tuple[datetime, int, str, str]] = field(default_factory=list)

    def stirred_at(self, *, first: datetime) -> datetime | None:
        """Return when somebody spoke last; None: nobody has but for the first post."""
        told = max(filter(None, (self.theirs_last, self.ours_last)), default=None)
        return None if self.ours_last is None and told == first else told

    @property
    def author_has_the_word(self) -> bool:
        if self.ours_last is None:
            return False
        return self.theirs_last is None or self.ours_last >= self.theirs_last

    @property
    def outcome(self) -> str:
        """Return what the author's last telling word after our answer was."""
        for _, _, text, mood in sorted(self.after, reverse=True):
            if gives_thanks(text):
                return "thanked"
            if mood == Sentiment.NEGATIVE:
                return "still_angry"
        return ""


def hear_authors(
    *,
    case_ids: Iterable[int],
    fresh: Sequence[models.Post],
    plans: Mapping[int, Plan],
    at: datetime,
) -> None:
    """
    Keep what was said last in cases, let them wake by it, and tell their owners.

    `fresh` are the posts of this turn, of one brand and channel, each the newest of its
    versions.  What is kept of a case (the last word, whose turn it is, how it ended) depends
    on the stored posts alone, in whatever order they came.  Call it inside the transaction in
    which the posts are sorted, after `keep_cases_true`.
    """
    cases = list(models.Case.objects.filter(pk__in=set(case_ids)).order_by("pk"))
    if not cases:
        return
    said = _said(cases)
    _keep_last_words(cases, said=said)
    words = _words(cases, fresh=fresh)
    follow_joined(case_ids=[case.pk for case in cases])
    cases = _with_mains(cases, words=words)
    heard = [case for case in cases if words[case.pk] and case.state != CaseState.CLOSED]
    come = {post.pk for post in fresh}
    nobody = Said()
    again = [case for case in heard if said.get(_person(case), nobody).theirs_first_id not in come]
    _tell(again, words=words, at=at)
    woken = _wake(heard, words=words, plans=plans, at=at)
    for case in heard:
        if case.owner is not None and case.pk not in woken:
            owner = [case.owner]
            anew = any(asks_now(post) for post in words[case.pk])
            what = NoticeOf.ASKED_ANEW if anew else NoticeOf.AUTHOR_WROTE
            notify(handles=owner, what=what, case_id=case.pk, by=None, at=at)
    watched = models.Watch.objects.filter(case_id__in=[case.pk for case in heard])
    followed = set(watched.values_list("case_id", flat=True)) if heard else set()
    for case in heard:
        if case.pk in followed:
            tell_watchers(case=case, by=None, at=at, told=[case.owner or ""])


def _with_mains(
    cases: list[models.Case], *, words: dict[int, list[models.Post]]
) -> list[models.Case]:
    """Let those that others are joined into hear what was said in these, and return them, too."""
    into = mains_of([case.pk for case in cases])
    there = {case.pk for case in cases}
    mains = models.Case.objects.filter(pk__in=set(into.values()) - there)
    for part, main in into.items():
        words[main] = [*words.get(main, []), *words[part]]
    return [*cases, *mains.order_by("pk")] if into else cases


def _words(
    cases: Sequence[models.Case], *, fresh: Sequence[models.Post]
) -> dict[int, list[models.Post]]:
    """Return the posts of this turn that a case's author wrote in its conversation."""
    by_person: dict[Person, list[models.Post]] = {}
    for post in fresh:
        if post.discard_reason != DiscardReason.OWN_POST:
            by_person.setdefault((post.conversation, post.author_key), []).append(post)
    return {
        case.pk: [post for post in by_person.get(_person(case), []) if _is_news(post, case=case)]
        for case in cases
    }


def _is_news(post: models.Post, *, case: models.Case) -> bool:
    """Tell whether it is more than the beginning of a thread that was fetched afterwards."""
    heard = post.discard_reason is None
    return heard or post.created_at is None or post.created_at > case.written_at


def _person(case: models.Case) -> Person:
    return case.conversation, case.author_key


def _wake(
    cases: Sequence[models.Case],
    *,
    words: Mapping[int, Sequence[models.Post]],
    plans: Mapping[int, Plan],
    at: datetime,
) -> Collection[int]:
    asleep = [case for case in cases if case.snoozed_until is not None]
    since = _snoozed_at(asleep)
    woken = set()
    for case in asleep:
        news = [post for post in words[case.pk] if post.heard_at >= since.get(case.pk, at)]
        if case.sleeps_through_thanks:
            news = [post for post in news if not _only_thanks(post, plan=plans.get(post.pk))]
        if news:
            wake(case=case, what=Woken.AUTHOR, by=None, at=at)
            woken.add(case.pk)
    return woken


def _only_thanks(post: models.Post, *, plan: Plan | None) -> bool:
    """Tell whether a post gives thanks and asks for nothing."""
    return gives_thanks(post.text) and not (plan is not None and plan.respond)


def _snoozed_at(cases: Sequence[models.Case]) -> dict[int, datetime]:
    """Return when cases were last snoozed.  One question, or none where none sleeps."""
    if not cases:
        return {}
    events = models.Event.objects.filter(
        case_id__in=[case.pk for case in cases], what=EventName.CASE_SNOOZED
    ).order_by("pk")
    return {case_id or 0: at for case_id, at in events.values_list("case_id", "at")}


def _tell(
    cases: Sequence[models.Case], *, words: Mapping[int, Sequence[models.Post]], at: datetime
) -> None:
    if cases:
        events = [
            Event(
                what=EventName.AUTHOR_WROTE,
                at=at,
                case_id=case.pk,
                post_id=words[case.pk][-1].pk,
                particulars={"posts": len(words[case.pk])},
            )
            for case in cases
        ]
        record_events(brand_id=cases[0].brand_id, events=events)


def _keep_last_words(cases: Sequence[models.Case], *, said: Mapping[Person, Said]) -> None:
    rows: list[dict[str, Any]] = []
    for case in cases:
        told = said[_person(case)]
        now = {
            "stirred_at": told.stirred_at(first=case.written_at),
            "author_has_the_word": told.author_has_the_word,
            "outcome": told.outcome,
        }
        if any(getattr(case, name) != value for name, value in now.items()):
            rows.append({"id": case.pk, **now})
    update_rows(model=models.Case, rows=rows)


def _said(cases: Sequence[models.Case]) -> dict[Person, Said]:
    """Return what was said in cases of one brand and channel.  Three questions at most."""
    talks, authors = {case.conversation for case in cases}, {case.author_key for case in cases}
    here = models.Post.objects.filter(
        brand_id=cases[0].brand_id, channel=cases[0].channel, conversation__in=talks
    ).order_by()
    found: dict[Person, Said] = {_person(case): Said() for case in cases}
    ours = here.filter(_OURS, stands(), speaks_to__in=authors).values_list(
        "conversation", "speaks_to"
    )
    for talk, author, first, last in ours.annotate(first=Min(_MOMENT), last=Max(_MOMENT)):
        if said := found.get((talk, author or "")):
            said.ours_first, said.ours_last = first, last
    theirs = here.exclude(_OURS).filter(author_key__in=authors)
    spoken = theirs.values_list("conversation", "author_key")
    for talk, author, last, first_id in spoken.annotate(last=Max(_MOMENT), first=Min("pk")):
        if said := found.get((talk, author)):
            said.theirs_last, said.theirs_first_id = last, first_id
    answered = [person for person, said in found.items() if said.ours_first is not None]
    if answered:
        _read_after(theirs, people=answered, found=found)
    return found


def _read_after(
    theirs: "QuerySet[models.Post]", *, people: Sequence[Person], found: Mapping[Person, Said]
) -> None:
    posts = theirs.filter(
        conversation__in={talk for talk, _ in people}, author_key__in={who for _, who in people}
    ).annotate(moment=_MOMENT, beginning=Substr("text", 1, _LOOKED_AT))
    newest: dict[str, tuple[Person, tuple[datetime, int, str, str]]] = {}
    told = posts.order_by("version").values_list(
        "external_id", "conversation", "author_key", "moment", "pk", "beginning",
        "reading__sentiment",
    )  # fmt: skip
    for external_id, talk, author, moment, pk, text, sentiment in told:
        mood = max(sentiment, key=sentiment.__getitem__, default="") if sentiment else ""
        newest[external_id] = ((talk, author), (moment, pk, text, mood))
    for person, word in newest.values():
        said = found.get(person)
        if said is not None and said.ours_first is not None and word[0] > said.ours_first:
            said.after.append(word)
