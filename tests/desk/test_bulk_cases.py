"""One act on many cases, and its undoing."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.bulk_cases import (
    BulkAct,
    BulkDone,
    BulkWish,
    NothingPicked,
    bulk_cases,
)
from answerback.desk.operations.lock_case import lock_cases
from answerback.desk.operations.remove_member import remove_member
from answerback.desk.operations.snooze_case import snooze_case
from answerback.desk.operations.tag_case import tag_case
from answerback.desk.operations.undo_bulk import UNDO_WITHIN, CannotUndo, undo_bulk
from answerback.desk.operations.write_audit import write_audit
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.event import EventName
from answerback.domain.records.role import Role

SOON = NEXT_DAY + timedelta(seconds=20)
CLOSE = BulkWish(act=BulkAct.CLOSE, reason=CloseReason.SPAM)
TAKE = BulkWish(act=BulkAct.ASSIGN, word="ada")


def _cases(count: int = 3) -> list[int]:
    imported(*(make_post(str(n), author=f"a{n}") for n in range(count)))
    make_user("ada")
    make_user("bob")
    return sorted(models.Case.objects.values_list("pk", flat=True))


def _bulk(case_ids: list[int], wish: BulkWish) -> BulkDone:
    return bulk_cases(case_ids=case_ids, wish=wish, by="ada", at=NEXT_DAY)


def _all() -> list[Any]:
    return list(models.Case.objects.order_by("pk").values())


def _undo(done: BulkDone) -> tuple[list[int], list[int]]:
    assert done.bulk_id is not None
    return undo_bulk(bulk_id=done.bulk_id, by="ada", at=SOON)


@pytest.mark.parametrize(
    "wish",
    [
        TAKE,
        CLOSE,
        BulkWish(act=BulkAct.QUEUE, word="care"),
        BulkWish(act=BulkAct.SNOOZE, until=NEXT_DAY + timedelta(hours=4)),
        BulkWish(act=BulkAct.TAG, word="urgent"),
        BulkWish(act=BulkAct.ESCALATE),
    ],
)
def test_what_is_done_to_many_is_undone_exactly(wish: BulkWish) -> None:
    cases = _cases()
    make_team("care")
    assign_case(case_id=cases[1], to="ada", by="ada", at=NEXT_DAY)
    tag_case(case_id=cases[2], tags=["old"], by="ada", at=NEXT_DAY)
    before, tags = _all(), list(models.CaseTag.objects.values("case_id", "tag"))
    done = _bulk(cases[1:], wish)
    changed = _all()

    back, left = _undo(done)

    assert (done.done, back, left) == (tuple(cases[1:]), cases[1:], [])
    assert wish.act is BulkAct.TAG or changed != before
    assert _all() == before
    assert list(models.CaseTag.objects.values("case_id", "tag")) == tags


def make_team(queue: str) -> None:
    brand = models.Brand.objects.get()
    models.Team.objects.create(brand=brand, name=queue, queues=[queue])


def test_a_case_that_refuses_is_left_out_and_says_why() -> None:
    cases = _cases()
    assign_case(case_id=cases[1], to="bob", by="bob", at=NEXT_DAY)

    done = _bulk(cases, TAKE)

    assert done.done == (cases[0], cases[2])
    assert list(done.left_out) == [cases[1]]
    assert "@bob has this case." in done.left_out[cases[1]]
    assert models.Case.objects.get(pk=cases[1]).owner == "bob"


def test_a_case_that_somebody_touched_since_stays_as_they_left_it() -> None:
    cases = _cases()
    done = _bulk(cases, TAKE)
    snooze_case(case_id=cases[1], until=SOON + timedelta(hours=1), by="ada", at=NEXT_DAY)

    back, left = _undo(done)

    assert (back, left) == ([cases[0], cases[2]], [cases[1]])
    assert [row["owner"] for row in _all()] == [None, "ada", None]


def test_a_case_does_not_go_back_to_somebody_who_was_removed_meanwhile() -> None:
    cases = _cases(1)
    models.Membership.objects.filter(user__handle="ada").update(role=Role.OWNER)
    assign_case(case_id=cases[0], to="bob", by="ada", at=NEXT_DAY)
    done = _bulk(cases, BulkWish(act=BulkAct.QUEUE, word="care"))
    remove_member(brand_id=models.Brand.objects.get().pk, handle="bob", by="ada", at=NEXT_DAY)

    assert _undo(done) == ([], cases)
    assert models.Case.objects.get().owner is None


def test_that_somebody_only_looked_does_not_hinder() -> None:
    cases = _cases(1)
    done = _bulk(cases, CLOSE)
    models.Event.objects.create(
        what=EventName.CASE_READ,
        at=SOON,
        by="bob",
        case_id=cases[0],
        brand=models.Brand.objects.get(),
    )

    assert _undo(done) == (cases, [])


def test_a_case_in_the_authors_hands_comes_back_there() -> None:
    cases = _cases(1)
    models.Case.objects.update(state=CaseState.AWAITING_AUTHOR, owner="ada")

    done = _bulk(cases, CLOSE)
    _undo(done)

    assert models.Case.objects.get().state == CaseState.AWAITING_AUTHOR


def test_nobody_is_told_of_a_case_that_was_given_by_mistake() -> None:
    cases = _cases(1)
    make_user("olga", role=Role.OWNER)
    wish = BulkWish(act=BulkAct.ASSIGN, word="bob")
    done = bulk_cases(case_ids=cases, wish=wish, by="olga", at=NEXT_DAY)
    told = models.Notice.objects.count()
    assert done.bulk_id is not None

    undo_bulk(bulk_id=done.bulk_id, by="olga", at=SOON)

    assert (told, models.Notice.objects.count()) == (1, 0)


@pytest.mark.parametrize("why", ["twice", "late", "another's"])
def test_what_cannot_be_undone_is_refused(why: str) -> None:
    done = _bulk(_cases(1), CLOSE)
    at, by = SOON, "ada"
    assert done.bulk_id is not None
    if why == "twice":
        _undo(done)
    elif why == "late":
        at = NEXT_DAY + UNDO_WITHIN + timedelta(seconds=1)
    else:
        by = "bob"

    with pytest.raises(CannotUndo):
        undo_bulk(bulk_id=done.bulk_id, by=by, at=at)


def test_nothing_picked_is_refused() -> None:
    with pytest.raises(NothingPicked, match="No case is picked"):
        _bulk([], CLOSE)


def test_one_event_a_brand_tells_of_the_act_and_of_its_undoing() -> None:
    cases = _cases(2)
    done = _bulk(cases, CLOSE)
    _undo(done)

    events = models.Event.objects.filter(what__in=[EventName.BULK_DONE, EventName.BULK_UNDONE])
    told = {"bulk": done.bulk_id, "act": "close", "cases": 2}
    assert list(events.order_by("pk").values_list("what", "by", "particulars")) == [
        ("bulk_done", "ada", told),
        ("bulk_undone", "ada", told),
    ]


@pytest.mark.parametrize("undoing", [False, True])
def test_all_cases_are_locked_before_the_log_is_held(
    monkeypatch: pytest.MonkeyPatch, *, undoing: bool
) -> None:
    # PostgreSQL's log has one writer until that one's end: to lock another case only then is to
    # wait for somebody who may wait for the log.  SQLite would never show it.
    cases, acts = _cases(), list[str]()
    done = _bulk(cases, CLOSE) if undoing else None
    lock, write = lock_cases, write_audit

    def locking(case_ids: Iterable[int]) -> None:
        wanted = list(case_ids)
        acts.append(f"lock {len(wanted)}")
        lock(wanted)

    def writing(**told: Any) -> None:
        acts.append("write")
        write(**told)

    for place in ("bulk_cases", "undo_bulk"):
        monkeypatch.setattr(f"answerback.desk.operations.{place}.lock_cases", locking)
    monkeypatch.setattr("answerback.desk.operations.record_events.write_audit", writing)

    if done is None:
        _bulk(cases, CLOSE)
    else:
        _undo(done)

    assert acts[:2] == ["lock 3", "write"]
