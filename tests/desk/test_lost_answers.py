"""An answer that did not arrive, or was taken away again, is none: who asked waits on."""

from datetime import timedelta

import pytest
from tests.builders import NEXT_DAY, make_post
from tests.channels.mail.letters import bounce, letter
from tests.desk.hearing import live_source
from tests.desk.live_voice import heard_through, make_account
from tests.desk.replying import DUE, make_queued
from tests.desk.steps import imported
from tests.desk.test_join_cases import both, join, say
from tests.desk.test_mail_comes_in import COMPLAINT, answered, came
from tests.desk.test_remove_reply import Deleting

from answerback.desk import models
from answerback.desk.operations.ask_removal import ask_removal
from answerback.desk.operations.breach_deadlines import breach_one
from answerback.desk.operations.part_cases import part_cases
from answerback.desk.operations.send import send_due
from answerback.desk.operations.send.remove import remove_due
from answerback.desk.operations.take_back import BOUNCED, lose_answers
from answerback.desk.queries.answered import answered_share

pytestmark = pytest.mark.django_db
MUCH_LATER = NEXT_DAY + timedelta(days=8)


def _shares(case: models.Case) -> list[float | None]:
    told = answered_share(brand_ids=[case.brand_id], at=MUCH_LATER)
    return [None if rate is None else rate.share for _, rate in told.shares]


def _case() -> models.Case:
    return models.Case.objects.get()


def test_a_question_whose_answer_came_back_waits_again_and_its_clock_runs_from_its_first_word() -> (
    None
):
    source = live_source()
    came(source, letter(COMPLAINT, id="q1@example.org"))
    due = _case().respond_by
    reply = answered(source)
    assert (_case().state, _case().respond_by, _shares(_case())[-1]) == (
        "awaiting_author",
        None,
        1.0,
    )

    came(source, bounce(of=f"{reply.key}@acme.example"))

    case = _case()
    assert (case.state, case.owner, case.respond_by) == ("assigned", "bob", due)
    assert case.author_has_the_word is False
    assert models.Post.objects.get(external_id="q1@example.org").answer_id is None
    assert _shares(case) == [0.0, 0.0, 0.0, 0.0]
    lost = models.Event.objects.get(what="answer_lost")
    assert (lost.case_id, lost.particulars["why"]) == (case.pk, "bounced")
    assert breach_one(at=MUCH_LATER) is True
    assert models.Notice.objects.filter(what="breached", user__handle="bob").exists()


def test_it_waits_in_the_queue_when_who_answered_works_here_no_more() -> None:
    source = live_source()
    reply = answered(source)
    models.User.objects.filter(handle="bob").update(is_active=False)

    came(source, bounce(of=f"{reply.key}@acme.example"))

    assert (_case().state, _case().owner) == ("new", None)


def test_what_is_heard_later_in_the_conversation_does_not_make_it_an_answer_again() -> None:
    source = live_source()
    reply = answered(source)
    came(source, bounce(of=f"{reply.key}@acme.example"))

    came(source, letter("Me too.", From="eve@example.net", References="<q1@example.org>"))

    case = models.Case.objects.get(author_key="alice@example.org")
    assert (case.state, case.author_has_the_word) == ("assigned", False)
    assert models.Event.objects.filter(what="answer_seen").count() == 1


