import pytest
from tests.builders import MONDAY_9
from tests.people import make_brand, make_user

from answerback.desk import models
from answerback.desk.operations.keep_team import TeamRefused, TeamTold, keep_team, remove_team
from answerback.desk.queries.access import NotHere
from answerback.domain.records.role import Role


def keep(told: TeamTold, *, team_id: int | None = None, brand: str = "Acme") -> int:
    return keep_team(
        brand_id=make_brand(brand).pk, team_id=team_id, told=told, by="lea", at=MONDAY_9
    )


def events() -> list[object]:
    rows = models.Event.objects.filter(what="team_changed").order_by("pk")
    return [told["act"] for told in rows.values_list("particulars", flat=True)]


def test_a_team_is_made_changed_and_ended_with_an_event_each() -> None:
    make_user("bob")
    make_user("zoe")

    number = keep(TeamTold(name=" Workshop ", queues=["sales", "care"], members=["bob"]))
    keep(TeamTold(name="Workshop", queues=["care", "sales"], members=["bob"]), team_id=number)
    same = events()
    keep(TeamTold(name="Workshop", queues=["care"], members=["zoe"]), team_id=number)
    team = models.Team.objects.get(pk=number)

    assert same == ["made"]
    assert (team.name, team.queues) == ("Workshop", ["care"])
    assert [user.handle for user in team.members.all()] == ["zoe"]
    remove_team(brand_id=team.brand_id, team_id=number, by="lea", at=MONDAY_9)
    assert events() == ["made", "changed", "removed"]
    assert not models.Team.objects.exists()


@pytest.mark.parametrize(
    ("told", "field", "says"),
    [
        (TeamTold(name="  "), "name", "needs a name"),
        (TeamTold(name="x" * 61), "name", "needs a name"),
        (TeamTold(name="Workshop"), "name", "There is a team 'Workshop' already"),
        (TeamTold(name="New", queues=["nowhere"]), "queues", "There is no queue 'nowhere'"),
        (TeamTold(name="New", members=["vera"]), "members", "@vera does not work cases"),
        (TeamTold(name="New", members=["eve"]), "members", "@eve does not work cases"),
    ],
)
def test_what_cannot_be_a_team_is_refused_and_changes_nothing(
    told: TeamTold, field: str, says: str
) -> None:
    make_user("vera", role=Role.VIEWER)
    make_user("eve", brand="Other")
    keep(TeamTold(name="Workshop"))
    keep(TeamTold(name="Workshop"), brand="Other")  # another brand's team may have the name

    with pytest.raises(TeamRefused, match=says) as refused:
        keep(told)

    assert refused.value.field == field
    assert models.Team.objects.count() == 2
    assert len(events()) == 2


def test_a_team_of_another_brand_is_not_here() -> None:
    number = keep(TeamTold(name="Workshop"), brand="Other")

    with pytest.raises(NotHere):
        keep(TeamTold(name="Stolen"), team_id=number)
    with pytest.raises(NotHere):
        remove_team(brand_id=make_brand().pk, team_id=number, by="lea", at=MONDAY_9)
