"""Giving a case to somebody."""

import pytest
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import AlreadyTaken, CannotHave, assign_case
from answerback.domain.records.role import Role


def _case() -> models.Case:
    imported(make_post("1"))
    return models.Case.objects.get()


def test_who_takes_a_case_owns_it_and_it_leaves_its_queue() -> None:
    case = _case()
    make_user("ada")

    assign_case(case_id=case.pk, to="ada", by="ada", at=NEXT_DAY, why=["You took it."])

    case.refresh_from_db()
    assert (case.owner, case.state, case.accepted_at) == ("ada", "assigned", NEXT_DAY)
    assert case.assigned_why == ["You took it."]
    assert list(models.Event.objects.filter(case=case).values_list("what", flat=True)) == [
        "case_opened",
        "post_read",
        "case_moved",
        "case_assigned",
    ]
    assert models.Notice.objects.count() == 0


def test_who_is_given_a_case_is_told_once() -> None:
    case = _case()
    make_user("ada")
    make_user("bob")

    assign_case(case_id=case.pk, to="ada", by="bob", at=NEXT_DAY)
    assign_case(case_id=case.pk, to="ada", by="bob", at=NEXT_DAY)

    case.refresh_from_db()
    assert case.accepted_at is None
    (notice,) = models.Notice.objects.select_related("user")
    assert (notice.user.handle, notice.what, notice.by) == ("ada", "assigned", "bob")


def test_a_case_that_somebody_has_is_not_taken_by_accident() -> None:
    case = _case()
    make_user("ada")
    make_user("bob")
    assign_case(case_id=case.pk, to="ada", by="ada", at=NEXT_DAY)

    with pytest.raises(AlreadyTaken, match="@ada has this case"):
        assign_case(case_id=case.pk, to="bob", by="bob", at=NEXT_DAY)

    assign_case(case_id=case.pk, to="bob", by="bob", at=NEXT_DAY, taking_over=True)
    case.refresh_from_db()
    assert case.owner == "bob"
    told = models.Notice.objects.values_list("user__handle", "what", "by")
    assert list(told) == [("ada", "taken_over", "bob")]


@pytest.mark.parametrize("handle", ["viewer", "stranger", "nobody"])
def test_only_people_who_work_for_the_brand_can_have_its_cases(handle: str) -> None:
    case = _case()
    make_user("viewer", role=Role.VIEWER)
    make_brand("Umbra")
    make_user("stranger", brand="Umbra")

    with pytest.raises(CannotHave, match=f"@{handle} does not work cases of 'Acme'"):
        assign_case(case_id=case.pk, to=handle, by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert (case.owner, case.state) == (None, "new")