def test_a_better_answer_after_it_counts_from_its_own_moment() -> None:
    source = live_source()
    reply = answered(source)
    came(source, bounce(of=f"{reply.key}@acme.example"))
    case = _case()

    send_due(at=DUE, senders=Deleting())
    models.Reply.objects.create(
        case=case, state="queued", written_by="bob", text="Once more.", seen=10**9,
        begun_at=NEXT_DAY, changed_at=NEXT_DAY, submitted_at=NEXT_DAY, send_after=DUE,
        in_reply_to_id=case.leading_id,
    )  # fmt: skip
    send_due(at=DUE + timedelta(hours=2), senders=Deleting())

    case = _case()
    assert (case.state, case.author_has_the_word) == ("awaiting_author", True)
    seen = models.Event.objects.filter(what="answer_seen").order_by("pk")
    assert [one.particulars["reply"] for one in seen][-1] == "said-1"
    assert _shares(case)[-1] == 1.0


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_a_report_about_mail_of_unknown_fate_tells_that_it_failed(state: str) -> None:
    source = live_source()
    came(source, letter(COMPLAINT, id="q1@example.org"))
    queued = make_queued(_case())
    models.Reply.objects.filter(pk=queued.pk).update(state=state, claimed_until=DUE)

    came(source, bounce(of=f"{queued.key}@acme.example"))

    queued.refresh_from_db()
    assert (queued.state, queued.claimed_until) == ("failed", None)
    assert queued.failure.startswith("It came back")
    assert (_case().state, _case().respond_by is None) == ("assigned", False)
    copy = letter(
        queued.text,
        From="Care <care@acme.example>",
        To="alice@example.org",
        In_Reply_To="<q1@example.org>",
        id=f"{queued.key}@acme.example",
    )
    came(source, copy, sent=True)  # it lies among the sent mail all the same
    assert models.Post.objects.get(external_id="q1@example.org").answer_id is None
    assert _case().state == "assigned"


def test_an_answer_from_another_mail_program_that_came_back_is_none_either() -> None:
    source = live_source()
    came(source, letter(COMPLAINT, id="q1@example.org"))
    ours = letter(
        "We are on our way.",
        From="Care <care@acme.example>",
        To="alice@example.org",
        In_Reply_To="<q1@example.org>",
        id="ours@acme.example",
    )
    came(source, ours, sent=True)
    assert _case().state == "closed"

    came(source, bounce(of="ours@acme.example"))

    assert (_case().state, _case().owner) == ("new", None)
    assert _shares(_case())[-1] == 0.0


def test_a_case_that_sleeps_wakes_when_its_answer_came_back() -> None:
    source = live_source()
    reply = answered(source)
    models.Case.objects.update(snoozed_until=MUCH_LATER)

    came(source, bounce(of=f"{reply.key}@acme.example"))

    assert _case().snoozed_until is None
    assert models.Event.objects.get(what="case_woken").particulars["what"] == "returned"


def test_what_was_taken_away_answers_nobody_from_then_on() -> None:
    voice = Deleting()
    reply = make_queued(heard_through(make_account(channel="bluesky")))
    send_due(at=DUE, senders=voice)
    assert _shares(_case())[-1] == 1.0
    ask_removal(reply_id=reply.pk, reason="It names somebody.", by="olga", at=DUE)

    remove_due(at=DUE, senders=voice)

    assert (_case().state, _case().respond_by is None) == ("assigned", False)
    assert _shares(_case())[-1] == 0.0


def test_an_answer_to_several_places_is_lost_in_all_of_them_and_parting_keeps_that() -> None:
    case, other = both()
    number = join(case, other)
    say(case, place=other)
    said = models.Reply.objects.get()
    assert models.Post.objects.filter(case__isnull=False, answer__isnull=True).count() == 0

    lose_answers(
        brand_id=case.brand_id,
        external_ids=[str(said.external_id)],
        channels=["mail"],
        why=BOUNCED,
        at=DUE,
    )

    assert models.Post.objects.filter(case__isnull=False, answer__isnull=True).count() == 2
    case.refresh_from_db()
    assert (case.state, case.respond_by is None) == ("assigned", False)
    assert _shares(case)[-1] == 0.0
    part_cases(joined_id=number, by="bob", at=DUE)
    assert {one.state for one in models.Case.objects.all()} == {"assigned"}
    assert _shares(case)[-1] == 0.0


def test_other_brands_and_other_answers_are_left_alone() -> None:
    imported(make_post("1"), make_post("2", author="eve"))
    for case in models.Case.objects.order_by("pk"):
        make_queued(case, by=f"agent{case.pk}", text=f"We look into it, {case.author_key}.")
    voice = Deleting()
    for _ in range(2):
        send_due(at=DUE, senders=voice)

    lose_answers(
        brand_id=_first().brand_id,
        external_ids=["said-1"],
        channels=["archive"],
        why=BOUNCED,
        at=DUE,
    )

    asked = models.Post.objects.filter(case__isnull=False)
    assert list(asked.order_by("pk").values_list("external_id", "answer__external_id")) == [
        ("1", None),
        ("2", "said-2"),
    ]


def _first() -> models.Case:
    return models.Case.objects.order_by("pk")[0]
