"""What we said is taken away from its network: intent first, told when it fails."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from tests.desk.live_voice import heard_through, make_account
from tests.desk.replying import DUE, Voice, make_queued

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Limited
from answerback.channels.outbound import Guarantee, NotTaken
from answerback.desk import models
from answerback.desk.operations.ask_removal import NotTakenAway, ask_removal
from answerback.desk.operations.send import MOST_TRIES, send_due
from answerback.desk.operations.send.remove import remove_due
from answerback.desk.operations.stand_guard import stand_guard

MINUTE = timedelta(minutes=1)


@dataclass(kw_only=True)
class Deleting(Voice):
    """A voice that takes away what it said."""

    raises: list[Exception] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    name: str = "bluesky"
    send_guarantee: Guarantee = Guarantee.IDEMPOTENT

    def delete(self, external_id: str) -> None:
        if self.raises:
            raise self.raises.pop(0)
        self.gone.append(external_id)


def _sent(voice: Voice) -> models.Reply:
    reply = make_queued(heard_through(make_account(channel="bluesky")))
    send_due(at=DUE, senders=voice)
    reply.refresh_from_db()
    assert reply.state == "sent"
    return reply


def _ask(reply: models.Reply, reason: str = "It names somebody.") -> None:
    ask_removal(reply_id=reply.pk, reason=reason, by="olga", at=DUE)


def _events() -> list[str]:
    told = models.Event.objects.filter(what__startswith="reply_remov").order_by("pk")
    return list(told.values_list("what", flat=True))


def test_a_reply_is_taken_away_and_its_post_is_a_shell_from_then_on() -> None:
    voice = Deleting()
    reply = _sent(voice)
    _ask(reply)

    assert [remove_due(at=DUE, senders=voice) for _ in range(2)] == [True, False]

    assert voice.gone == ["said-1"]
    post = models.Post.objects.get(external_id="said-1")
    assert (post.deleted_at, post.text) == (DUE, "")
    assert models.Tombstone.objects.get().external_id == "said-1"
    assert _events() == ["reply_removal_asked", "reply_removed"]
    removal = models.Removal.objects.get()
    assert (removal.gone_at, removal.reason, removal.by) == (DUE, "It names somebody.", "olga")
    with pytest.raises(NotTakenAway, match="taken away already"):
        _ask(reply)


def test_a_network_that_cannot_be_reached_is_asked_again_and_at_last_it_is_told() -> None:
    voice = Deleting()
    reply = _sent(voice)
    _ask(reply)
    voice.raises = [ChannelDown("It cannot be reached.")] * 20
    voice.raises[0] = Limited("Too many.", wait=timedelta(minutes=9))

    remove_due(at=DUE, senders=voice)
    assert models.Removal.objects.get().due_at == DUE + 9 * MINUTE
    for minutes in range(9, 30):
        remove_due(at=DUE + minutes * MINUTE, senders=voice)

    removal = models.Removal.objects.get()
    assert (removal.tries, removal.due_at, removal.gone_at) == (MOST_TRIES, None, None)
    assert removal.failure == "It cannot be reached."
    assert _events() == ["reply_removal_asked", "reply_removal_failed"]
    assert models.Notice.objects.filter(user__handle="bob", what="not_sent").exists()
    _ask(reply)  # somebody may ask again


def test_a_no_is_told_at_once_and_the_post_stays() -> None:
    voice = Deleting()
    _ask(_sent(voice))
    voice.raises = [NotTaken("Nobody deletes here.")]

    remove_due(at=DUE, senders=voice)

    assert models.Removal.objects.get().failure == "Nobody deletes here."
    assert models.Post.objects.get(external_id="said-1").deleted_at is None


def test_a_worker_that_stopped_is_taken_over_and_its_own_word_counts_no_more() -> None:
    voice = Deleting()
    _ask(_sent(voice))

    class Sleeping(Deleting):
        def delete(self, external_id: str) -> None:
            remove_due(at=DUE + 2 * MINUTE, senders=voice)
            raise NotTaken("It is gone.")

    remove_due(at=DUE, senders=Sleeping())

    assert (voice.gone, models.Removal.objects.get().failure) == (["said-1"], "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"state": "failed"}, "nothing to take away"),
        ({"external_id": "answerback:1"}, "Nobody told the id"),
        ({}, "Say why"),
    ],
)
def test_what_cannot_go_says_why(change: dict[str, str], sentence: str) -> None:
    reply = _sent(Deleting())
    models.Reply.objects.update(**change)

    with pytest.raises(NotTakenAway, match=sentence):
        _ask(reply, reason=" ")


def test_it_is_asked_for_once() -> None:
    reply = _sent(Deleting())
    _ask(reply)

    with pytest.raises(NotTakenAway, match="@olga has asked for it already"):
        _ask(reply)


def test_a_possible_copy_of_the_desk_takes_nothing_away() -> None:
    voice = Deleting()
    _ask(_sent(voice))
    models.Installation.objects.update(place="elsewhere")
    stand_guard(at=DUE)

    assert (remove_due(at=DUE, senders=voice), voice.gone) == (False, [])


def test_a_voice_that_deletes_nothing_says_so() -> None:
    voice = Voice()
    _ask(_sent(voice))

    remove_due(at=DUE, senders=voice)

    assert "cannot be taken away" in models.Removal.objects.get().failure
