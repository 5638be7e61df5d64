from datetime import timedelta
from typing import Any

import pytest
from tests.builders import MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user

from answerback.desk import models
from answerback.desk.operations import offer_cases
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.change_policy import change_policy
from answerback.desk.operations.offer_cases import offer_one
from answerback.domain.records.reply import ReplyState
from answerback.domain.records.role import Role
from answerback.domain.triage.assignment import Choice, choose

AT = NEXT_DAY
MINUTE = timedelta(minutes=1)
OFFER = '[assignment]\nmode = "offer"\naccept_within = "10m"\n'


def here(handle: str, **told: object) -> models.User:
    """Return an agent of Acme who is here; `told` is of the seat."""
    role = Role(str(told.pop("role", Role.AGENT)))
    user = make_user(handle, role=role)
    models.User.objects.filter(pk=user.pk).update(seen_at=AT)
    models.Membership.objects.filter(user=user).update(**told)
    return user


def offering(text: str = OFFER) -> None:
    change_policy(brand_id=make_brand().pk, text=text, by="olga", at=MONDAY_9)


def owners() -> dict[str, str | None]:
    return dict(models.Case.objects.order_by("pk").values_list("author_key", "owner"))


def test_nothing_is_offered_where_people_pull() -> None:
    imported(make_post("1"))
    here("bob")

    assert offer_one(at=AT) is False
    offering('[assignment]\nmode = "pull"\n')
    assert offer_one(at=AT) is False
    assert owners() == {"ada": None}


def test_the_most_pressing_case_goes_to_the_best_person_who_is_told_and_sees_why() -> None:
    imported(make_post("1", text="@acme where is it"), make_post("2", author="eve"))
    offering()
    here("bob")
    here("vera", role=Role.VIEWER)  # noise: works no cases
    make_user("gone")  # noise: not here

    found = offer_one(at=AT)

    assert (found, owners()) == (True, {"ada": None, "eve": "bob"})
    case = models.Case.objects.get(author_key="eve")
    assert case.assigned_why == ["Because @bob has 0 of 8 cases."]
    assert (case.state, case.accepted_at) == ("assigned", None)
    notice = models.Notice.objects.get()
    assert (notice.user.handle, notice.what, notice.case_id) == ("bob", "assigned", case.pk)
    event = models.Event.objects.get(what="case_assigned")
    assert (event.by, event.particulars) == (None, {"to": "bob", "from": None})


def test_capacity_is_filled_and_not_overfilled() -> None:
    imported(*(make_post(str(number), author=f"a{number}") for number in range(5)))
    offering()
    here("bob", capacity=2)
    here("cleo", capacity=1)

    turns = [offer_one(at=AT) for _ in range(4)]

    assert turns == [True, True, True, False]
    assert sorted(map(str, owners().values())) == ["None", "None", "bob", "bob", "cleo"]


@pytest.mark.parametrize("how", ["asleep", "in a batch", "owned", "closed"])
def test_only_what_is_awake_and_free_is_offered(how: str) -> None:
    imported(make_post("1"))
    offering()
    here("bob")
    case = models.Case.objects.get()
    later = AT + MINUTE
    if how == "asleep":
        models.Case.objects.update(snoozed_until=later)
    elif how == "in a batch":
        models.Case.objects.update(leased_to="zoe", leased_until=later)
    elif how == "owned":
        make_user("zoe")
        assign_case(case_id=case.pk, to="zoe", by="zoe", at=AT)
    else:
        models.Case.objects.update(state="closed", closed_at=AT, close_reason="spam")

    assert offer_one(at=AT) is False
    models.Case.objects.filter(owner=None, closed_at=None).update(state="new")
    assert offer_one(at=later) is (how in {"asleep", "in a batch"})


def test_a_case_that_nobody_can_have_holds_up_no_other() -> None:
    imported(make_post("1"), make_post("2", author="eve", text="@acme where is it"))
    offering()
    models.Case.objects.filter(author_key="ada").update(language="de")
    here("bob", languages=["en"])

    offer_one(at=AT)

    assert owners() == {"ada": None, "eve": "bob"}


def test_a_team_takes_its_queues() -> None:
    imported(make_post("1"))
    offering()
    here("bob")
    team = models.Team.objects.create(brand=make_brand(), name="Workshop", queues=["repairs"])
    team.members.add(here("zoe"))

    offer_one(at=AT)

    assert owners() == {"ada": "zoe"}
    assert models.Case.objects.get().assigned_why[0] == "Because @zoe is in a team for 'repairs'."


