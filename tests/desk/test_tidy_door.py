from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from tests.builders import MONDAY_9
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.sign_in_tries import WINDOW, Try, begin_try
from answerback.desk.operations.tidy_door import tidy_door


def _session(key: str, *, ends_at_minute: int) -> None:
    Session.objects.create(
        session_key=key, expire_date=MONDAY_9 + timedelta(minutes=ends_at_minute)
    )
    UserSession.objects.create(user=make_user(), session_key=key, ip="192.0.2.1")


def test_sessions_that_are_over_go_and_the_others_stay() -> None:
    _session("over", ends_at_minute=-1)
    _session("open", ends_at_minute=1)

    more = tidy_door(at=MONDAY_9)

    assert more is False
    assert list(Session.objects.values_list("pk", flat=True)) == ["open"]
    assert list(UserSession.objects.values_list("session_key", flat=True)) == ["open"]


def test_wrong_passwords_that_count_no_more_go() -> None:
    begin_try(told=Try(handle="ada", device="hers", address="192.0.2.1"), at=MONDAY_9)

    tidy_door(at=MONDAY_9 + WINDOW)

    assert models.SignInFailure.objects.count() == 0
