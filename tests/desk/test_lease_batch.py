"""The batch: nobody is handed the same case twice, and nobody waits for ever."""

from datetime import timedelta

import pytest
from tests.builders import MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.bulk_cases import BulkAct, BulkWish
from answerback.desk.operations.give_verdict import LeaseLost, VerdictRefused, give_verdict
from answerback.desk.operations.lease_batch import (
    LASTS,
    give_back_batch,
    hold_again,
    lease_batch,
    renew_batch,
)
from answerback.desk.operations.undo_bulk import undo_bulk
from answerback.domain.records.case import CloseReason

TO_CARE = BulkWish(act=BulkAct.QUEUE, word="care")
SPAM = BulkWish(act=BulkAct.CLOSE, reason=CloseReason.SPAM)


def _cases(count: int) -> list[int]:
    imported(
        *(
            make_post(str(n), author=f"a{n}", created_at=MONDAY_9 + timedelta(minutes=n))
            for n in range(count)
        )
    )
    make_user("ada")
    make_user("bob")
    return list(models.Case.objects.order_by("turn").values_list("pk", flat=True))


def _lease(by: str, *, limit: int = 2, at: object = NEXT_DAY) -> list[int]:
    brands = list(models.Brand.objects.values_list("pk", flat=True))
    return lease_batch(by=by, brand_ids=brands, at=at, limit=limit)  # type: ignore[arg-type]


def test_the_oldest_deadlines_are_handed_out_first_and_to_one_person_alone() -> None:
    cases = _cases(5)

    ada, bob = _lease("ada"), _lease("bob")

    assert (ada, bob) == (cases[:2], cases[2:4])


def test_who_asks_again_keeps_what_they_hold_and_gets_what_is_missing() -> None:
    cases = _cases(5)
    _lease("ada")
    give_verdict(case_id=cases[0], wish=SPAM, by="ada", at=NEXT_DAY)

    assert _lease("ada") == cases[1:3]


@pytest.mark.parametrize("act", [BulkWish(act=BulkAct.ESCALATE), TO_CARE], ids=["!", "m"])
def test_what_a_person_sent_somewhere_is_not_handed_out_to_be_sorted_again(act: BulkWish) -> None:
    cases = _cases(4)
    _lease("ada")
    bulk_id = give_verdict(case_id=cases[0], wish=act, by="ada", at=NEXT_DAY)
    assert _lease("ada", limit=3) == cases[1:4]

    undo_bulk(bulk_id=bulk_id, by="ada", at=NEXT_DAY)

    assert _lease("bob") == cases[:1]


def test_cases_that_somebody_has_that_sleep_or_that_are_others_are_not_handed_out() -> None:
    cases = _cases(4)
    assign_case(case_id=cases[0], to="bob", by="bob", at=NEXT_DAY)
    asleep = models.Case.objects.filter(pk=cases[1])
    asleep.update(snoozed_until=NEXT_DAY + timedelta(hours=1))
    other = models.Brand.objects.create(name="Umbra")
    models.Case.objects.filter(pk=cases[2]).update(brand=other)

    acme = models.Brand.objects.get(name="Acme")
    assert lease_batch(by="ada", brand_ids=[acme.pk], at=NEXT_DAY) == [cases[3]]


def test_a_batch_is_given_back_by_itself_and_kept_by_whoever_works() -> None:
    cases = _cases(2)
    _lease("ada")
    renew_batch(by="ada", at=NEXT_DAY + LASTS / 2)

    too_soon = _lease("bob", at=NEXT_DAY + LASTS)
    later = _lease("bob", at=NEXT_DAY + LASTS * 1.5)

    assert (too_soon, later) == ([], cases)


def test_who_leaves_gives_their_batch_back_at_once() -> None:
    cases = _cases(2)
    _lease("ada")

    give_back_batch(by="ada")

    assert _lease("bob") == cases


def test_the_oldest_deadline_is_always_leased_first_while_new_ones_keep_coming() -> None:
    _cases(6)
    leased: list[object] = []
    for turn in range(12):
        minute = timedelta(minutes=100 + turn)
        imported(
            *(
                make_post(f"new{turn}-{n}", author=f"n{turn}-{n}", created_at=MONDAY_9 + minute)
                for n in range(5)
            ),
            fingerprint=f"file{turn}",
        )
        for case_id in _lease("ada", limit=3):
            leased.append(models.Case.objects.get(pk=case_id).turn)
            give_verdict(case_id=case_id, wish=SPAM, by="ada", at=NEXT_DAY)

    assert leased == sorted(leased)  # type: ignore[type-var]  # moments
    assert not models.Case.objects.filter(author_key__startswith="a", state="new").exists()


def test_a_verdict_on_what_another_was_handed_meanwhile_is_refused() -> None:
    cases = _cases(1)
    _lease("ada")
    late = NEXT_DAY + LASTS + timedelta(seconds=1)
    _lease("bob", at=late)

    with pytest.raises(LeaseLost, match="@bob sorts it now"):
        give_verdict(case_id=cases[0], wish=SPAM, by="ada", at=late)

    assert models.Case.objects.get().state == "new"


def test_a_verdict_after_the_time_holds_as_long_as_nobody_else_has_the_case() -> None:
    cases = _cases(1)
    _lease("ada")

    give_verdict(case_id=cases[0], wish=SPAM, by="ada", at=NEXT_DAY + LASTS * 2)

    assert models.Case.objects.get().state == "closed"


def test_a_verdict_that_the_case_does_not_allow_says_why() -> None:
    cases = _cases(1)
    _lease("ada")
    answered = BulkWish(act=BulkAct.CLOSE, reason=CloseReason.ANSWERED)

    with pytest.raises(VerdictRefused, match="Nobody has answered this case yet"):
        give_verdict(case_id=cases[0], wish=answered, by="ada", at=NEXT_DAY)


def test_what_is_undone_is_in_the_batch_again() -> None:
    cases = _cases(1)
    _lease("ada")
    bulk = give_verdict(case_id=cases[0], wish=SPAM, by="ada", at=NEXT_DAY)
    back, _ = undo_bulk(bulk_id=bulk, by="ada", at=NEXT_DAY)

    hold_again(by="ada", case_ids=back, at=NEXT_DAY)

    assert _lease("bob") == []
    assert _lease("ada") == cases
