"""The page of a case: everything said, what was heard in it and why."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import imported, one_case
from tests.people import make_user
from tests.web.conftest import MISSING
from tests.web.looking import Page, look

from answerback.desk import models
from answerback.desk.operations.add_note import add_note
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.correct_reading import correct_reading
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.read_case import read_case
from answerback.desk.operations.watch_case import watch_case
from answerback.domain.records.case import CaseState, CloseReason
from answerback.domain.records.post import Post
from answerback.domain.records.reading_part import ReadingPart

Queries = Callable[[int], AbstractContextManager[object]]


def said(number: str, text: str, *, minutes: int = 0, **told: object) -> Post:
    """Return what is said in Ada's conversation, by her if nobody else is named."""
    created_at = MONDAY_9 + minutes * LATER
    return make_post(number, text=text, conversation_id="c", created_at=created_at, **told)


def page_of(case: models.Case, rest: str = "") -> Page:
    page = look(f"/cases/{case.pk}{rest}", at=NEXT_DAY + timedelta(hours=1))
    assert (page.status, MISSING in page.source) == (200, False)
    return page


def in_order(page: Page, *words: str) -> bool:
    places = [page.words.find(one) for one in words]
    return -1 not in places and places == sorted(places)


def test_a_close_that_was_undone_does_not_stand_alone_in_the_conversation() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    closed = Move(to=CaseState.CLOSED, close_reason=CloseReason.NOT_FOR_US)
    move_cases(case_ids=[case.pk], move=closed, by="olga", at=NEXT_DAY)
    back = Move(to=CaseState.NEW)
    move_cases(case_ids=[case.pk], move=back, by="olga", at=NEXT_DAY + timedelta(minutes=1))

    page = page_of(case)

    assert in_order(
        page, "closed the case", "moved the case from “closed” to “new”", "What happened"
    )


def test_the_page_shows_both_sides_and_third_parties_oldest_first() -> None:
    case = one_case(
        said("1", "@acme my kettle leaks"),
        said("2", "same here", minutes=1, author="bob", in_reply_to="1"),
        said("3", "@ada we are sorry", minutes=2, author="acme", in_reply_to="1"),
        said("4", "@acme it still leaks", minutes=3, in_reply_to="3"),
        make_post("9", author="zoe", text="@acme it burns"),  # noise: could leak
    )

    page = page_of(case)

    assert in_order(page, "my kettle leaks", "same here", "we are sorry", "it still leaks")
    assert "it burns" not in page.words
    assert len(page.all("li", class_="theirs")) == 3
    assert len(page.all("li", class_="native")) == 1
    assert "written on the network" in page.words
    assert "somebody else" in page.words


def test_a_reply_from_here_is_told_apart_from_one_made_on_the_network() -> None:
    case = one_case(
        said("1", "@acme my kettle leaks"), said("3", "@ada sorry", minutes=2, author="acme")
    )
    models.Reply.objects.create(
        case=case,
        state="sent",
        written_by="bob",
        approved_by="cleo",
        external_id="3",
        begun_at=NEXT_DAY,
        changed_at=NEXT_DAY,
    )

    page = page_of(case)

    assert "written by @bob approved by @cleo" in page.words
    assert len(page.all("li", class_="native")) == 0


def test_what_a_post_answers_is_quoted_where_it_does_not_stand_right_above() -> None:
    case = one_case(
        said("1", "@acme my kettle leaks"),
        said("2", "a word between", minutes=1, author="bob"),
        said("3", "@acme it leaks more", minutes=2, in_reply_to="1"),
        said("4", "@acme and more", minutes=3, in_reply_to="3"),
    )

    quoted = page_of(case).all("a", class_="quoted")

    first = models.Post.objects.get(external_id="1").pk
    assert [one["href"] for one in quoted] == [f"#post-{first}"]


def test_the_newest_version_stands_and_the_earlier_ones_are_kept_beside_it() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    imported(said("1", "@acme my kettle leaks and burns", version=2), fingerprint="edit")

    page = page_of(case)

    assert "edited once" in page.words
    assert len(page.all("li", class_="theirs")) == 1
    assert in_order(page, "leaks and burns", "edited once", "version 1")


def test_a_post_that_its_author_emptied_is_a_tombstone() -> None:
    case = one_case(
        said("1", "@acme my kettle leaks"), said("2", "@acme it leaks again", minutes=5)
    )
    imported(said("2", " ", minutes=5, version=2), fingerprint="edit")

    assert "Deleted by its author." in page_of(case).words


def test_what_was_heard_stands_with_its_chance_its_doubt_and_its_reasons() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    models.Mention.objects.update(matched=[[0, 5]], unsure=True, why=["It names @acme."])
    models.Reading.objects.update(unsure=["sentiment"])

    page = page_of(case)

    assert "relevance about us 100 % unsure" in page.words
    assert "kind complaint 80 %" in page.words
    assert "mood negative 50 % unsure" in page.words
    assert in_order(page, "It says 'leaks'.", "It names @acme.", "'leaks' speaks for a complaint.")
    assert "<mark>@acme</mark> my kettle leaks" in page.source


def test_a_correction_stands_with_who_said_so() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    correct_reading(
        case_id=case.pk,
        post_id=case.leading_id,
        part=ReadingPart.SENTIMENT,
        said="positive",
        by="bob",
        at=NEXT_DAY,
    )

    page = page_of(case)

    assert "mood positive @bob" in page.words
    assert "@bob corrected the mood of a post: positive" in page.words


