"""The page of a case: everything said, what was heard in it and why, and what can be done."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import one_case
from tests.web.conftest import MISSING
from tests.web.looking import Page, look

from answerback.desk import models

Queries = Callable[[int], AbstractContextManager[object]]


def _page(case: models.Case, rest: str = "") -> Page:
    return look(f"/cases/{case.pk}{rest}", at=NEXT_DAY + timedelta(hours=1))


def test_the_page_shows_both_sides_and_third_parties_oldest_first() -> None:
    case = one_case(
        make_post("1", conversation_id="c"),
        make_post(
            "2",
            author="bob",
            text="same here",
            conversation_id="c",
            in_reply_to="1",
            created_at=MONDAY_9 + LATER,
        ),
        make_post(
            "3",
            author="acme",
            text="@ada we are sorry",
            conversation_id="c",
            in_reply_to="1",
            created_at=MONDAY_9 + 2 * LATER,
        ),
        make_post(
            "4",
            text="@acme it still leaks",
            conversation_id="c",
            in_reply_to="3",
            created_at=MONDAY_9 + 3 * LATER,
        ),
        make_post("9", author="zoe", text="@acme it burns"),  # noise: could leak
    )

    page = _page(case)

    assert (page.status, MISSING in page.source) == (200, False)
    said = ["my kettle leaks", "same here", "we are sorry", "it still leaks"]
    assert sorted(said, key=page.words.index) == said
    assert "it burns" not in page.words
    assert len(page.all("li", class_="theirs")) == 3
    assert len(page.all("li", class_="native")) == 1
    assert "written on the network" in page.words
    assert "somebody else" in page.words
