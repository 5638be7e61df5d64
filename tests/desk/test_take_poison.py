"""One thing that cannot be taken in is set aside; the rest of its page is not held up."""

import logging
from collections.abc import Sequence

import pytest
from django.db import OperationalError
from tests.builders import NEXT_DAY, small_listening
from tests.desk.hearing import live_post, live_source, page_of, turn_at

from answerback.desk import models
from answerback.desk.operations.take_poison import take_or_set_aside
from answerback.desk.queries.ledger import ledger
from answerback.domain.pipeline import Stage
from answerback.domain.records.dossier import Dossier


def listening_that_trips(over: str, wrong: Exception) -> Stage:
    good = small_listening()

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        if any(over in one.post.text for one in dossiers):
            raise wrong
        return good.step(dossiers)

    return Stage(name="listening", step=step)


def test_the_one_at_fault_is_found_and_the_cursor_moves(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = live_source()
    things = [live_post(str(number), text=f"@acme post {number}!") for number in range(9)]

    with caplog.at_level(logging.ERROR):
        taken = take_or_set_aside(
            turn=turn_at(source),
            page=page_of(*things, cursor="on"),
            listening=listening_that_trips("post 5!", ValueError("tripped")),
            at=NEXT_DAY,
        )

    source.refresh_from_db()
    assert (taken.new, models.Post.objects.count(), source.cursor) == (8, 8, "on")
    assert models.FailedRow.objects.get().reason == "not_storable"
    assert [one.problems for one in ledger()] == [()]
    assert caplog.text.count("tripped") == 1


def test_a_database_that_is_away_is_nobodys_fault() -> None:
    source = live_source()

    with pytest.raises(OperationalError):
        take_or_set_aside(
            turn=turn_at(source),
            page=page_of(live_post("1"), cursor="on"),
            listening=listening_that_trips("kettle", OperationalError("locked")),
            at=NEXT_DAY,
        )

    source.refresh_from_db()
    assert (models.FailedRow.objects.count(), source.cursor) == (0, "")


def test_what_is_larger_than_a_database_takes_is_set_aside_and_not_tried_for_ever() -> None:
    class TooMuch(Exception):
        sqlstate = "54000"

    wrong = OperationalError("index row size 4000 exceeds btree maximum 2704")
    wrong.__cause__ = TooMuch()
    source = live_source()

    taken = take_or_set_aside(
        turn=turn_at(source),
        page=page_of(live_post("1"), live_post("2", text="@acme it burns"), cursor="on"),
        listening=listening_that_trips("burns", wrong),
        at=NEXT_DAY,
    )

    source.refresh_from_db()
    assert (taken.new, models.FailedRow.objects.count(), source.cursor) == (1, 1, "on")