def test_who_answered_the_author_lately_gets_them_again() -> None:
    imported(make_post("1"))
    offering()
    here("bob")
    here("zoe")
    case = models.Case.objects.get()
    models.Reply.objects.create(
        case=case,
        state=ReplyState.SENT,
        written_by="zoe",
        begun_at=MONDAY_9,
        changed_at=MONDAY_9,
        sent_at=MONDAY_9,
    )

    offer_one(at=AT)

    case.refresh_from_db()
    assert (case.owner, case.assigned_why[0]) == ("zoe", "Because @zoe answered @ada on 2 March.")


def test_an_offer_that_nobody_opens_goes_to_the_next_with_the_reason() -> None:
    imported(make_post("1"))
    offering()
    here("bob")
    here("zoe")
    offer_one(at=AT)
    models.User.objects.update(seen_at=AT + 10 * MINUTE)

    early = offer_one(at=AT + 9 * MINUTE)
    turns = [offer_one(at=AT + 10 * MINUTE) for _ in range(3)]

    assert (early, turns) == (False, [True, True, False])
    assert owners() == {"ada": "zoe"}
    unread = models.Notice.objects.filter(read_at__isnull=True)
    assert [one.user.handle for one in unread] == ["zoe"]
    back = models.Event.objects.get(what="case_given_back")
    assert (back.by, back.particulars["owner"], back.particulars["reason"]) == (
        None,
        "bob",
        "not_opened",
    )


def test_with_nobody_else_it_waits_in_its_queue_and_comes_back_after_an_hour() -> None:
    imported(make_post("1"))
    offering()
    here("bob")
    offer_one(at=AT)
    late = AT + 10 * MINUTE
    models.User.objects.update(seen_at=late)

    turns = [offer_one(at=late) for _ in range(3)]

    assert (turns, owners()) == ([True, False, False], {"ada": None})
    models.User.objects.update(seen_at=late + 61 * MINUTE)
    offer_one(at=late + 61 * MINUTE)
    assert owners() == {"ada": "bob"}


def test_an_opened_case_and_one_that_a_person_gave_stay() -> None:
    imported(make_post("1"), make_post("2", author="eve"))
    here("bob")
    make_user("lea", role=Role.LEAD)
    offering()
    offer_one(at=AT)
    given, offered = models.Case.objects.order_by("owner")
    if given.owner is not None:
        given, offered = offered, given
    models.Case.objects.filter(pk=offered.pk).update(accepted_at=AT)
    assign_case(case_id=given.pk, to="bob", by="lea", at=AT)

    assert offer_one(at=AT + 60 * MINUTE) is False
    assert set(owners().values()) == {"bob"}


def test_who_goes_away_leaves_what_they_have_not_opened() -> None:
    imported(make_post("1"))
    offering()
    here("bob")
    offer_one(at=AT)
    models.User.objects.filter(handle="bob").update(takes_cases=False)
    here("zoe")

    turns = [offer_one(at=AT + MINUTE) for _ in range(2)]

    assert (turns, owners()) == ([True, True], {"ada": "zoe"})


def test_a_case_that_somebody_takes_at_that_moment_stays_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imported(make_post("1"))
    offering()
    here("bob")
    make_user("zoe")
    case = models.Case.objects.get()

    def choose_late(**told: Any) -> Choice:
        choice = choose(**told)
        assign_case(case_id=case.pk, to="zoe", by="zoe", at=AT)
        return choice

    monkeypatch.setattr(offer_cases, "choose", choose_late)

    assert offer_one(at=AT) is True
    assert owners() == {"ada": "zoe"}
    assert models.Event.objects.filter(what="case_assigned").count() == 1


def test_with_nobody_free_no_case_is_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    imported(make_post("1"))
    offering()
    here("bob", capacity=0)

    def looked(**_told: Any) -> None:
        pytest.fail("a case was looked at")

    monkeypatch.setattr(offer_cases, "unassigned_cases", looked)

    assert offer_one(at=AT) is False


def test_a_policy_that_cannot_be_read_any_more_stops_no_other_brands_offers() -> None:
    imported(make_post("1"))
    offering()
    here("bob")
    other = make_brand("Aardvark")
    models.BrandText.objects.create(
        brand=other, what="policy", number=1, text="[gone]\nkey = 1\n", at=AT, note=""
    )

    assert offer_one(at=AT) is True
    assert owners() == {"ada": "bob"}
