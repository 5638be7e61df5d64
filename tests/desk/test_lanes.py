"""When more posts wait than can be read soon, somebody in danger does not wait behind a file."""

import pytest
from tests.builders import NEXT_DAY, make_post, small_sorting
from tests.desk.hearing import heard, live_post, live_source
from tests.desk.steps import collected

from answerback.desk import models
from answerback.desk.operations.sort_waiting import sort_waiting
from answerback.domain.understanding.urgency import in_a_hurry

DANGER = "@acme the kettle is smoking and there is a burning smell"

pytestmark = pytest.mark.django_db


def _brand_id() -> int:
    return models.Brand.objects.get().pk


def _in_turn(*, live_only: bool = False) -> list[str]:
    """Sort one post at a time, and return their ids in the order in which that was done."""
    turn: list[str] = []
    while sort_waiting(
        brand_id=_brand_id(),
        stages=small_sorting(),
        at=NEXT_DAY,
        most_rows=1,
        live_only=live_only,
    ):
        done = models.Post.objects.filter(sorted_at__isnull=False).exclude(external_id__in=turn)
        turn.extend(done.values_list("external_id", flat=True))
    return turn


def test_what_presses_goes_first_and_a_file_last() -> None:
    collected(make_post("from-a-file", text=DANGER))
    source = live_source()
    heard(source, live_post("calm"), live_post("danger", text=DANGER), live_post("calm-2"))

    assert _in_turn() == ["danger", "calm", "calm-2", "from-a-file"]


def test_between_two_pieces_of_a_file_what_is_live_is_sorted_and_the_file_waits() -> None:
    collected(make_post("from-a-file"))
    heard(live_source(), live_post("live"))

    assert _in_turn(live_only=True) == ["live"]
    assert models.Post.objects.get(external_id="from-a-file").sorted_at is None


def test_what_presses_is_told_at_a_glance_post_by_post() -> None:
    texts = [DANGER, "lovely kettle", "", "my card was stolen from my account", "no rush at all"]

    assert in_a_hurry(texts)[:3] == [True, False, False]
    assert in_a_hurry([]) == []
    assert [in_a_hurry([one]) for one in texts] == [[told] for told in in_a_hurry(texts)]
