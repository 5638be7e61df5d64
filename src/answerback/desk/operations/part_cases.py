"""Two cases that were joined are two again, as if they had never been one."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.hear_authors import hear_authors
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.join_cases import CannotJoin
from answerback.desk.operations.lock_case import lock_cases
from answerback.desk.operations.move_cases import Move, move_cases, replies_on_their_way
from answerback.desk.operations.move_reply import move_reply
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.open_cases import keep_cases_true, still_asked
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.see_answers import see_answers
from answerback.desk.queries.threads import Threads
from answerback.desk.queries.works_here import works_here
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.reply import ReplyState


@transaction.atomic
def part_cases(*, joined_id: int, by: str, at: datetime) -> None:
    """
    Undo a joining: both cases are what they would be had it never been.

    What answered a question only across is no answer to it any more; a reply that went out
    through the other case is that one's; what came in meanwhile waits where it came.

    :raises CannotJoin: when it was undone before, or a reply is on its way.
    """
    brand_of = models.Joined.objects.values_list("brand_id", flat=True)
    hold_brand(brand_of.get(pk=joined_id))
    joined = models.Joined.objects.select_for_update(of=("self",), no_key=True).get(pk=joined_id)
    if joined.undone_at is not None:
        raise CannotJoin("These cases are apart already.")
    lock_cases([joined.case_id, joined.other_id])
    going = replies_on_their_way([joined.case_id])
    if going:
        raise CannotJoin(
            f"A reply of @{going[joined.case_id]} is on its way. Wait until it is sent, or have it "
            "taken back; then part them."
        )
    joined.undone_at, joined.undone_by = at, by
    joined.save(update_fields=["undone_at", "undone_by"])
    told: dict[str, str | int] = {"joined": joined.pk, "other": joined.other_id}
    event = Event(
        what=EventName.CASES_PARTED, at=at, by=by, case_id=joined.case_id, particulars=told
    )
    record_events(brand_id=joined.brand_id, events=[event])
    _give_replies_back(joined, at=at)
    waits = _take_answers_back(joined, at=at)
    _follow_its_own(joined)
    _restore(joined, at=at)
    _hear_both(joined, waits=waits, at=at)


def _give_replies_back(joined: models.Joined, *, at: datetime) -> None:
    """
    Give the other case the replies that were written in its place.

    Where somebody has another draft there, both texts stand in it: what was meant for a private
    place never comes to stand in a public one.  Its pictures go with it.
    """
    ours = models.Reply.objects.filter(case_id=joined.case_id, place_id=joined.other_id)
    drafts = models.Reply.objects.filter(case_id=joined.other_id, state=ReplyState.DRAFT)
    there = {draft.written_by: draft for draft in drafts}
    for reply in ours.order_by("pk"):
        theirs = there.get(reply.written_by)
        if reply.state == ReplyState.DRAFT and theirs is not None:
            theirs.text = "\n\n".join(filter(None, (theirs.text, reply.text)))
            theirs.version, theirs.changed_at = theirs.version + 1, at
            theirs.save(update_fields=["text", "version", "changed_at"])
            reply.files.update(reply=theirs)
            reply.case_id, reply.place_id = joined.other_id, None
            move_reply(reply, to=ReplyState.CANCELLED, by=None, at=at)
            continue
        reply.case_id, reply.place_id = joined.other_id, None
        reply.save(update_fields=["case", "place"])
    models.Reply.objects.filter(case_id=joined.case_id, place_id=joined.case_id).update(place=None)


def _follow_its_own(joined: models.Joined) -> None:
    """Let the case follow the post of its own that it followed; `keep_cases_true` has the rest."""
    told = dict(joined.was["main"])
    for name in ("respond_by", "turn", "written_at"):
        told[name] = datetime.fromisoformat(told[name]) if told[name] else None
    said = models.Reply.objects.filter(
        case_id=joined.case_id, state=ReplyState.SENT, sent_at__gte=joined.at
    )
    if said.exists() and not still_asked([joined.case_id]):
        told["respond_by"] = None
    queue = told.pop("queue")
    cases = models.Case.objects.filter(pk=joined.case_id)
    cases.update(**told)
    cases.filter(queue_by_hand=False).update(queue=queue)


def _take_answers_back(joined: models.Joined, *, at: datetime) -> list[int]:
    """Forget what was answered only across; return the cases in which something waits again."""
    across = models.Event.objects.filter(
        case_id__in=[joined.case_id, joined.other_id],
        what=EventName.ANSWER_SEEN,
        particulars__joined=joined.pk,
    )
    ids = list(across.values_list("post_id", flat=True))
    models.Post.objects.filter(pk__in=ids).update(answer=None)
    for case in models.Case.objects.filter(pk__in=[joined.case_id, joined.other_id]).order_by("pk"):
        threads = Threads(brand_id=case.brand_id, channel=case.channel)
        see_answers(people=[(case.conversation, case.author_key)], threads=threads, at=at)
    again = models.Post.objects.filter(pk__in=ids, answer__isnull=True, case__isnull=False)
    return list(again.values_list("case_id", flat=True))


def _restore(joined: models.Joined, *, at: datetime) -> None:
    other, was = models.Case.objects.get(pk=joined.other_id), joined.was
    sent = models.Reply.objects.filter(case=other, state=ReplyState.SENT, sent_at__gte=joined.at)
    answered = sent.order_by("-sent_at").values_list("written_by", flat=True).first()
    if answered is not None and not still_asked([other.pk]):
        models.Case.objects.filter(pk=other.pk).update(respond_by=None)
    if was["state"] != CaseState.CLOSED:
        owner = was["owner"] or answered  # who answers a case that nobody has takes it
        if not works_here(brand_id=joined.brand_id, handle=owner):
            owner = None  # nobody else would see it
        to = CaseState.ASSIGNED if owner is not None else CaseState.NEW
        models.Case.objects.filter(pk=other.pk).update(owner=owner)
        move_cases(case_ids=[other.pk], move=Move(to=to), by=None, at=at)
        waits = was["state"] == CaseState.AWAITING_AUTHOR or answered is not None
        if waits and owner is not None and not still_asked([other.pk]):
            move = Move(to=CaseState.AWAITING_AUTHOR)
            move_cases(case_ids=[other.pk], move=move, by=None, at=at)
        until = was["snoozed_until"]
        models.Case.objects.filter(pk=other.pk).update(
            snoozed_until=datetime.fromisoformat(until) if until else None,
            sleeps_through_thanks=was["sleeps_through_thanks"],
        )
        if owner is not None:
            notify(
                handles=[owner],
                what=NoticeOf.ASSIGNED,
                case_id=other.pk,
                by=joined.undone_by,
                at=at,
            )


def _hear_both(joined: models.Joined, *, waits: list[int], at: datetime) -> None:
    news = models.Post.objects.filter(case=joined.other_id, heard_at__gte=joined.at).exists()
    both = [joined.case_id, joined.other_id]
    keep_cases_true(case_ids=both, grown=[*waits, *(both[1:] if news else [])], at=at)
    for case_id in both:
        hear_authors(case_ids=[case_id], fresh=(), plans={}, at=at)
