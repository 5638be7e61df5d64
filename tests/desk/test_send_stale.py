"""A reply that fits no more by the time it would go out, and whose clock it goes by."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.builders import NEXT_DAY, make_post
from tests.desk.replying import DUE, Voice, make_case, make_draft, make_queued, submit
from tests.desk.steps import imported
from tests.desk.test_join_cases import both, join
from tests.people import make_user

from answerback.channels.deadline import seconds_now
from answerback.channels.outbound import Guarantee
from answerback.desk import models
from answerback.desk.operations.apply_tombstones import apply_tombstones
from answerback.desk.operations.approve_reply import approve_reply
from answerback.desk.operations.check_private import PrivateWaits
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.send import LEASE, claim_reply, send_due
from answerback.desk.operations.settle_reply import settle_reply
from answerback.domain.records.role import Role
from answerback.project import clock
from answerback.project.jobs import Job
from answerback.project.work import work

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def _reply() -> models.Reply:
    return models.Reply.objects.get()


def _asked_in_vain() -> Voice:
    """Return the voice of a reply that nobody heard, on a network that can be searched."""
    make_queued(make_case())
    voice = Voice(faults=["before"], send_guarantee=Guarantee.SEARCHABLE)
    send_due(at=DUE, senders=voice)
    assert _reply().state == "sending"
    return voice


def _delete(external_id: str) -> None:
    post = models.Post.objects.get(external_id=external_id)
    hold_brand(post.brand_id)
    stone = models.Tombstone.objects.create(
        brand_id=post.brand_id,
        channel=post.channel,
        external_id=external_id,
        origin_id=post.origin_id,
        heard_at=DUE,
    )
    apply_tombstones(tombstones=[stone], at=DUE)


def test_what_was_not_heard_is_not_said_again_when_its_post_was_deleted_meanwhile() -> None:
    voice = _asked_in_vain()
    _delete("1")

    send_due(at=DUE + MINUTE, senders=voice)

    reply = _reply()
    assert (reply.state, voice.calls, voice.heard) == ("draft", 1, {})
    assert reply.failure.startswith("@ada deleted the post that this answers")
    assert models.Notice.objects.filter(what="not_sent", user__handle="bob").exists()


def test_what_was_not_heard_is_not_said_again_past_what_somebody_posted_meanwhile() -> None:
    voice = _asked_in_vain()
    imported(make_post("2", author="zoe", in_reply_to="1"), fingerprint="more")

    send_due(at=DUE + MINUTE, senders=voice)

    assert (_reply().state, voice.calls) == ("draft", 1)
    assert _reply().failure.startswith("@zoe posted in the conversation")


def test_what_was_heard_is_recorded_whatever_was_deleted_meanwhile() -> None:
    voice = _asked_in_vain()
    voice.heard["said-1"] = str(_reply().key)
    _delete("1")

    send_due(at=DUE + MINUTE, senders=voice)

    assert (_reply().state, voice.calls) == ("sent", 1)


def test_a_yes_is_no_yes_to_answer_in_public_what_was_asked_in_private_since() -> None:
    case, other = both()
    reply = make_draft(case, by="ann", role=Role.AGENT)
    make_user("cleo", role=Role.LEAD)
    models.Case.objects.filter(pk=case.pk).update(owner="ann")
    models.Reply.objects.filter(pk=reply.pk).update(
        state="awaiting_approval", needs_approval=True, in_reply_to=case.leading_id
    )
    join(case, other)

    with pytest.raises(PrivateWaits, match="asked this in private"):
        approve_reply(reply_id=reply.pk, version=1, seen=10**9, by="cleo", at=NEXT_DAY)


def test_a_public_reply_on_its_way_is_held_back_when_it_was_asked_in_private_too() -> None:
    case, other = both()
    reply = make_draft(case)
    submit(reply)
    join(case, other)
    models.Reply.objects.update(seen=10**9)  # they had the mail before them
    voice = Voice()

    send_due(at=DUE, senders=voice)

    reply.refresh_from_db()
    assert (reply.state, voice.calls) == ("draft", 0)
    assert "asked this in private" in reply.failure


def test_who_waited_for_a_lock_has_the_lease_from_then_on() -> None:
    reply = make_queued(make_case())

    claim_reply(reply_id=reply.pk, at=DUE, senders=Voice(), since=seconds_now() - 40)

    late = DUE + timedelta(seconds=40)
    assert (_reply().claimed_until, _reply().asked_at) == (late + LEASE + 30 * MINUTE / 60, late)


class _Once:
    """Lets every job have one turn."""

    def __init__(self) -> None:
        self.turns = 0

    def is_set(self) -> bool:
        return self.turns > 0

    def wait(self, timeout: float) -> bool:
        del timeout
        self.turns += 1
        return True


@pytest.mark.skipif(connection.vendor != "postgresql", reason="one machine has one clock")
@pytest.mark.parametrize("minutes", [-30, 30])
def test_a_worker_whose_own_clock_is_wrong_takes_nothing_over_and_says_nothing_early(
    minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = clock.now()
    reply = make_queued(make_case())
    models.Reply.objects.filter(pk=reply.pk).update(send_after=true)
    claim = claim_reply(reply_id=reply.pk, at=true, senders=Voice())
    assert claim is not None
    monkeypatch.setattr(clock, "now", lambda: true + minutes * MINUTE)
    voice, found = Voice(), list[bool]()

    def send(*, at: Any) -> bool:
        found.append(send_due(at=at, senders=voice))
        return found[-1]

    work([Job(name="send", do_one=send)], stopping=_Once(), let_go=lambda: None)

    assert (found, voice.calls) == ([False], 0)
    assert abs(clock.shared_now() - true) < MINUTE


def test_what_is_found_later_was_said_when_it_was_asked_for() -> None:
    make_queued(make_case())
    voice = Voice(faults=["after"], send_guarantee=Guarantee.SEARCHABLE)
    send_due(at=DUE, senders=voice)

    send_due(at=DUE + 10 * MINUTE, senders=voice)

    said = models.Post.objects.get(external_id="said-1")
    assert (_reply().state, _reply().sent_at, said.created_at) == ("sent", DUE, DUE)
    assert models.Event.objects.get(what="reply_sent").at == DUE + 10 * MINUTE


def test_who_asked_on_before_our_words_were_found_waits_for_us() -> None:
    case = make_case()
    make_queued(case)
    voice = Voice(faults=["after"], send_guarantee=Guarantee.SEARCHABLE)
    send_due(at=DUE, senders=voice)
    more = make_post("2", in_reply_to="1", created_at=DUE + MINUTE, text="@acme and it burns now!")
    imported(more, fingerprint="more")

    send_due(at=DUE + 10 * MINUTE, senders=voice)

    case.refresh_from_db()
    assert (_reply().state, case.state) == ("sent", "assigned")
    assert (case.author_has_the_word, case.respond_by is None) == (False, False)


def test_a_person_who_settles_it_hours_later_moves_no_clock() -> None:
    make_queued(make_case())
    send_due(at=DUE, senders=Voice(faults=["after"], send_guarantee=Guarantee.BLIND))

    settle_reply(
        reply_id=_reply().pk, is_there=True, by="bob", at=DUE + 180 * MINUTE, external_id="x"
    )

    assert (_reply().sent_at, models.Post.objects.get(external_id="x").created_at) == (DUE, DUE)
