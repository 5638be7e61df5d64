"""Keeping what somebody writes."""

from datetime import timedelta

import pytest
from tests.builders import NEXT_DAY
from tests.desk.replying import TEXT, make_case, make_draft, make_queued, newest
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.save_draft import DraftMoved, DraftRefused, Typed, save_draft

LATER = NEXT_DAY + timedelta(minutes=1)


def test_the_first_letter_begins_the_draft_and_the_rest_only_changes_it() -> None:
    case = make_case()

    first = make_draft(case, text="W")
    again = save_draft(case_id=case.pk, by="bob", typed=Typed(text="We", version=1), at=LATER)

    assert (again.reply_id, again.version) == (first.pk, 2)
    begun = models.Event.objects.filter(what="draft_begun")
    assert [(event.by, event.case_id) for event in begun] == [("bob", case.pk)]


def test_two_people_each_have_their_draft() -> None:
    case = make_case()

    make_draft(case, by="bob", text="Bob's")
    make_draft(case, by="cleo", text="Cleo's")

    drafts = models.Reply.objects.order_by("written_by").values_list("written_by", "text")
    assert list(drafts) == [("bob", "Bob's"), ("cleo", "Cleo's")]


def test_two_tabs_of_one_person_do_not_write_over_each_other() -> None:
    case = make_case()
    make_draft(case, text="Dear Ada")
    save_draft(case_id=case.pk, by="bob", typed=Typed(text="Dear Ada,", version=1), at=LATER)

    with pytest.raises(DraftMoved, match="changed in another tab") as refused:
        save_draft(case_id=case.pk, by="bob", typed=Typed(text="Hello", version=1), at=LATER)

    assert (refused.value.theirs, refused.value.yours) == ("Dear Ada,", "Hello")
    assert models.Reply.objects.get().text == "Dear Ada,"


def test_the_same_text_from_an_old_tab_is_no_conflict() -> None:
    case = make_case()
    make_draft(case, text="Dear Ada")

    kept = save_draft(case_id=case.pk, by="bob", typed=Typed(text="Dear Ada", version=9), at=LATER)

    assert kept.version == 1


def test_while_a_reply_is_on_its_way_its_writer_begins_no_other() -> None:
    case = make_case()
    make_queued(case)

    with pytest.raises(DraftRefused, match="on its way"):
        save_draft(case_id=case.pk, by="bob", typed=Typed(text="And"), at=LATER)

    assert models.Reply.objects.count() == 1


def test_a_text_that_was_pasted_by_mistake_is_refused_and_changes_nothing() -> None:
    case = make_case()
    make_user("bob")

    with pytest.raises(DraftRefused, match="20,001 characters; a reply may have 20,000"):
        save_draft(case_id=case.pk, by="bob", typed=Typed(text="a" * 20_001), at=LATER)

    assert models.Reply.objects.count() == 0


def test_a_page_cannot_say_that_it_has_seen_what_is_not_there_yet() -> None:
    case = make_case()

    draft = make_draft(case, seen=newest() + 1_000)

    assert draft.seen == newest()


def test_words_that_were_sent_are_no_draft_again_for_a_page_that_still_holds_them() -> None:
    case = make_case()
    make_queued(case)
    models.Reply.objects.update(state="sent", external_id="s1", sent_at=NEXT_DAY)
    stale = Typed(text=TEXT, version=1, seen=newest())

    with pytest.raises(DraftRefused, match="sent already"):
        save_draft(case_id=case.pk, by="bob", typed=stale, at=LATER)
    assert models.Reply.objects.get().state == "sent"

    save_draft(case_id=case.pk, by="bob", typed=Typed(text=TEXT, seen=newest()), at=LATER)
    assert models.Reply.objects.count() == 2  # written anew, it is meant
