"""Tell people what they should know."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from answerback.desk import models


class NoticeOf(StrEnum):
    """What a notice is about: a closed list."""

    ASSIGNED = "assigned"  #: a case is yours now
    TAKEN_OVER = "taken_over"  #: a case of yours is somebody else's now
    MENTIONED = "mentioned"  #: a note names you
    WATCHED = "watched"  #: something happened in a case you watch
    WOKEN = "woken"  #: a case of yours is awake again
    AUTHOR_WROTE = "author_wrote"  #: the author of a case of yours has written again
    ASKED_ANEW = "asked_anew"  #: they edited it, and it asks for more than before
    ESCALATED = "escalated"  #: a case came to the most experienced people
    BREACHED = "breached"  #: a deadline has passed
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_LATE = "approval_late"  #: a draft has waited for its approval too long
    SENT_BACK = "sent_back"  #: your draft, with a note
    POST_DELETED = "post_deleted"  #: what you answer, or were asked to approve, is gone
    NOT_SENT = "not_sent"  #: your reply failed, or nobody knows whether it went out
    CHANNEL_STOPPED = "channel_stopped"  #: an account is not let in any more: mend its login


def notify(
    *,
    handles: Collection[str],
    what: NoticeOf,
    case_id: int | None,
    by: str | None,
    at: datetime,
) -> None:
    """
    Give each of these people one notice; nobody is told of what they did themselves.

    A notice of the same kind about the same case that is still unread is not said again.
    Handles that nobody active has are left out.  Call it inside the transaction of what it tells.
    """
    people = models.User.objects.filter(handle__in=set(handles) - {by}, is_active=True)
    told = set(
        models.Notice.objects.filter(
            user__in=people, what=what, case_id=case_id, read_at__isnull=True
        ).values_list("user_id", flat=True)
    )
    models.Notice.objects.bulk_create(
        models.Notice(user_id=user_id, what=what, case_id=case_id, by=by, at=at)
        for user_id in people.order_by("pk").values_list("pk", flat=True)
        if user_id not in told
    )


def notify_of_cases(
    *,
    whom: Mapping[int | None, Collection[str]],
    what: NoticeOf,
    by: str | None,
    at: datetime,
) -> None:
    """
    Do what `notify` does, for several cases in three questions: whom to tell, by case.

    Under None stand those who are told once, of no case in particular.
    """
    handles = {handle for told in whom.values() for handle in told} - {by}
    people = models.User.objects.filter(handle__in=handles, is_active=True)
    ids = dict(people.order_by("pk").values_list("handle", "pk"))
    unread = models.Notice.objects.filter(
        user_id__in=ids.values(), what=what, read_at__isnull=True
    ).filter(Q(case_id__in=[one for one in whom if one is not None]) | Q(case_id__isnull=True))
    there = set(unread.values_list("user_id", "case_id"))
    models.Notice.objects.bulk_create(
        models.Notice(user_id=ids[handle], what=what, case_id=case_id, by=by, at=at)
        for case_id, told in whom.items()
        for handle in sorted(set(told))
        if handle in ids and (ids[handle], case_id) not in there
    )
