"""Mail in the desk: every word to us is heard, no machine answered, and what came back is told."""

import pytest
from tests.builders import ACME, NEXT_DAY
from tests.channels.mail.letters import bounce, letter
from tests.desk.hearing import live_source, turn_at
from tests.desk.replying import DUE, make_queued
from tests.desk.steps import sorted_out

from answerback.channels.inbound import Fetched
from answerback.channels.live import Page
from answerback.channels.mail.map import Box, Mail, mail_fetched
from answerback.desk import models
from answerback.desk.operations.move_reply import locked_reply
from answerback.desk.operations.record_sent import record_sent
from answerback.desk.operations.take_page import TakenIn, take_page
from answerback.domain.listening.hear import listener
from answerback.domain.pipeline import Stage
from answerback.domain.records.reply import ReplyState
from answerback.weights.prior import load_prior

pytestmark = pytest.mark.django_db

COMPLAINT = "It leaks all over my kitchen."


def mail(raw: bytes, *, sent: bool = False) -> Fetched:
    box = Box(ours="care@acme.example", source="sent mail" if sent else "inbox", sent=sent)
    return mail_fetched(Mail(raw=raw, size=len(raw), internal=NEXT_DAY), box=box, at=NEXT_DAY)


def came(source: models.Source, *raws: bytes, sent: bool = False) -> TakenIn:
    ear = Stage(name="listening", step=listener(brand=ACME, prior=load_prior()))
    page = Page(things=tuple(mail(raw, sent=sent) for raw in raws))
    taken = take_page(turn=turn_at(source), page=page, listening=ear, at=NEXT_DAY)
    sorted_out(source.brand_id)
    return taken


def answered(source: models.Source) -> models.Reply:
    """Return a reply of Bob's to a complaint that came by mail; it is sent."""
    came(source, letter(COMPLAINT, id="q1@example.org"))
    queued = make_queued(models.Case.objects.get())
    models.Reply.objects.filter(pk=queued.pk).update(state=ReplyState.SENDING)
    record_sent(locked_reply(queued.pk), external_id=f"{queued.key}@acme.example", at=DUE)
    queued.refresh_from_db()
    assert queued.state == ReplyState.SENT
    return queued


def test_a_mail_is_heard_that_names_nobody_and_matches_no_query() -> None:
    source = live_source()

    came(source, letter(COMPLAINT))

    case = models.Case.objects.get()
    assert (case.channel, case.author_key) == ("email", "alice@example.org")
    mention = models.Mention.objects.get()
    assert (mention.heard, mention.addressed, mention.relevance) == (True, True, 1.0)
    assert "it was written to us directly" in mention.why


def test_words_that_a_mail_only_repeats_do_not_count() -> None:
    source = live_source()

    came(source, letter(f"Thank you.\n\nOn Monday, Care wrote:\n> {COMPLAINT}\n"))

    assert models.Post.objects.get().text == "Thank you."
    assert models.Case.objects.count() == 0


@pytest.mark.parametrize(
    "told",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.shop.example>", "List_Unsubscribe": "<https://shop.example/no>"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: order", "X_Auto_Response_Suppress": "All"},
    ],
)
def test_what_a_machine_wrote_is_set_aside_with_its_reason_and_opens_no_case(
    told: dict[str, str],
) -> None:
    source = live_source()

    came(source, letter(COMPLAINT, **told))

    assert models.Post.objects.get().discard_reason == "automatic"
    assert models.Mention.objects.get().why[0].startswith("a machine wrote it: ")
    assert models.Case.objects.count() == 0


def test_a_group_of_our_own_that_passes_mail_on_is_no_machine() -> None:
    source = live_source()

    came(
        source,
        letter(COMPLAINT, List_Id="<care.acme.example>", Precedence="list", id="group@x.example"),
    )

    assert models.Case.objects.count() == 1


def test_an_answer_given_in_another_mail_program_counts_as_one() -> None:
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

    answer = models.Post.objects.get(external_id="ours@acme.example")
    assert answer.discard_reason == "own_post"
    assert models.Post.objects.get(external_id="q1@example.org").answer_id == answer.pk
    assert models.Case.objects.get().close_reason == "answered_elsewhere"


def test_a_mail_that_only_claims_to_be_ours_answers_nothing() -> None:
    source = live_source()
    came(source, letter(COMPLAINT, id="q1@example.org"))
    forged = letter(
        "Pay me.", From="care@acme.example", In_Reply_To="<q1@example.org>", id="forged@x.example"
    )

    came(source, forged)

    assert models.Post.objects.get(external_id="q1@example.org").answer_id is None
    assert models.Post.objects.get(text="Pay me.").discard_reason == "automatic"


def test_a_reply_that_came_back_is_told_to_its_writer_and_its_case() -> None:
    source = live_source()
    reply = answered(source)
    models.Case.objects.update(state="awaiting_author", owner="bob")

    came(source, bounce(of=f"{reply.key}@acme.example"))

    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT
    assert "“550 5.1.1 No such user here”" in reply.failure
    event = models.Event.objects.get(what="reply_bounced")
    assert event.case_id == reply.case_id
    assert event.particulars == {"reply": reply.pk, "version": reply.version, "status": "5.1.1"}
    assert models.Notice.objects.filter(what="not_sent", user__handle="bob").count() == 1
    case = models.Case.objects.get()
    assert (case.state, case.author_has_the_word) == ("assigned", False)
    assert models.Case.objects.count() == 1


@pytest.mark.parametrize(
    "told",
    [
        {"In_Reply_To": "<OURS>", "References": "<q1@example.org> <OURS>"},
        {"In_Reply_To": "<OURS>"},
        {"References": "<q1@example.org> <lost@elsewhere.example>", "Subject": "Quite another"},
    ],
)
def test_what_a_person_writes_further_stands_in_the_same_case(told: dict[str, str]) -> None:
    source = live_source()
    reply = answered(source)
    ours = f"{reply.key}@acme.example"
    headers = {name: value.replace("OURS", ours) for name, value in told.items()}

    came(source, letter("It still leaks.", id="q2@example.org", **headers))

    second = models.Post.objects.get(external_id="q2@example.org")
    assert second.case_id == models.Case.objects.get().pk
    assert second.conversation == "c:q1@example.org"


def test_a_subject_alone_makes_no_thread() -> None:
    source = live_source()

    came(source, letter(COMPLAINT, id="q1@example.org"))
    came(source, letter(COMPLAINT, id="q2@example.org", Subject="Re: My kettle"))

    assert models.Case.objects.count() == 2


def test_a_report_is_noted_once_however_often_it_comes() -> None:
    source = live_source()
    reply = answered(source)
    report = bounce(of=f"{reply.key}@acme.example")

    came(source, report)
    came(source, report)

    assert models.Event.objects.filter(what="reply_bounced").count() == 1


@pytest.mark.parametrize("told", [{"action": "delayed"}, {"of": "somebody-elses@acme.example"}])
def test_a_mail_that_is_late_or_not_ours_came_not_back(told: dict[str, str]) -> None:
    source = live_source()
    reply = answered(source)

    came(source, bounce(**{"of": f"{reply.key}@acme.example", **told}))

    assert models.Event.objects.filter(what="reply_bounced").count() == 0
    assert models.Reply.objects.get().failure == ""
