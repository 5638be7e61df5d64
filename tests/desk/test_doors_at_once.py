"""Many at the door at once: one winner, clear refusals, and nobody slips through."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from tests.builders import MONDAY_9
from tests.people import PASSWORD, make_brand, make_user

from answerback.desk import models
from answerback.desk.operations.accept_invitation import NoInvitation, accept_invitation
from answerback.desk.operations.add_person import Newcomer, SomebodyIsHere, add_first_person
from answerback.desk.operations.change_member import MemberRefused, Seating, change_member
from answerback.desk.operations.invite_person import invite_person
from answerback.desk.operations.sign_in_tries import MOST_A_HANDLE, TooManyTries, Try, begin_try
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import Role

pytestmark = [
    pytest.mark.usefixtures("committed"),
    pytest.mark.slow,  # several threads, each with a database connection of its own
]


def _together(*acts: Callable[[], object]) -> Counter[str]:
    """Do all at once; return what became of them, by the name of the refusal or "done"."""
    told: Counter[str] = Counter()
    start = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            told["done"] += 1
        except Refusal as refusal:
            told[type(refusal).__name__] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _newcomer(handle: str) -> Newcomer:
    return Newcomer(handle=handle, name=handle, password=PASSWORD)


def test_of_four_first_people_one_is_first() -> None:
    def first(n: int) -> Callable[[], object]:
        return lambda: add_first_person(newcomer=_newcomer(f"n{n}"), at=MONDAY_9)

    told = _together(*map(first, range(4)))

    assert told == {"done": 1, SomebodyIsHere.__name__: 3}
    assert models.User.objects.count() == 1


def test_an_invitation_that_four_take_at_once_lets_one_in() -> None:
    make_user("olga", role=Role.OWNER)
    token = invite_person(
        brand_id=make_brand().pk, role=Role.AGENT, name="Ada", by="olga", at=MONDAY_9
    )

    def accept(n: int) -> Callable[[], object]:
        return lambda: accept_invitation(
            token=token, newcomer=_newcomer(f"n{n}"), at=MONDAY_9 + timedelta(hours=1)
        )

    told = _together(*map(accept, range(4)))

    assert told == {"done": 1, NoInvitation.__name__: 3}
    assert models.User.objects.count() == 2


def test_of_two_owners_who_demote_each_other_one_stays_owner() -> None:
    for handle in ("olga", "otto"):
        make_user(handle, role=Role.OWNER)
    brand = make_brand().pk

    def demote(whom: str, by: str) -> Callable[[], object]:
        return lambda: change_member(
            brand_id=brand, handle=whom, seating=Seating(role=Role.AGENT), by=by, at=MONDAY_9
        )

    told = _together(demote("otto", "olga"), demote("olga", "otto"))

    assert told == {"done": 1, MemberRefused.__name__: 1}
    assert models.Membership.objects.filter(role=Role.OWNER).count() == 1


def test_tries_at_once_do_not_slip_past_the_limit() -> None:
    told = Try(handle="ada", device=None, address="192.0.2.1")

    became = _together(
        *((lambda: begin_try(told=told, at=MONDAY_9)) for _ in range(MOST_A_HANDLE + 6))
    )

    assert became == {"done": MOST_A_HANDLE, TooManyTries.__name__: 6}
