"""Many copies are one line of the inbox; none is lost, and nobody with an own matter is folded."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders import LATER, MONDAY_9, make_post, small_listening, small_sorting
from tests.desk.steps import imported, no_rest, parts, sorted_out

from answerback.desk import models
from answerback.desk.operations.hear_again import hear_again
from answerback.desk.queries.inbox import inbox
from answerback.domain.pipeline import Stage
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Post

Queries = Callable[[int], AbstractContextManager[object]]

SAID = "@acme your kettle leaks all over the hob and nobody at the desk will say why"
OTHER = "@acme it burns through the plug whenever it is left on for more than a moment"


def told(external_id: str, author: str, text: str = SAID, **more: object) -> Post:
    return make_post(external_id, author=author, text=text, **more)


def cases() -> list[tuple[str, str, str | None, int]]:
    """Return author, state, close reason and number of posts of each case."""
    return [
        (
            case.author_key,
            case.state,
            case.close_reason,
            models.Post.objects.filter(case_id=case.pk).count(),
        )
        for case in models.Case.objects.order_by("pk")
    ]


def copies() -> dict[str, str]:
    """Return which post each copy is a copy of."""
    rows = models.Post.objects.filter(copy_of__isnull=False).order_by("pk")
    return dict(rows.values_list("external_id", "copy_of__external_id"))


@pytest.mark.parametrize("most_rows", [1, 2, 500])
def test_copies_join_the_case_of_the_first_post(most_rows: int) -> None:
    imported(
        told("1", "ada"),
        told("2", "bob", f"RT @ada: {SAID}"),
        told("3", "cleo", f"{SAID.upper()} #kettle"),
        told("4", "dan", OTHER),  # noise: another matter
        most_rows=most_rows,
    )

    assert cases() == [("ada", "new", None, 3), ("dan", "new", None, 1)]
    assert copies() == {"2": "1", "3": "1"}
    lines = {line.author: (line.copies, line.copied_by) for line in inbox(at=MONDAY_9).lines}
    assert lines == {"ada": (2, 2), "dan": (0, 0)}


def test_a_copy_is_kept_read_and_told_of_like_any_post() -> None:
    done = imported(told("1", "ada"), told("2", "bob"))

    assert parts(done.lines) == (2, 2, 0, 0, 0)
    read = models.Event.objects.filter(what="post_read").order_by("pk")
    assert [event.particulars["respond"] for event in read] == [1, 1]
    assert [event.particulars.get("copy_of") for event in read] == [
        None,
        models.Post.objects.get(external_id="1").pk,
    ]
    assert models.Plan.objects.filter(respond=True).count() == 2


def test_five_thousand_copies_are_one_line() -> None:
    campaign = [told(str(n), f"a{n % 4_870}", f"{SAID} #{n}") for n in range(5_000)]

    done = imported(*campaign)

    assert parts(done.lines)[:2] == (5_000, 5_000)
    (line,) = inbox(at=MONDAY_9).lines
    assert (line.author, line.copies, line.copied_by) == ("a0", 4_999, 4_870)
    assert models.Case.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("my kettle leaks again", "my kettle leaks again"),
        (f"{SAID}, order 4711", f"{SAID}, order 4712"),
        (f"{SAID}, says Kim", f"{SAID}, says Lee"),
        (SAID, f"{SAID} and mine burns too, where do I send it back"),
        (SAID, f"{SAID}: is mine safe?"),
    ],
)
def test_people_with_a_matter_of_their_own_have_cases_of_their_own(first: str, second: str) -> None:
    imported(told("1", "ada", f"@acme {first}"), told("2", "bob", f"@acme {second}"))

    assert [case[0] for case in cases()] == ["ada", "bob"]


def test_a_talk_with_the_brand_is_never_folded() -> None:
    imported(
        told("1", "ada"),
        told("2", "bob", OTHER),
        told("3", "acme", "@bob what is it?", in_reply_to="2", created_at=MONDAY_9 + LATER),
        told("4", "bob", SAID, in_reply_to="3", created_at=MONDAY_9 + 2 * LATER),
    )

    assert cases() == [("ada", "new", None, 1), ("bob", "new", None, 2)]
    assert copies() == {}


def test_an_answer_to_the_first_closes_the_case_and_later_copies_reopen_nothing() -> None:
    imported(
        told("1", "ada"),
        told("2", "bob"),
        told("3", "acme", "@ada sorry", in_reply_to="1", created_at=MONDAY_9 + LATER),
    )

    imported(told("4", "cleo", created_at=MONDAY_9 + 2 * LATER), fingerprint="later")

    assert cases() == [("ada", "closed", "answered_elsewhere", 3)]
    answered = models.Post.objects.filter(answer__isnull=False)
    assert list(answered.values_list("external_id", flat=True)) == ["1"]


def test_a_copy_that_is_answered_counts_as_answered_and_leaves_the_case_open() -> None:
    imported(
        told("1", "ada"),
        told("2", "bob"),
        told("3", "acme", "@bob sorry", in_reply_to="2", created_at=MONDAY_9 + LATER),
    )

    assert cases() == [("ada", "new", None, 2)]
    (seen,) = models.Event.objects.filter(what="answer_seen")
    assert (seen.post and seen.post.external_id) == "2"


def test_an_author_who_says_it_again_reopens_the_case() -> None:
    imported(
        told("1", "ada"),
        told("2", "acme", "@ada sorry", in_reply_to="1", created_at=MONDAY_9 + LATER),
    )

    imported(told("3", "ada", created_at=MONDAY_9 + 2 * LATER), fingerprint="later")

    assert cases() == [("ada", "new", None, 2)]

    late = MONDAY_9 + 3 * LATER
    imported(told("4", "acme", "@ada again", in_reply_to="3", created_at=late), fingerprint="last")

    assert cases() == [("ada", "closed", "answered_elsewhere", 2)]


def test_copies_of_what_needs_no_response_need_none() -> None:
    text = "@acme what a lovely kettle this is, the best tea I have ever had in this house"

    imported(told("1", "ada", text), told("2", "bob", f"{text} leaks"))

    assert cases() == []
    assert copies() == {"2": "1"}
    plan = models.Plan.objects.get(post__external_id="2")
    assert (plan.respond, plan.respond_by) == (False, None)
    assert plan.reasons[0] == "It says what an earlier post said, and that one needs no response."


def test_planning_copies_anew_moves_nothing_while_the_first_needs_no_response() -> None:
    text = "@acme what a lovely kettle this is, the best tea I have ever had in this house"
    done = imported(told("1", "ada", text), told("2", "bob", f"{text} leaks"))

    again = [
        hear_again(
            brand_id=done.source.brand_id,
            fingerprint=fingerprint,
            listening=small_listening(),
            triage=small_sorting()[-1],
            at=MONDAY_9,
            sleep=no_rest,
        )
        for fingerprint in ("first", "another")
    ]

    assert [(one.verdicts, one.plans) for one in again] == [(0, 0), (0, 0)]
    assert cases() == []


def test_after_a_week_the_same_words_are_a_new_matter() -> None:
    week = timedelta(days=7)
    imported(
        told("1", "ada"),
        told("2", "bob", created_at=MONDAY_9 + week),
        told("3", "cleo", created_at=MONDAY_9 + week + LATER),
        told("4", "dan", created_at=MONDAY_9 + week + 2 * LATER),
    )

    assert cases() == [("ada", "new", None, 2), ("cleo", "new", None, 2)]


def test_an_edit_of_a_copy_leaves_what_it_copied() -> None:
    imported(told("1", "ada"), told("2", "bob"))

    imported(told("2", "bob", OTHER, version=2), fingerprint="edit")

    assert cases() == [("ada", "new", None, 1), ("bob", "new", None, 1)]
    assert inbox(at=MONDAY_9).lines[1].copies == 0


def test_when_an_edit_of_the_first_asks_for_nothing_a_copy_leads() -> None:
    imported(told("1", "ada"), told("2", "bob"))

    imported(told("1", "ada", "@acme never mind", version=2), fingerprint="edit")
    imported(told("3", "cleo"), fingerprint="late")

    assert cases() == [("ada", "closed", "no_answer_needed", 1), ("bob", "new", None, 2)]


def test_an_edit_of_an_answered_first_opens_nothing() -> None:
    imported(
        told("1", "ada"),
        told("2", "bob"),
        told("3", "acme", "@ada sorry", in_reply_to="1", created_at=MONDAY_9 + LATER),
    )

    imported(told("1", "ada", "@acme never mind", version=2), fingerprint="edit")
    imported(told("4", "cleo"), fingerprint="late")

    assert cases() == [("ada", "closed", "answered_elsewhere", 3)]


def test_a_first_that_is_not_heard_any_more_leaves_its_copies_a_case() -> None:
    done = imported(told("1", "ada", f"{SAID} #ad"), told("2", "bob"), told("3", "cleo"))

    hear_again(
        brand_id=done.source.brand_id,
        fingerprint="first",
        listening=small_listening(),
        triage=small_sorting()[-1],
        at=MONDAY_9,
        sleep=no_rest,
    )
    hear_again(
        brand_id=done.source.brand_id,
        fingerprint="another",
        listening=_without_ads(),
        triage=small_sorting()[-1],
        at=MONDAY_9,
        sleep=no_rest,
    )

    assert cases() == [("ada", "closed", "not_for_us", 1), ("bob", "new", None, 2)]
    (line,) = inbox(at=MONDAY_9).lines
    assert (line.author, line.copies, line.copied_by) == ("bob", 1, 1)


def _without_ads() -> Stage:
    """Hear what the small stage hears, but no advertisement."""

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        return [_no_ad(dossier) for dossier in small_listening().step(dossiers)]

    return Stage(name="listening", step=step)


def _no_ad(dossier: Dossier) -> Dossier:
    if "#ad" not in dossier.post.text or dossier.mention is None:
        return dossier
    mention = replace(dossier.mention, heard=False, discarded=DiscardReason.EXCLUDED)
    return replace(dossier, mention=mention, discarded=DiscardReason.EXCLUDED)


def test_copies_whose_first_was_edited_at_once_have_one_case_among_them() -> None:
    imported(
        told("1", "ada"),
        told("1", "ada", "@acme never mind", version=2),
        told("2", "bob"),
        told("3", "cleo"),
    )

    assert cases() == [("bob", "new", None, 2)]


def test_importing_again_and_sorting_again_change_nothing() -> None:
    posts = [told(str(n), f"a{n}") for n in range(5)]
    done = imported(*posts)
    before = (cases(), copies(), models.GistKey.objects.count())

    imported(*posts, fingerprint="again")
    sorted_out(done.source.brand_id)

    assert (cases(), copies(), models.GistKey.objects.count()) == before


def test_a_post_that_others_copy_stays_the_first_when_it_is_sorted_again() -> None:
    done = imported(told("1", "ada"), told("2", "bob"))
    models.GistKey.objects.all().delete()
    models.Plan.objects.all().delete()
    models.Reading.objects.all().delete()
    models.Post.objects.update(sorted_at=None)

    sorted_out(done.source.brand_id)

    assert copies() == {"2": "1"}
    assert cases() == [("ada", "new", None, 2)]


def test_another_network_and_another_brand_have_groups_of_their_own() -> None:
    imported(told("1", "ada"), told("2", "bob", channel="mastodon"))

    assert [case[0] for case in cases()] == ["ada", "bob"]


@pytest.mark.parametrize("most_rows", [1, 500])
@pytest.mark.parametrize(("most", "of_one_key"), [(1_000, 8), (30, 5)])
def test_the_memory_is_bounded_by_key_and_whole(
    most: int, of_one_key: int, most_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("answerback.desk.operations.tell_copies.MOST_KEYS", most)
    same = "@acme whatever it is that your kettle does it does it badly, says"

    imported(*(told(str(n), f"a{n}", f"{same} Kim{n}") for n in range(20)), most_rows=most_rows)

    keys = list(models.GistKey.objects.order_by().values_list("key", flat=True))
    assert max(keys.count(key) for key in set(keys)) <= of_one_key
    assert len(keys) <= most


@pytest.mark.parametrize("people", [2, 60])
def test_a_turn_asks_the_database_the_same_number_of_questions(
    people: int, django_assert_max_num_queries: Queries
) -> None:
    with django_assert_max_num_queries(77):
        imported(*(told(str(n), f"a{n}", f"{OTHER} Kim{n}") for n in range(people)))