def test_notes_and_what_happened_stand_in_their_place_in_time() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    make_user("bob")
    assign_case(case_id=case.pk, to="bob", by="bob", at=NEXT_DAY + LATER)
    add_note(case_id=case.pk, text="The valve, again.", by="bob", at=NEXT_DAY + 2 * LATER)
    imported(
        said("2", "@acme it leaks again", minutes=60 * 24 + 5, heard_at=NEXT_DAY + 5 * LATER),
        fingerprint="more",
    )

    page = page_of(case)

    assert in_order(
        page, "my kettle leaks", "@bob took the case", "The valve, again.", "it leaks again"
    )


def test_what_came_after_ones_last_look_is_marked() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    make_user("olga")
    read_case(case_id=case.pk, by="olga", at=NEXT_DAY + LATER)
    imported(
        said("2", "@acme it leaks again", minutes=5, heard_at=NEXT_DAY + 5 * LATER),
        fingerprint="more",
    )

    page = page_of(case)

    assert in_order(page, "my kettle leaks", "new since you looked", "it leaks again")


def test_what_one_sends_from_here_is_not_new_to_anybody() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    make_user("olga")
    read_case(case_id=case.pk, by="olga", at=NEXT_DAY + LATER)
    imported(
        said("3", "@ada sorry", minutes=2, author="acme", heard_at=NEXT_DAY + 5 * LATER),
        fingerprint="ours",
    )
    assert "new since you looked" in page_of(case).words
    models.Reply.objects.create(
        case=case,
        state="sent",
        written_by="olga",
        external_id="3",
        begun_at=NEXT_DAY,
        changed_at=NEXT_DAY,
    )

    assert "new since you looked" not in page_of(case).words


def test_a_rule_that_decides_against_the_odds_is_not_told_as_a_chance() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    assert "needs an answer yes 70 %" in page_of(case).words
    models.Reading.objects.update(needs_response=0.2)

    page = page_of(case)

    assert "needs an answer yes" in page.words
    assert "needs an answer yes 20 %" not in page.words


def test_beside_it_stand_the_person_the_owner_the_deadline_and_who_watches() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    make_user("bob")
    watch_case(case_id=case.pk, by="bob", at=NEXT_DAY)
    assign_case(case_id=case.pk, to="bob", by=None, at=NEXT_DAY, why=["Bob knows kettles."])
    imported(make_post("7", text="@acme where is it", author="ada"), fingerprint="other")

    page = page_of(case)

    assert "@bob has not opened it yet" in page.words
    assert "Bob knows kettles." in page.words
    assert "answer by" in page.words.casefold()
    assert "has not seen the last of it" in page.words
    other = models.Case.objects.exclude(pk=case.pk).get()
    assert [a["href"] for a in page.all("a", href=f"/cases/{other.pk}")] == [f"/cases/{other.pk}"]


def test_a_long_conversation_comes_window_by_window_and_each_post_once() -> None:
    case = one_case(*(said(f"{n}", f"@acme word {n}! leaks", minutes=n) for n in range(230)))

    pages = [page_of(case)]
    address = pages[0].all("p", class_="show-earlier") and pages[0].all("a", **{"data-key": "E"})
    while address:
        pages.append(look(str(address[0]["href"])))
        address = pages[-1].all("a", **{"data-key": "E"})

    assert [len(page.all("li", class_="theirs")) for page in pages] == [100, 100, 30]
    words = "".join(page.words for page in pages)
    assert [n for n in range(230) if words.count(f"word {n}!") < 1] == []


@pytest.mark.parametrize("place", ["1", "a.b", "1.2.3", "9" * 18 + ".1", "-1"])
def test_a_place_that_is_none_is_refused(place: str) -> None:
    case = one_case(said("1", "@acme my kettle leaks"))

    assert look(f"/cases/{case.pk}/conversation?before={place}").status == 400


@pytest.mark.parametrize("posts", [1, 30])
@pytest.mark.parametrize("rest", ["", "/parts"])
def test_the_page_asks_the_same_number_of_questions(
    posts: int, rest: str, django_assert_max_num_queries: Queries
) -> None:
    case = one_case(
        *(said(f"{n}", f"@acme word {n} leaks", minutes=n, in_reply_to="0") for n in range(posts)),
        *(said(f"o{n}", "@ada sorry", minutes=n, author="acme") for n in range(posts)),
    )
    make_user("olga")
    for n in range(posts):
        add_note(case_id=case.pk, text=f"note {n}", by="olga", at=NEXT_DAY)
        make_user(f"w{n}")
        watch_case(case_id=case.pk, by=f"w{n}", at=NEXT_DAY)
    page_of(case, rest)  # makes Olga, and remembers what is kept for some seconds

    with django_assert_max_num_queries(45):  # some of them sign Olga in
        page = page_of(case, rest)

    assert len(page.all("li", class_="note")) == posts


def test_a_case_that_joined_another_leads_to_it() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))
    imported(make_post("8", author="bob"), fingerprint="more")
    other = models.Case.objects.get(author_key="bob")
    move = Move(
        to=CaseState.CLOSED, close_reason=CloseReason.JOINED, particulars={"into": other.pk}
    )
    move_cases(case_ids=[case.pk], move=move, by=None, at=NEXT_DAY)

    page = page_of(case)

    assert "closed: joined another case the other case" in page.words
    assert len(page.all("a", href=f"/cases/{other.pk}")) == 1


def test_everything_that_happened_stands_on_a_page_of_its_own() -> None:
    case = one_case(said("1", "@acme my kettle leaks"))

    page = page_of(case, "/events")

    assert "Answerback opened the case, in the queue repairs" in page.words
    assert "Answerback read a post" in page.words
