"""Forget what the door needs no more."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.sign_in_tries import WINDOW

_AT_ONCE = 1_000


@transaction.atomic
def tidy_door(*, at: datetime) -> bool:
    """
    Remove some sessions that are over and wrong passwords that count no more.

    Say whether there may be more.
    """
    over = list(
        Session.objects.filter(expire_date__lte=at)
        .order_by("expire_date")
        .values_list("pk", flat=True)[:_AT_ONCE]
    )
    UserSession.objects.filter(session_key__in=over).delete()
    Session.objects.filter(pk__in=over).delete()
    models.SignInFailure.objects.filter(at__lte=at - WINDOW).delete()
    return len(over) == _AT_ONCE
