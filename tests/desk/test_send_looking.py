"""Networks without keys that carry late requests out and show late: when to say it again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from tests.desk.replying import DUE, Voice, make_case, make_queued

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Limited
from answerback.channels.outbound import Guarantee, Look, Message, NoAnswer, NotTaken
from answerback.desk import models
from answerback.desk.operations.send import LONGEST_CALL, LONGEST_WAIT, claim_reply, send_due

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
QUIET = timedelta(minutes=2)
LANDS = timedelta(minutes=1)


@dataclass(kw_only=True)
class SlowToShow(Voice):
    """A voice without keys whose network shows what it is told to show."""

    send_guarantee: Guarantee = Guarantee.SEARCHABLE
    found_after: timedelta = QUIET
    lands_within: timedelta = LANDS
    shows_within: timedelta | None = None
    shown_until: datetime | None = None
    shows: bool = True  #: what was said
    raises: list[ChannelDown] = field(default_factory=list)
    looks: int = 0

    def look(self, message: Message) -> Look:
        self.looks += 1
        if self.raises:
            raise self.raises.pop(0)
        found = self.find(message) if self.shows else None
        return Look(found=found, shown_until=self.shown_until)


def _reply() -> models.Reply:
    return models.Reply.objects.get()


def _asked(fault: str, **told: object) -> SlowToShow:
    """Return the voice of a reply that was asked for at DUE without an answer."""
    make_queued(make_case())
    voice = SlowToShow(faults=[fault], **told)  # type: ignore[arg-type]  # a builder
    send_due(at=DUE, senders=voice)
    assert _reply().state == "sending"
    return voice


def test_nobody_looks_before_the_quiet_time_is_over_and_what_is_shown_is_sent() -> None:
    voice = _asked("after")

    assert send_due(at=DUE + QUIET - SECOND, senders=voice) is False
    assert send_due(at=DUE + QUIET + SECOND, senders=voice) is True

    assert (_reply().state, voice.calls, len(voice.heard)) == ("sent", 1, 1)


def test_what_is_not_shown_is_said_again_when_something_later_is() -> None:
    voice = _asked("before", shown_until=DUE + LONGEST_CALL + LANDS + SECOND)

    send_due(at=DUE + QUIET + SECOND, senders=voice)

    assert (_reply().state, voice.calls, len(voice.heard)) == ("sent", 2, 1)


@pytest.mark.parametrize("shown", [None, DUE, DUE + LONGEST_CALL + LANDS])
def test_what_nothing_proves_unsaid_is_looked_for_and_then_left_to_a_person(
    shown: datetime | None,
) -> None:
    voice = _asked("after", shown_until=shown, shows=False)

    at, end = DUE + QUIET + SECOND, DUE + timedelta(minutes=40)
    while at < end:
        send_due(at=at, senders=voice)
        at += MINUTE

    reply = _reply()
    assert (reply.state, voice.calls, len(voice.heard)) == ("unknown", 1, 1)
    assert voice.looks == 24  # every minute at first, then more seldom
    assert "Nobody can tell" in reply.failure


def test_where_it_is_known_how_late_a_network_shows_silence_after_that_is_proof() -> None:
    voice = _asked("before", shows=False, shows_within=10 * MINUTE)
    landed = DUE + LONGEST_CALL + LANDS

    for minute in range(3, 12):
        send_due(at=DUE + minute * MINUTE, senders=voice)
    assert (_reply().state, voice.calls) == ("sending", 1)
    send_due(at=landed + 11 * MINUTE, senders=voice)

    assert (_reply().state, voice.calls, len(voice.heard)) == ("sent", 2, 1)


def test_on_a_quiet_desk_it_is_looked_for_until_half_of_the_time_to_the_deadline_is_over() -> None:
    voice = _asked("after", shows=False)
    models.Case.objects.update(respond_by=DUE + timedelta(hours=4))

    at = DUE + QUIET + SECOND
    while at < DUE + timedelta(hours=2):
        send_due(at=at, senders=voice)
        at += MINUTE
    assert _reply().state == "sending"
    voice.shown_until = at  # another reply was said in the meantime, and this one is not there
    voice.heard.clear()
    send_due(at=at + 10 * MINUTE, senders=voice)

    assert (_reply().state, voice.calls) == ("sent", 2)


def test_what_comes_into_sight_late_is_sent_after_all() -> None:
    voice = _asked("after", shows=False)
    send_due(at=DUE + QUIET + SECOND, senders=voice)
    voice.shows = True

    send_due(at=DUE + QUIET + 2 * MINUTE, senders=voice)

    assert (_reply().state, voice.calls) == ("sent", 1)


def test_each_time_it_is_said_again_the_proof_begins_anew() -> None:
    voice = _asked("before", shown_until=DUE + LONGEST_CALL + LANDS + SECOND)
    voice.faults = ["after"]
    voice.shows = False
    again = DUE + QUIET + SECOND

    send_due(at=again, senders=voice)
    assert (_reply().asked_at, voice.calls) == (again, 2)
    send_due(at=again + QUIET + MINUTE, senders=voice)

    assert (_reply().state, voice.calls) == ("sending", 2)


def test_looks_that_fail_are_no_tries_and_wait_as_they_are_told() -> None:
    voice = _asked("after")
    voice.raises = [ChannelDown("It cannot be reached.")] * 10
    voice.raises[0] = Limited("Too many.", wait=timedelta(minutes=9))
    at = DUE + QUIET + SECOND

    send_due(at=at, senders=voice)
    assert send_due(at=at + timedelta(minutes=9) - SECOND, senders=voice) is False
    for minutes in range(9, 20):
        send_due(at=at + minutes * MINUTE, senders=voice)

    assert (_reply().state, voice.calls, voice.looks) == ("sent", 1, 11)


def test_where_one_cannot_look_for_a_day_a_person_does() -> None:
    voice = _asked("after")
    voice.raises = [ChannelDown("It cannot be reached.")] * 10
    send_due(at=DUE + QUIET + SECOND, senders=voice)

    send_due(at=DUE + LONGEST_WAIT, senders=voice)

    assert (_reply().state, _reply().failure) == ("unknown", "It cannot be reached.")


def test_a_worker_that_looked_while_another_took_over_says_nothing_again() -> None:
    voice = _asked("before", shown_until=DUE + LONGEST_CALL + LANDS + SECOND)
    at = DUE + QUIET + SECOND

    class Slow(SlowToShow):
        def look(self, message: Message) -> Look:
            models.Reply.objects.update(fence=99)  # the lease ended, and somebody else has it
            return super().look(message)

    slow = Slow(shown_until=voice.shown_until)
    send_due(at=at, senders=slow)

    assert (slow.looks, slow.calls) == (1, 0)


@pytest.mark.parametrize("wrong", [NoAnswer("It lies there as a draft."), NotTaken("No such id.")])
def test_where_looking_will_never_tell_a_person_does_at_once(wrong: Exception) -> None:
    make_queued(make_case())

    class Mailbox(Voice):
        def find(self, message: Message) -> str | None:
            raise wrong

    voice = Mailbox(faults=["after"], send_guarantee=Guarantee.SEARCHABLE)
    send_due(at=DUE, senders=voice)
    send_due(at=DUE + MINUTE, senders=voice)

    assert (_reply().state, _reply().failure, voice.calls) == ("unknown", str(wrong), 1)


def test_a_reply_is_made_when_it_was_due_however_late_its_worker_is() -> None:
    reply = make_queued(make_case())

    claim = claim_reply(reply_id=reply.pk, at=DUE + timedelta(hours=3), senders=Voice())

    assert claim is not None
    assert claim.message.made_at == DUE
