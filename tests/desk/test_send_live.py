"""Replies through accounts on live networks: which one speaks, and what becomes of the others."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from django.conf import settings
from tests.builders import MONDAY_9, NEXT_DAY
from tests.desk.live_voice import HEARD, VOICE, Heard, heard_through, make_account
from tests.desk.replying import DUE, TEXT, make_queued

from answerback.channels import outbound
from answerback.channels.http import BrokenOff
from answerback.channels.live import Limited, NotAllowed
from answerback.desk import models
from answerback.desk.operations.cancel_reply import cancel_reply
from answerback.desk.operations.keep_secrets import keep_secrets
from answerback.desk.operations.send import LONGEST_WAIT, send_due
from answerback.domain.records.post import Visibility

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _social(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)  # the keys lie there
    monkeypatch.setattr(outbound, "_LIVE_BUILT_IN", MappingProxyType({"social": VOICE}))
    vars(HEARD).update(vars(Heard()))
    yield
    vars(HEARD).update(vars(Heard()))


def _reply() -> models.Reply:
    return models.Reply.objects.get()


def _told() -> int:
    return models.Notice.objects.filter(what="not_sent", user__handle="bob").count()


def test_the_account_that_heard_the_post_says_the_reply_and_is_told_all_of_it() -> None:
    make_account("Another of ours")
    account = make_account()
    keep_secrets(account_id=account.pk, secrets={"token": "s3cret"})
    reply = make_queued(heard_through(account, visibility=Visibility.UNLISTED))

    assert send_due(at=DUE) is True

    (message,) = HEARD.messages
    assert (message.text, message.to, message.in_reply_to) == (TEXT, "ada", "p1")
    assert (message.key, message.made_at) == (str(reply.key), DUE)
    assert message.answered is not None
    assert message.answered.visibility is Visibility.UNLISTED
    (opened,) = HEARD.accounts
    assert (opened.account_id, dict(opened.secrets)) == (account.pk, {"token": "s3cret"})
    assert HEARD.closed == 1
    said = models.Post.objects.get(external_id="social-1")
    assert (said.author_handle, said.author_native_id) == ("acme_social", "n1")
    assert said.visibility == "unlisted"


def test_where_the_source_has_no_account_the_first_of_the_brand_that_is_on_speaks() -> None:
    make_account("off", on=False)
    first, _second = make_account("first"), make_account("second")
    make_queued(heard_through(None))

    send_due(at=DUE)

    assert [one.account_id for one in HEARD.accounts] == [first.pk]


def test_a_channel_whose_accounts_are_all_gone_gives_the_reply_back_to_its_writer() -> None:
    make_queued(heard_through(None))

    send_due(at=DUE)

    reply = _reply()
    assert (reply.state, _told()) == ("failed", 1)
    assert reply.failure.startswith("The channel 'social' cannot send.")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [({"on": False}, "is switched off"), ({"stopped": "The token was revoked."}, "was revoked")],
)
def test_a_reply_waits_for_an_account_that_may_not_speak_and_goes_when_it_may(
    how: dict[str, Any], sentence: str
) -> None:
    account = make_account(**how)
    make_queued(heard_through(account))

    for minutes in range(5):
        send_due(at=DUE + minutes * MINUTE)
    reply = _reply()
    assert (reply.state, reply.tries, _told()) == ("queued", 0, 1)
    assert sentence in reply.failure

    models.ChannelAccount.objects.update(on=True, stopped="")
    send_due(at=DUE + 10 * MINUTE)
    assert (_reply().state, _reply().failure) == ("sent", "")


def test_a_reply_that_waited_for_its_account_keeps_the_moment_its_keys_are_made_of() -> None:
    account = make_account(on=False)
    make_queued(heard_through(account))
    send_due(at=DUE)
    models.ChannelAccount.objects.update(on=True)

    send_due(at=DUE + 10 * MINUTE)

    assert (_reply().state, _reply().first_tried_at) == ("sent", DUE)


def test_a_reply_that_waited_a_day_for_its_account_is_its_writers_again() -> None:
    make_queued(heard_through(make_account(on=False)))
    send_due(at=DUE)

    send_due(at=NEXT_DAY + LONGEST_WAIT)

    reply = _reply()
    assert (reply.state, reply.text, _told()) == ("failed", TEXT, 1)
    assert "waited for a day" in reply.failure


def test_what_may_have_been_heard_waits_for_its_account_and_at_last_for_a_person() -> None:
    account = make_account()
    make_queued(heard_through(account))
    HEARD.raises = [BrokenOff("It broke off.")]
    send_due(at=DUE)
    models.ChannelAccount.objects.update(on=False)

    send_due(at=DUE + MINUTE)
    assert _reply().state == "sending"
    send_due(at=DUE + LONGEST_WAIT + MINUTE)

    assert (_reply().state, HEARD.messages) == ("unknown", [])


def test_secrets_that_cannot_be_opened_let_the_reply_wait() -> None:
    make_queued(heard_through(make_account(sealed=b"\x01\x04gone" + bytes(40))))

    send_due(at=DUE)

    assert _reply().state == "queued"
    assert "needs the key 'gone'" in _reply().failure


def test_a_network_that_asks_us_to_wait_is_asked_no_sooner_and_it_counts_as_no_try() -> None:
    make_queued(heard_through(make_account()))
    HEARD.raises = [Limited("Too many.", wait=timedelta(minutes=7)) for _ in range(12)]

    at = DUE
    for _ in range(12):
        assert send_due(at=at) is True
        assert _reply().send_after == at + timedelta(minutes=7)
        at += timedelta(minutes=7)
    send_due(at=at)

    assert (_reply().state, _reply().tries) == ("sent", 1)


def test_a_refused_login_stops_the_account_and_the_reply_waits() -> None:
    account = make_account()
    make_queued(heard_through(account))
    HEARD.raises = [NotAllowed("social.example refuses our login.")]

    send_due(at=DUE)

    account.refresh_from_db()
    assert account.stopped == "social.example refuses our login."
    assert (_reply().state, _reply().tries) == ("queued", 0)
    send_due(at=DUE + MINUTE)
    assert "must mend it" in _reply().failure


def test_a_line_that_broke_off_is_no_sign_that_nothing_was_said() -> None:
    make_queued(heard_through(make_account()))
    HEARD.raises = [BrokenOff("It broke off.")]

    send_due(at=DUE)

    assert _reply().state == "sending"


def test_every_try_tells_the_moment_of_the_first_one() -> None:
    make_queued(heard_through(make_account()))
    HEARD.raises = [BrokenOff("It broke off.")]
    send_due(at=DUE)

    send_due(at=DUE + 5 * MINUTE)

    assert [one.made_at for one in HEARD.messages] == [DUE]


def test_a_reply_that_is_taken_back_was_never_tried() -> None:
    make_queued(heard_through(make_account()))
    HEARD.raises = [Limited("Too many.", wait=timedelta(minutes=7))]
    send_due(at=DUE)
    assert _reply().first_tried_at == DUE

    cancel_reply(reply_id=_reply().pk, by="bob", at=DUE + MINUTE)

    reply = _reply()
    assert (reply.state, reply.tries, reply.first_tried_at) == ("draft", 0, None)


def test_files_go_with_their_words() -> None:
    reply = make_queued(heard_through(make_account()))
    told = {"kind": "image/png", "data": b"png", "alt": "A lid", "by": "bob", "at": MONDAY_9}
    models.ReplyFile.objects.create(reply=reply, name="lid.png", **told)

    send_due(at=DUE)

    ((file,),) = [one.attachments for one in HEARD.messages]
    assert (file.name, file.kind, file.data, file.alt) == ("lid.png", "image/png", b"png", "A lid")
    said = models.Post.objects.get(external_id="social-1")
    assert said.media == [["image", "", "A lid"]]
