"""Rules hold against what a writer makes of a case; doubt about a send goes to a person."""

from tests.builders import NEXT_DAY
from tests.desk.replying import DUE, Voice, make_case, make_queued
from tests.people import make_user

from answerback.channels.outbound import Message, NotTaken
from answerback.desk import models
from answerback.desk.operations.correct_reading import correct_reading
from answerback.desk.operations.escalate_case import escalate_case
from answerback.desk.operations.send import send_due
from answerback.desk.queries.approvers import why_approve
from answerback.desk.queries.setting import setting_of
from answerback.domain.records.reading_part import ReadingPart
from answerback.domain.records.role import Role

POLICY = '[approval]\nkinds = ["complaint"]\nqueues = ["repairs"]\nnew_people_days = 0\n'


def _asked(case: models.Case) -> tuple[str, ...]:
    return why_approve(
        setting_of(case.pk), text="We are sorry.", by="ada", overruled=(), at=NEXT_DAY
    )


def test_a_writer_who_corrects_or_moves_a_case_does_not_get_around_a_rule() -> None:
    case = make_case()
    make_user("ada", role=Role.AGENT)
    make_user("lea", role=Role.LEAD)
    models.BrandText.objects.create(
        brand_id=case.brand_id, what="policy", number=1, text=POLICY, at=NEXT_DAY
    )
    before = _asked(case)

    correct_reading(
        case_id=case.pk,
        post_id=case.leading_id,
        part=ReadingPart.KIND,
        said="praise",
        by="ada",
        at=NEXT_DAY,
    )
    escalate_case(case_id=case.pk, by="ada", at=NEXT_DAY)

    case.refresh_from_db()
    assert case.kind == "praise"
    assert case.queue != "repairs"
    assert before == _asked(case) != ()


def test_a_no_after_a_try_that_nobody_answered_is_for_a_person_to_look_at() -> None:
    make_queued(make_case())

    class ThenLocked(Voice):
        def send(self, message: Message) -> str:
            if self.calls:
                raise NotTaken("The account is locked.")
            return super().send(message)

    voice = ThenLocked(faults=["after"])
    send_due(at=DUE, senders=voice)
    again = models.Reply.objects.get().claimed_until
    assert again is not None

    send_due(at=again, senders=voice)

    reply = models.Reply.objects.get()
    assert (reply.state, reply.failure) == ("unknown", "The account is locked.")
    assert list(voice.heard) == ["said-1"]
