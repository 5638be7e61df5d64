"""A reply that did not arrive: the page of its case says so, and why."""

from tests.builders import NEXT_DAY
from tests.channels.mail.letters import bounce
from tests.desk.hearing import live_source
from tests.desk.test_join_cases import both, join, say
from tests.desk.test_mail_comes_in import answered, came
from tests.web.looking import look

from answerback.desk import models


def test_a_reply_that_came_back_bears_the_word_and_the_reason() -> None:
    source = live_source()
    reply = answered(source)
    before = look(f"/cases/{reply.case_id}", at=NEXT_DAY).words
    came(source, bounce(of=f"{reply.key}@acme.example"))

    after = look(f"/cases/{reply.case_id}", at=NEXT_DAY).words

    assert ("sent from here" in before, "came back: not delivered" in before) == (True, False)
    assert ("sent from here" in after, "came back: not delivered" in after) == (False, True)
    assert "the mail server says that it did not arrive (“550 5.1.1 No such user here”)" in after
    assert "An answer of ours counts no more: somebody waits again" in after


def test_what_was_not_done_after_sending_is_told_at_the_reply() -> None:
    reply = answered(live_source())
    models.Reply.objects.filter(pk=reply.pk).update(failure="It is sent, but: no such queue.")

    assert "It is sent, but: no such queue." in look(f"/cases/{reply.case_id}", at=NEXT_DAY).words


def test_a_reply_in_another_place_of_joined_cases_was_sent_from_here_too() -> None:
    case, other = both()
    join(case, other)
    say(case, place=other)

    page = look(f"/cases/{case.pk}", at=NEXT_DAY).words

    assert ("sent from here" in page, "written on the network" in page) == (True, False)
