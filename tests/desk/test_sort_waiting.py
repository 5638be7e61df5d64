from datetime import timedelta
from itertools import permutations

import pytest
from tests.builders import LATER, MONDAY_9, make_post
from tests.desk.steps import imported, sorted_out

from answerback.desk import models

LEAKS = "@acme my kettle leaks"
THREAD = (
    make_post("1", text=LEAKS),
    make_post(
        "2", author="acme", text="@ada how so?", in_reply_to="1", created_at=MONDAY_9 + LATER
    ),
    make_post("3", text="@acme it leaks again", in_reply_to="2", created_at=MONDAY_9 + 2 * LATER),
)


def cases() -> list[tuple[str, str, str | None, str]]:
    """Return author, state, close reason and leading post of each case."""
    rows = models.Case.objects.select_related("leading").order_by("pk")
    return [
        (case.author_key, case.state, case.close_reason, case.leading.external_id) for case in rows
    ]


def happened(*names: str) -> list[tuple[str, str | None]]:
    """Return the events of these names with the id of the post they are about."""
    rows = models.Event.objects.filter(what__in=names).order_by("pk")
    return list(rows.values_list("what", "post__external_id"))


def test_a_post_that_owes_a_response_opens_a_case_and_others_do_not() -> None:
    imported(
        make_post("1", text=LEAKS),
        make_post("2", author="bob", text="@acme lovely kettle"),
        make_post("3", author="cleo", text="my kettle leaks"),
    )

    assert cases() == [("ada", "new", None, "1")]
    assert happened("post_read", "case_opened") == [
        ("case_opened", "1"),
        ("post_read", "1"),
        ("post_read", "2"),
    ]


def test_sorting_again_changes_nothing() -> None:
    done = imported(*THREAD)
    before = models.Event.objects.count()

    assert sorted_out(done.source.brand_id) == []
    assert models.Event.objects.count() == before


