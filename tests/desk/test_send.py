"""The outbox: what a network can do to us, and what a stopped worker leaves behind."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.builders import NEXT_DAY, fetched, make_post, small_listening
from tests.desk.replying import DUE, TEXT, Voice, events_of, make_case, make_queued
from tests.desk.steps import imported, sorted_out

from answerback.channels.inbound import ChannelDown
from answerback.channels.outbound import CannotSend, Guarantee, Message, NotTaken, Sender
from answerback.desk import models
from answerback.desk.operations.save_draft import Typed, save_draft
from answerback.desk.operations.send import (
    LEASE,
    MOST_TRIES,
    Through,
    claim_reply,
    record,
    send_due,
    speak,
    still_ours,
)
from answerback.desk.operations.settle_reply import NothingToSettle, settle_reply
from answerback.desk.operations.take_in import take_in
from answerback.desk.queries.ledger import ledger

KEYED, SEARCHED, BLIND = Guarantee


def _sent() -> models.Reply:
    return models.Reply.objects.get()


def test_a_reply_that_is_due_is_said_once_and_becomes_a_post() -> None:
    case = make_case()
    reply, voice = make_queued(case), Voice()

    assert [send_due(at=DUE, senders=voice) for _ in range(2)] == [True, False]

    reply.refresh_from_db()
    assert (reply.state, reply.external_id, reply.sent_at) == ("sent", "said-1", DUE)
    post = models.Post.objects.get(external_id="said-1")
    assert (post.text, post.author_handle, post.in_reply_to) == (TEXT, "acme", "1")
    assert (post.discard_reason, post.speaks_to) == ("own_post", "ada")
    case.refresh_from_db()
    assert (case.state, case.author_has_the_word) == ("awaiting_author", True)
    assert events_of(case) == ["reply_queued", "reply_sent"]
    assert all(source.balances for source in ledger())


def test_nothing_is_sent_before_its_time() -> None:
    make_queued(make_case())

    assert send_due(at=DUE - timedelta(microseconds=1), senders=Voice()) is False


def test_hearing_our_own_words_on_the_network_counts_as_a_repeat() -> None:
    make_queued(make_case())
    send_due(at=DUE, senders=Voice())
    heard = make_post("said-1", author="Acme", text=f"@ada {TEXT}", in_reply_to="1")

    source = models.Source.objects.exclude(fingerprint="sent-from-here").get()
    line = take_in(
        source_id=source.pk,
        after="",
        batch=fetched(heard),
        listening=small_listening(),
        at=DUE,
    )

    assert (line.duplicate, line.stored, line.failed) == (1, 0, 0)
    assert models.Post.objects.filter(external_id="said-1").count() == 1


def test_a_network_that_tells_of_our_words_first_changes_nothing() -> None:
    case = make_case()
    reply = make_queued(case)
    claim = claim_reply(reply_id=reply.pk, at=DUE, senders=Voice())
    assert claim is not None
    heard = make_post("said-1", author="acme", text=TEXT, in_reply_to="1")
    imported(heard, fingerprint="stream")

    record(claim=claim, outcome=speak(claim=claim, sender=Voice(), at=DUE), sender=Voice(), at=DUE)

    assert models.Post.objects.filter(external_id="said-1").count() == 1
    assert models.Event.objects.filter(what="answer_seen").count() == 1
    reply.refresh_from_db()
    assert reply.state == "sent"


def test_the_author_who_writes_again_gets_the_case_back_to_its_owner() -> None:
    case = make_case()
    make_queued(case)
    send_due(at=DUE, senders=Voice())
    late = DUE + timedelta(hours=1)

    imported(
        make_post("9", in_reply_to="said-1", text="@acme it leaks still", created_at=late),
        fingerprint="more",
    )

    case.refresh_from_db()
    assert (case.state, case.owner, case.author_has_the_word) == ("assigned", "bob", False)
    assert case.respond_by is not None


def test_when_somebody_posts_before_it_goes_out_it_is_held_back() -> None:
    case = make_case()
    reply, voice = make_queued(case), Voice()
    imported(make_post("2", author="zoe", in_reply_to="1"), fingerprint="more")

    assert send_due(at=DUE, senders=voice) is True

    reply.refresh_from_db()
    assert (reply.state, voice.calls) == ("draft", 0)
    assert reply.failure.startswith("@zoe posted in the conversation before this was sent")
    assert list(models.Notice.objects.values_list("user__handle", "what")) == [("bob", "not_sent")]


def test_what_was_taken_in_and_not_yet_sorted_holds_a_reply_back_too() -> None:
    make_queued(make_case())
    source = models.Source.objects.get()
    take_in(
        source_id=source.pk,
        after="",
        batch=fetched(make_post("2", author="zoe", in_reply_to="1")),
        listening=small_listening(),
        at=DUE,
    )
    models.Post.objects.filter(external_id="2").update(sorted_at=None)
    voice = Voice()

    send_due(at=DUE, senders=voice)

    assert (_sent().state, voice.calls) == ("draft", 0)
    sorted_out(source.brand_id)


def test_a_network_that_cannot_be_reached_is_asked_later_and_at_last_given_up() -> None:
    case = make_case()
    make_queued(case)
    voice = Voice(faults=["down"] * 20)
    at = DUE
    waits = []
    while (reply := _sent()).state != "failed":
        assert send_due(at=at, senders=voice)
        now = _sent()
        waits.append(int(((now.send_after or at) - at).total_seconds()))
        at = now.send_after or at

    assert waits[:-1] == [5, 10, 20, 40, 80, 160, 320]
    assert (reply.tries, voice.calls) == (MOST_TRIES, MOST_TRIES)
    assert reply.failure == "Tried 8 times. It cannot be reached."
    assert models.Notice.objects.filter(what="not_sent", user__handle="bob").count() == 1


def test_a_no_for_good_fails_at_once_and_the_text_becomes_a_draft_under_a_new_key() -> None:
    case = make_case()
    reply = make_queued(case)

    class Refusing(Voice):
        def send(self, message: Message) -> str:
            raise NotTaken("The thread is closed.")

    send_due(at=DUE, senders=Refusing())
    failed = _sent()
    assert (failed.state, failed.failure) == ("failed", "The thread is closed.")

    typed = Typed(text=TEXT, version=1, seen=failed.seen)
    save_draft(case_id=case.pk, by="bob", typed=typed, at=DUE)

    draft = _sent()
    assert (draft.pk, draft.state, draft.text, draft.failure) == (reply.pk, "draft", TEXT, "")
    assert draft.key != reply.key


def test_a_channel_without_a_voice_fails_with_its_reason() -> None:
    make_queued(make_case())

    def nobody(through: Through) -> Sender:
        raise CannotSend(f"The channel '{through.channel}' cannot send.")

    assert send_due(at=DUE, senders=nobody) is True

    assert (_sent().state, _sent().failure) == ("failed", "The channel 'archive' cannot send.")


def test_a_reply_whose_voice_is_broken_holds_up_no_other() -> None:
    imported(make_post("1"), make_post("2", author="eve"))
    one, other = models.Case.objects.order_by("pk")
    broken = make_queued(one)
    fine = make_queued(other, text="The shop opens at nine tomorrow, and we keep a lid for you.")
    models.Reply.objects.filter(pk=broken.pk).update(send_after=DUE - timedelta(seconds=1))
    voice, asked = Voice(), list[str]()

    def first_breaks(through: Through) -> Sender:
        asked.append(through.channel)
        if len(asked) == 1:
            raise RuntimeError("A voice that cannot be loaded.")
        return voice(through)

    with pytest.raises(RuntimeError):
        send_due(at=DUE, senders=first_breaks)
    send_due(at=DUE, senders=first_breaks)
    fine.refresh_from_db()
    assert fine.state == "sent"

    send_due(at=DUE, senders=first_breaks)
    broken.refresh_from_db()
    assert broken.state == "sent"


def test_what_breaks_off_in_the_middle_every_time_waits_for_a_person() -> None:
    reply = make_queued(make_case())
    models.Reply.objects.update(state="sending", tries=MOST_TRIES + 1, claimed_until=DUE)
    voice = Voice()

    send_due(at=DUE, senders=voice)

    reply.refresh_from_db()
    assert (reply.state, voice.calls) == ("unknown", 0)
    assert "broke off" in reply.failure


def test_who_writes_again_to_somebody_gone_waits_in_the_queue() -> None:
    case = make_case()
    make_queued(case)
    send_due(at=DUE, senders=Voice())
    models.User.objects.filter(handle="bob").update(is_active=False)
    late = DUE + timedelta(hours=1)

    imported(
        make_post("9", in_reply_to="said-1", text="@acme it leaks still", created_at=late),
        fingerprint="more",
    )

    case.refresh_from_db()
    assert (case.state, case.owner) == ("new", None)


@pytest.mark.parametrize("fault", ["before", "after"])
@pytest.mark.parametrize("guarantee", [KEYED, SEARCHED])
def test_without_an_answer_it_is_said_exactly_once_all_the_same(
    fault: str, guarantee: Guarantee
) -> None:
    make_queued(make_case())
    voice = Voice(faults=[fault], send_guarantee=guarantee)

    send_due(at=DUE, senders=voice)
    assert _sent().state == "sending"
    assert send_due(at=DUE + timedelta(seconds=4), senders=voice) is False
    send_due(at=DUE + timedelta(seconds=31), senders=voice)

    assert (_sent().state, len(voice.heard)) == ("sent", 1)


@pytest.mark.parametrize(("fault", "said"), [("before", 0), ("after", 1)])
def test_where_nobody_can_tell_a_person_looks(fault: str, said: int) -> None:
    case = make_case()
    reply = make_queued(case)
    voice = Voice(faults=[fault], send_guarantee=BLIND)

    send_due(at=DUE, senders=voice)
    assert (_sent().state, len(voice.heard)) == ("unknown", said)
    assert send_due(at=DUE + timedelta(days=1), senders=voice) is False
    settle_reply(reply_id=reply.pk, is_there=bool(said), by="bob", at=DUE, external_id="said-1")

    assert _sent().state == ("sent" if said else "failed")
    assert events_of(case) == ["reply_queued", "reply_unknown", "reply_settled"]
    with pytest.raises(NothingToSettle):
        settle_reply(reply_id=reply.pk, is_there=True, by="bob", at=DUE)


@pytest.mark.parametrize("spoke", [False, True])
@pytest.mark.parametrize(("guarantee", "end"), [(KEYED, "sent"), (SEARCHED, "sent")])
def test_a_worker_that_stops_is_taken_over_and_nothing_is_said_twice(
    guarantee: Guarantee, end: str, *, spoke: bool
) -> None:
    reply = make_queued(make_case())
    voice = Voice(send_guarantee=guarantee)
    claim = claim_reply(reply_id=reply.pk, at=DUE, senders=voice)
    assert claim is not None
    if spoke:
        voice.send(claim.message)  # and died before it could record

    assert send_due(at=DUE + LEASE - timedelta(seconds=1), senders=voice) is False
    assert send_due(at=DUE + LEASE + voice.found_after, senders=voice) is True

    assert (_sent().state, len(voice.heard)) == (end, 1)


def test_a_blind_network_leaves_what_a_stopped_worker_had_to_a_person() -> None:
    reply = make_queued(make_case())
    voice = Voice(send_guarantee=BLIND)
    claim_reply(reply_id=reply.pk, at=DUE, senders=voice)

    send_due(at=DUE + LEASE + voice.found_after, senders=voice)

    assert (_sent().state, voice.calls) == ("unknown", 0)


def test_a_worker_that_wakes_past_its_lease_is_fenced_off() -> None:
    reply = make_queued(make_case())
    voice = Voice()
    slept = claim_reply(reply_id=reply.pk, at=DUE, senders=voice)
    assert slept is not None

    later = DUE + LEASE + voice.found_after
    second = claim_reply(reply_id=reply.pk, at=later, senders=voice)
    assert second is not None
    assert (still_ours(slept), still_ours(second)) == (False, True)
    outcome = speak(claim=second, sender=voice, at=later)
    record(claim=slept, outcome=outcome, sender=voice, at=later)
    assert _sent().state == "sending"
    record(claim=second, outcome=outcome, sender=voice, at=later)

    assert (_sent().state, len(voice.heard)) == ("sent", 1)


def test_a_key_that_the_network_has_forgotten_is_looked_for_first() -> None:
    reply = make_queued(make_case())
    voice = Voice(faults=["after"], key_lives=timedelta(minutes=50))
    send_due(at=DUE, senders=voice)
    models.Reply.objects.filter(pk=reply.pk).update(claimed_until=DUE + timedelta(hours=1))

    send_due(at=DUE + timedelta(hours=1), senders=voice)

    assert (_sent().state, voice.calls) == ("sent", 1)  # found, not said again


@pytest.mark.parametrize("guarantee", list(Guarantee))
def test_in_bad_weather_every_reply_is_said_once_or_left_to_a_person(
    guarantee: Guarantee,
) -> None:
    weather = random.Random(7)  # noqa: S311  the same storm each time
    for number in range(12):
        imported(make_post(str(number), author=f"a{number}"), fingerprint=str(number))
    for case in models.Case.objects.order_by("pk"):
        make_queued(case, by=f"agent{case.pk}", text="We look into it.")
    voices = Voice(send_guarantee=guarantee)
    at: datetime = DUE
    for _ in range(300):
        fault = weather.choice(["", "", "down", "before", "after", "dead", "dead after"])
        voices.faults = [fault] if fault in ("down", "before", "after") else []
        if fault.startswith("dead"):
            _die(voices, at=at, spoken=fault == "dead after")
        else:
            send_due(at=at, senders=voices)
        at += timedelta(seconds=20)

    ends = list(models.Reply.objects.values_list("state", "key"))
    said = {key for state, key in ends if state == "sent"}
    heard = list(voices.heard.values())
    assert len(heard) == len(set(heard))  # nothing twice
    assert {str(key) for key in said} <= set(heard)  # nothing is called sent that was not said
    assert {state for state, _ in ends} <= {"sent", "unknown"}
    if guarantee is not BLIND:
        assert len(said) == 12


def _die(voice: Voice, *, at: datetime, spoken: bool) -> None:
    """Claim the next reply as a worker would, and be gone."""
    due = models.Reply.objects.filter(state="queued", send_after__lte=at).order_by("pk").first()
    claim = claim_reply(reply_id=due.pk, at=at, senders=voice) if due else None
    if claim is not None and spoken:
        voice.send(claim.message)


def test_what_shall_happen_after_sending_happens_then_and_a_refusal_stops_nothing() -> None:
    case = make_case()
    reply = make_queued(case)
    effects = {"tags": ["leak"], "queue": "nowhere", "close": True}
    models.Reply.objects.filter(pk=reply.pk).update(after_send=effects)

    send_due(at=DUE, senders=Voice())

    case.refresh_from_db()
    assert (case.state, case.close_reason) == ("closed", "answered")
    assert list(models.CaseTag.objects.values_list("tag", flat=True)) == ["leak"]
    sent = _sent()
    assert sent.state == "sent"
    assert sent.failure.startswith("It is sent, but: 'Acme' has no queue 'nowhere'.")


def test_looking_again_when_the_network_is_down_stays_unclear() -> None:
    make_queued(make_case())
    voice = Voice(faults=["after", "down"], send_guarantee=KEYED)
    send_due(at=DUE, senders=voice)

    send_due(at=DUE + timedelta(seconds=40), senders=voice)

    assert _sent().state == "sending"


def test_a_claim_needs_its_reply_to_be_due() -> None:
    reply = make_queued(make_case())

    assert claim_reply(reply_id=reply.pk, at=NEXT_DAY, senders=Voice()) is None


def test_the_voice_of_these_tests_keeps_the_promise_of_a_network() -> None:
    voice = Voice(faults=["down", "", ""])
    message = Message(text="a", to="ada", channel="archive", in_reply_to=None, key="k")

    with pytest.raises(ChannelDown):
        voice.send(message)
    assert voice.send(message) == voice.send(message)
    assert voice.send(replace(message, key="other")) == "said-2"
