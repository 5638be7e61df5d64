"""What stands beside a case, among ourselves."""

import pytest
from tests.builders import NEXT_DAY
from tests.desk.steps import events_of, notices, one_case
from tests.people import make_user

from answerback.desk import models
from answerback.desk.operations.add_note import LONGEST, NoteRefused, add_note
from answerback.desk.operations.tag_case import MOST, TooManyTags, tag_case
from answerback.desk.operations.untag_case import untag_case
from answerback.desk.operations.unwatch_case import unwatch_case
from answerback.desk.operations.watch_case import watch_case
from answerback.domain.records.tag import NotATag


def _tags(case: models.Case) -> list[str]:
    tags = models.CaseTag.objects.filter(case=case).order_by("tag")
    return list(tags.values_list("tag", flat=True))


def test_a_note_tells_the_members_it_names_and_nobody_else() -> None:
    case = one_case()
    make_user("ada")
    make_user("bob")
    make_user("cleo.d")
    make_user("stranger", brand="Umbra")  # noise: could leak

    add_note(
        case_id=case.pk,
        text="@Bob, ask @cleo.d. The customer is @lina, mail x@ada; @stranger too.",
        by="ada",
        at=NEXT_DAY,
    )

    assert models.Note.objects.get().mentions == ["bob", "cleo.d"]
    assert sorted(notices()) == [("bob", "mentioned", "ada"), ("cleo.d", "mentioned", "ada")]
    assert events_of(case) == ["note_added"]


def test_a_watcher_who_is_named_is_told_once() -> None:
    case = one_case()
    make_user("ada")
    make_user("bob")
    make_user("cleo")
    watch_case(case_id=case.pk, by="bob", at=NEXT_DAY)
    watch_case(case_id=case.pk, by="cleo", at=NEXT_DAY)

    add_note(case_id=case.pk, text="@bob look", by="ada", at=NEXT_DAY)
    add_note(case_id=case.pk, text="and again", by="ada", at=NEXT_DAY)

    assert sorted(notices()) == [
        ("bob", "mentioned", "ada"),
        ("bob", "watched", "ada"),
        ("cleo", "watched", "ada"),
    ]


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST + 1)])
def test_a_note_says_something_and_not_too_much(text: str) -> None:
    case = one_case()

    with pytest.raises(NoteRefused):
        add_note(case_id=case.pk, text=text, by="ada", at=NEXT_DAY)

    assert models.Note.objects.count() == 0


def test_tags_are_kept_in_one_way_of_writing_and_once() -> None:
    case = one_case()

    tag_case(case_id=case.pk, tags=["#Late  Ferry ", "late-ferry", "VIP"], by="ada", at=NEXT_DAY)
    tag_case(case_id=case.pk, tags=["vip"], by="bob", at=NEXT_DAY)
    untag_case(case_id=case.pk, tag="Late Ferry", by="bob", at=NEXT_DAY)
    untag_case(case_id=case.pk, tag="late-ferry", by="bob", at=NEXT_DAY)

    assert _tags(case) == ["vip"]
    assert events_of(case) == ["case_tagged", "case_tagged", "case_untagged"]


@pytest.mark.parametrize("tag", ["", "#", "a" * 41, "<script>", "a,b", "\u202eevil", "tab\x00"])
def test_what_cannot_be_a_tag_is_refused_and_none_is_put_on(tag: str) -> None:
    case = one_case()

    with pytest.raises(NotATag, match="cannot be a tag. Write a word or a few"):
        tag_case(case_id=case.pk, tags=["fine", tag], by="ada", at=NEXT_DAY)

    assert _tags(case) == []


def test_a_case_has_so_many_tags_and_no_more() -> None:
    case = one_case()
    tag_case(case_id=case.pk, tags=[f"t{n}" for n in range(MOST)], by="ada", at=NEXT_DAY)

    with pytest.raises(TooManyTags, match=f"at most {MOST} tags"):
        tag_case(case_id=case.pk, tags=["one-more"], by="ada", at=NEXT_DAY)

    assert len(_tags(case)) == MOST


def test_watching_begins_and_ends_once() -> None:
    case = one_case()
    make_user("bob")

    for _ in range(2):
        watch_case(case_id=case.pk, by="bob", at=NEXT_DAY)
    for _ in range(2):
        unwatch_case(case_id=case.pk, by="bob", at=NEXT_DAY)

    assert events_of(case) == ["watch_begun", "watch_ended"]
    assert models.Watch.objects.count() == 0