@pytest.mark.parametrize("most_rows", [1, 2, 500])
def test_a_native_answer_closes_the_case(most_rows: int) -> None:
    imported(*THREAD[:2], make_post("9", author="bob", text=LEAKS), most_rows=most_rows)

    assert cases() == [
        ("ada", "closed", "answered_elsewhere", "1"),
        ("bob", "new", None, "9"),
    ]
    seen = models.Event.objects.get(what="answer_seen")
    assert seen.particulars["reply"] == "2"
    assert seen.particulars["answered_at"] == (MONDAY_9 + LATER).isoformat()
    assert (seen.post and seen.post.external_id) == "1"


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("most_rows", [1, 500])
def test_the_order_of_the_file_does_not_change_what_waits(
    order: tuple[int, ...], most_rows: int
) -> None:
    imported(*(THREAD[place] for place in order), most_rows=most_rows)

    assert cases() == [("ada", "new", None, "3")]
    assert happened("answer_seen") == [("answer_seen", "1")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_nor_does_the_order_of_whole_imports(order: tuple[int, ...]) -> None:
    for place in order:
        imported(THREAD[place], fingerprint=str(place))

    # The second of Ada's cases, if her posts met late, was joined to the first.
    waits = [case for case in cases() if case[1] != "closed"]
    assert waits == [("ada", "new", None, "3")]
    assert happened("answer_seen") == [("answer_seen", "1")]
    assert models.Case.objects.exclude(close_reason="joined").count() == 1
    assert models.Post.objects.exclude(case__close_reason="joined").count() == 3


def test_an_answer_to_somebody_else_answers_nobody_here() -> None:
    imported(
        make_post("1", text=LEAKS),
        make_post("2", author="bob", text="@acme mine leaks too", in_reply_to="1"),
        make_post(
            "3", author="acme", text="@bob sorry", in_reply_to="2", created_at=MONDAY_9 + LATER
        ),
    )

    assert cases() == [
        ("ada", "new", None, "1"),
        ("bob", "closed", "answered_elsewhere", "2"),
    ]


def test_an_answer_further_up_the_thread_counts_without_a_clock() -> None:
    imported(
        make_post("1", text=LEAKS, created_at=None),
        make_post("2", text="@acme hello? it leaks", in_reply_to="1", created_at=None),
        make_post("3", author="acme", text="Sorry!", in_reply_to="2", created_at=None),
        make_post("4", text="@acme leaks still", in_reply_to="3", created_at=None),
    )

    assert cases() == [("ada", "new", None, "4")]
    assert happened("answer_seen") == [("answer_seen", "1"), ("answer_seen", "2")]


def test_an_answer_whose_question_we_lack_speaks_to_whom_it_names() -> None:
    told = {"conversation_id": "c", "created_at": MONDAY_9 + LATER}
    imported(
        make_post("1", text=LEAKS, conversation_id="c"),
        make_post("2", author="bob", text=LEAKS, conversation_id="c"),
        make_post("3", author="acme", text="@Ada sorry", in_reply_to="0", **told),
        make_post("4", author="acme", text="Sorry all", in_reply_to="0", **told),
    )

    assert cases() == [
        ("ada", "closed", "answered_elsewhere", "1"),
        ("bob", "new", None, "2"),
    ]


@pytest.mark.parametrize(
    ("author", "written"),
    [
        ("ann.bsky.social", "@Ann.bsky.social"),
        ("ann.bsky.social", "@acme @ann.bsky.social."),
        ("ann@m.social", "@ann@m.social:"),
        ("ann@m.social", "@ann"),
        ("ann", "@ann.please"),
        ("ann", "@ann-"),
    ],
)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_an_answer_without_a_link_is_seen_however_the_handle_is_spelt(
    author: str, written: str, order: tuple[int, ...]
) -> None:
    told = {"conversation_id": "c", "created_at": MONDAY_9 + LATER}
    heard = (
        make_post("1", author=author, text=LEAKS, conversation_id="c"),
        make_post("2", author="ann.elsewhere", text=LEAKS, conversation_id="c"),
        make_post("3", author="acme", text=f"{written} sorry, on its way", **told),
    )

    for place in order:
        imported(heard[place], fingerprint=str(place))

    assert sorted(cases(), key=lambda case: case[3]) == [
        (author, "closed", "answered_elsewhere", "1"),
        ("ann.elsewhere", "new", None, "2"),
    ]


def test_a_mail_address_names_nobody() -> None:
    told = {"conversation_id": "c", "created_at": MONDAY_9 + LATER}
    imported(
        make_post("1", author="example.org", text=LEAKS, conversation_id="c"),
        make_post("2", author="acme", text="Write to help@example.org", **told),
    )

    assert cases() == [("example.org", "new", None, "1")]


def test_an_earlier_post_of_the_brand_is_no_answer() -> None:
    imported(
        make_post("1", author="acme", text="@ada all well?", created_at=MONDAY_9 - LATER),
        make_post("2", text=LEAKS, in_reply_to="1"),
    )

    assert cases() == [("ada", "new", None, "2")]


def test_a_case_follows_its_most_pressing_post() -> None:
    imported(
        make_post("1", text="@acme where is it", conversation_id="c"),
        make_post("2", text="@acme it burns", conversation_id="c"),
        make_post("3", text="@acme where now", conversation_id="c"),
    )

    case = models.Case.objects.get()
    assert (case.queue, case.kind, case.priority) == ("safety", "complaint", 0.9)
    assert case.respond_by == MONDAY_9 + timedelta(hours=1)
    assert models.Post.objects.filter(case=case).count() == 3


def test_the_same_handle_in_other_letters_is_the_same_author() -> None:
    imported(
        make_post("1", text=LEAKS, conversation_id="c"),
        make_post("2", author="ADA", text=LEAKS, conversation_id="c"),
    )

    assert cases() == [("ada", "new", None, "1")]


def test_a_circle_of_answers_is_one_conversation() -> None:
    imported(
        make_post("1", text=LEAKS, in_reply_to="2"),
        make_post("2", text=LEAKS, in_reply_to="1"),
        make_post("3", text=LEAKS, in_reply_to="3"),
    )

    assert cases() == [("ada", "new", None, "1"), ("ada", "new", None, "3")]


@pytest.mark.parametrize("reverse", [False, True])
def test_a_very_long_chain_is_one_conversation(reverse: bool) -> None:  # noqa: FBT001  parametrized
    chain = [
        make_post(str(number), text=LEAKS, in_reply_to=str(number - 1) if number else None)
        for number in range(250)
    ]

    imported(*(reversed(chain) if reverse else chain), most_rows=60)

    assert models.Post.objects.order_by().values("conversation").distinct().count() == 1
    assert models.Case.objects.exclude(state="closed").count() == 1
