"""Accounts on live networks are set up, changed, tested, paused and removed by people."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders import MONDAY_9, NEXT_DAY
from tests.channels.tiny import Script, use_tiny
from tests.desk.channels import SECRET, make_account, make_acme
from tests.people import make_brand, make_member

from answerback.channels.account_fields import FieldRefused
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Checked, NoSuchNetwork, NotAllowed
from answerback.desk import models
from answerback.desk.operations.add_channel import AccountTold, ChannelRefused, add_channel
from answerback.desk.operations.change_channel import (
    change_channel,
    pause_channel,
    remove_channel,
    resume_channel,
    set_secrets,
)
from answerback.desk.operations.check_channel import check_channel
from answerback.desk.operations.keep_secrets import keep_secrets
from answerback.desk.queries.access import NotHere, account_for
from answerback.desk.queries.accounts import opened
from answerback.desk.queries.channel_health import channel_health
from answerback.desk.queries.channels import AccountState, account_line, account_lines
from answerback.domain.records.role import NotAllowed as RoleTooSmall
from answerback.domain.records.role import Right, Role


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Script:
    monkeypatch.setattr("django.conf.settings.DATA_DIR", tmp_path)
    return use_tiny(monkeypatch)


def account_of(account_id: int) -> models.ChannelAccount:
    return models.ChannelAccount.objects.get(pk=account_id)


def test_an_account_is_kept_with_its_secrets_sealed_and_its_sources_followed() -> None:
    account_id = make_account(tags="acme, kettles")

    row = account_of(account_id)
    assert SECRET.encode() not in bytes(row.sealed)
    assert opened(account_id).secrets == {"password": SECRET}
    assert row.settings == {"server": "tiny.example", "tags": "acme, kettles"}
    streams = row.sources.order_by("pk").values_list("stream", "name", "on", "next_at")
    assert list(streams) == [
        ("mentions", "Support: mentions", True, MONDAY_9),
        ("tag:acme", "Support: #acme", True, MONDAY_9),
        ("tag:kettles", "Support: #kettles", True, MONDAY_9),
    ]
    assert len(row.mailbox or "") == 43  # 32 random bytes


def test_all_that_a_person_does_stands_in_the_events_and_in_the_audit_log() -> None:
    account_id = make_account()
    set_secrets(account_id=account_id, secrets={"session": "abc"}, by="olga", at=NEXT_DAY)
    pause_channel(account_id=account_id, by="olga", at=NEXT_DAY)
    resume_channel(account_id=account_id, by=None, at=NEXT_DAY)
    check_channel(account_id=account_id, by="olga", at=NEXT_DAY)
    remove_channel(account_id=account_id, by="olga", at=NEXT_DAY)

    hows = ["added", "secrets", "paused", "resumed", "tested", "removed"]
    wanted = {"what__startswith": "channel_"}
    events = models.Event.objects.filter(**wanted).order_by("pk")
    entries = models.AuditEntry.objects.filter(**wanted).order_by("number")
    assert [one.particulars["how"] for one in events] == hows
    assert [(one.particulars["how"], one.by) for one in entries] == [
        (how, None if how == "resumed" else "olga") for how in hows
    ]


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"channel": "tony"}, "There is no channel 'tony'. Channels: tiny."),
        ({"name": " \n"}, "needs a name"),
        ({"name": "Support"}, "has an account 'Support' on tiny already"),
        ({"settings": {}}, "'Server' is needed. Like tiny.example."),
        ({"settings": {"server": "a\nb"}}, "a sign that cannot be typed"),
        ({"settings": {"server": "s", "colour": "red"}}, "no setting 'colour'.* server, tags"),
        ({"settings": {"server": "s", "password": "x"}}, "That one is a secret"),
        ({"settings": {"server": "s" * 2001}}, "has 2,001 characters"),
        ({"secrets": {}}, "'Password' is needed. An app password."),
        ({"secrets": {"password": " "}}, "'Password' is needed"),
        ({"secrets": {"server": "x"}}, "no secret 'server'"),
        ({"secrets": {"password": "a\0b"}}, "a sign that cannot be typed"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    told: dict[str, object], refusal: str
) -> None:
    make_account()
    fields: dict[str, object] = {
        "channel": "tiny",
        "name": "Second",
        "settings": {"server": "tiny.example"},
        "secrets": {"password": SECRET},
        **told,
    }

    with pytest.raises((FieldRefused, ChannelRefused, NoSuchNetwork), match=refusal):
        add_channel(
            brand_id=make_acme(),
            told=AccountTold(**fields),  # type: ignore[arg-type]  # a builder takes any field
            by="olga",
            at=MONDAY_9,
        )

    assert models.ChannelAccount.objects.count() == 1


def test_a_brand_without_a_file_is_sent_to_write_one() -> None:
    with pytest.raises(ChannelRefused, match="Write its file on the page of the brand"):
        make_account(brand_id=make_brand("Umbra").pk)


def test_a_source_that_is_no_longer_asked_for_is_switched_off_and_keeps_its_place() -> None:
    account_id = make_account(tags="acme")
    models.Source.objects.filter(stream="tag:acme").update(cursor="17")

    change_channel(account_id=account_id, settings={"tags": ""}, by="olga", at=NEXT_DAY)
    off = models.Source.objects.get(stream="tag:acme")
    change_channel(account_id=account_id, settings={"tags": "acme"}, by="olga", at=NEXT_DAY)
    on = models.Source.objects.get(stream="tag:acme")

    assert (off.on, on.on, on.pk, on.cursor) == (False, True, off.pk, "17")
    assert account_of(account_id).settings == {"server": "tiny.example", "tags": "acme"}


def test_a_good_test_keeps_who_we_are_and_lets_a_stopped_account_go_on(tiny: Script) -> None:
    account_id = make_account()
    models.ChannelAccount.objects.update(stopped="They refuse our login.")
    tiny.checked = Checked(
        handle="@acme",
        sentence=f"Signed in with {SECRET}.",
        native_id="7",
        most_characters=500,
        clock_ahead=timedelta(seconds=-400),
    )

    tested = check_channel(account_id=account_id, by="olga", at=NEXT_DAY)

    row = account_of(account_id)
    assert (tested.works, tested.sentence, tested.advice) == (True, "Signed in with [secret].", "")
    assert (row.handle, row.native_id, row.most_characters) == ("acme", "7", 500)
    assert (row.clock_ahead, row.checked_at, row.stopped) == (-400.0, NEXT_DAY, "")
    assert row.tested == "Signed in with [secret]."


def test_a_person_is_told_when_the_brand_does_not_know_its_own_name_there(tiny: Script) -> None:
    account_id = make_account()
    tiny.checked = Checked(handle="acme_help", sentence="Signed in.")

    tested = check_channel(account_id=account_id, by="olga", at=NEXT_DAY)

    assert "does not know us as 'acme_help'" in tested.advice


@pytest.mark.parametrize(
    ("no", "stopped", "advice"),
    [
        (ChannelDown("Nobody answers."), "", "Check the settings"),
        (NotAllowed("They refuse our login."), "They refuse our login.", "secret anew"),
    ],
)
def test_a_test_that_fails_says_so_and_only_a_refused_login_stops_the_account(
    tiny: Script, no: ChannelDown, stopped: str, advice: str
) -> None:
    account_id = make_account()
    tiny.raises = no

    tested = check_channel(account_id=account_id, by="olga", at=NEXT_DAY)

    row = account_of(account_id)
    assert (tested.works, row.works, row.stopped) == (False, False, stopped)
    assert advice in tested.advice
    state = account_line(account_id, at=NEXT_DAY).state
    assert state is (AccountState.STOPPED if stopped else AccountState.FAILING)


def test_an_account_that_stopped_goes_on_when_its_settings_are_mended(tiny: Script) -> None:
    account_id = make_account()
    tiny.raises = NotAllowed("'x' is no port.")
    check_channel(account_id=account_id, by="olga", at=NEXT_DAY)
    sources = models.Source.objects.filter(account_id=account_id)
    sources.update(failures=3, sentence="'x' is no port.", next_at=None)

    told = {"server": "other.example"}
    change_channel(account_id=account_id, settings=told, by="olga", at=NEXT_DAY)
    assert account_line(account_id, at=NEXT_DAY).state is AccountState.UNTESTED
    tiny.raises = ChannelDown("Nobody answers.")
    check_channel(account_id=account_id, by="olga", at=NEXT_DAY)

    line = account_line(account_id, at=NEXT_DAY)
    assert (line.state, line.sentence) == (AccountState.FAILING, "Nobody answers.")
    assert list(sources.values_list("failures", "next_at")) == [(0, NEXT_DAY)]


def test_a_test_that_goes_well_lets_sources_try_again_that_were_not_asked_to_wait() -> None:
    account_id = make_account(tags="acme, kettles")
    later = NEXT_DAY + timedelta(minutes=9)
    sources = models.Source.objects.filter(account_id=account_id)
    sources.update(failures=7, next_at=later)
    sources.filter(stream="tag:acme").update(limited_until=later)
    sources.filter(stream="tag:kettles").update(failures=0)

    check_channel(account_id=account_id, by="olga", at=NEXT_DAY)

    assert dict(sources.values_list("stream", "next_at")) == {
        "mentions": NEXT_DAY,
        "tag:acme": later,
        "tag:kettles": later,
    }


def test_a_removed_account_forgets_its_secrets_and_its_name_is_free_again() -> None:
    account_id = make_account()

    remove_channel(account_id=account_id, by="olga", at=NEXT_DAY)
    again = make_account()

    row = account_of(account_id)
    assert (bytes(row.sealed), row.mailbox, row.on) == (b"", None, False)
    assert opened(account_id).secrets == {}
    assert [source.on for source in row.sources.all()] == [False]
    keep_secrets(account_id=account_id, secrets={"session": "late"})  # a worker that was busy
    assert opened(account_id).secrets == {}
    with pytest.raises(ChannelRefused, match="was removed"):
        resume_channel(account_id=account_id, by="olga", at=NEXT_DAY)
    assert [line.account_id for line in account_lines(at=NEXT_DAY)] == [again]
    assert len(account_lines(at=NEXT_DAY, with_removed=True)) == 2


def test_an_account_of_another_brand_is_not_there() -> None:
    account_id = make_account()
    mine = make_member("ada", role=Role.OWNER)
    agent = make_member("bob", role=Role.AGENT)
    stranger = make_member("eve", role=Role.OWNER, brand="Umbra")

    assert account_for(mine, account_id=account_id, right=Right.MANAGE).name == "Support"
    with pytest.raises(RoleTooSmall):
        account_for(agent, account_id=account_id, right=Right.MANAGE)
    for member, number in ((stranger, account_id), (mine, account_id + 1)):
        with pytest.raises(NotHere):
            account_for(member, account_id=number, right=Right.MANAGE)


def test_the_health_of_an_account_tells_pace_lag_gaps_and_the_ledger() -> None:
    account_id = make_account(tags="acme")
    mentions = models.Source.objects.get(stream="mentions")
    models.Source.objects.filter(pk=mentions.pk).update(
        last_post_at=MONDAY_9, asked_at=MONDAY_9, lag=2.5, failures=2, sentence="They are down."
    )
    for told in ({}, {"repaired_at": NEXT_DAY, "found_posts": 3}, {"given_up": "Too old."}):
        models.Gap.objects.create(
            source=mentions, kind="stream_broke", sentence="It broke.", found_at=MONDAY_9, **told
        )

    second, first = channel_health(account_id, at=MONDAY_9 + timedelta(minutes=6))

    assert (second.stream, second.every, second.stale) == ("tag:acme", timedelta(minutes=2), False)
    assert (first.lag, first.every, first.backfills) == (
        timedelta(seconds=2.5),
        timedelta(minutes=1),
        True,
    )
    assert [gap.state for gap in first.gaps] == ["open", "given_up", "repaired"]
    assert (first.open_gaps, first.ledger.balances, first.stale) == (1, True, True)
    line = account_line(account_id, at=NEXT_DAY)
    assert (line.state, line.sentence, line.open_gaps) == ("failing", "They are down.", 1)


def test_a_stream_whose_worker_was_killed_is_seen_to_be_held_by_nobody() -> None:
    account_id = make_account()
    models.Source.objects.update(streaming=True, asked_at=MONDAY_9)

    killed = channel_health(account_id, at=MONDAY_9 + timedelta(hours=1))
    models.Source.objects.update(asked_at=MONDAY_9 + timedelta(hours=1))
    beating = channel_health(account_id, at=MONDAY_9 + timedelta(hours=1))

    assert [one.stale for one in (*killed, *beating)] == [True, False]


def test_a_paused_account_is_never_stale() -> None:
    account_id = make_account()
    pause_channel(account_id=account_id, by="olga", at=NEXT_DAY)

    assert [one.stale for one in channel_health(account_id, at=NEXT_DAY)] == [False]
    assert account_line(account_id, at=NEXT_DAY).state is AccountState.PAUSED
