"""`answerback channel`, as whoever runs the server types it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from tests.builders import MONDAY_9
from tests.channels.tiny import Script, use_tiny
from tests.desk.channels import SECRET, make_account, make_acme

from answerback.channels.discourse.hear import Discourse
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import NotAllowed
from answerback.cli import answerback, channel_asking
from answerback.desk import models
from answerback.desk.queries.accounts import opened
from answerback.domain.records.refusal import Refusal
from answerback.project import clock, start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Script:
    """Let the commands use the test's own database, and the tiny network."""

    @contextmanager
    def desk(_data: Path | None, **_told: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(start, "desk", desk)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return use_tiny(monkeypatch)


def _type(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(answerback, ["channel", *words], input=typed)


def _add(*words: str, typed: str | None = None) -> Result:
    told = ("add", "tiny", "--brand", "Acme", "--name", "Support", *words)
    return _type(*told, typed=typed)


def test_an_account_is_added_with_secrets_from_standard_input_and_its_login_is_tried() -> None:
    make_acme()

    said = _add("--set", "server=tiny.example", "--secrets-from", "-", typed=f"password={SECRET}\n")

    account = models.ChannelAccount.objects.get()
    assert said.output == (
        f"Account {account.pk} is set up.\n"
        f"Others bring posts to http://127.0.0.1:8000/in/{account.mailbox}/\n"
        "It works: Signed in to tiny.example as @acme.\n"
    )
    assert said.exit_code == 0
    assert opened(account.pk).secrets == {"password": SECRET}
    assert (account.added_by, account.handle) == (None, "acme")


@pytest.mark.parametrize(
    "text", [f"# mine\n\npassword={SECRET}\n", json.dumps({"password": SECRET})]
)
def test_secrets_are_read_from_a_file_of_lines_or_of_json(tmp_path: Path, text: str) -> None:
    make_acme()
    file = tmp_path / "secrets"
    file.write_text(text)

    said = _add("--set", "server=s", "--secrets-from", str(file), "--no-test")

    assert said.exit_code == 0, said.output
    assert opened(models.ChannelAccount.objects.get().pk).secrets == {"password": SECRET}


def test_without_a_terminal_a_network_that_needs_no_secret_is_set_up_without_one() -> None:
    assert channel_asking.secrets_typed(Discourse, settings={}, source=None, all_of_them=True) == {}


def test_at_a_terminal_a_wrong_setting_is_refused_before_a_secret_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_acme()
    monkeypatch.setattr(channel_asking, "at_terminal", lambda: True)

    said = _add("--set", "sever=s", typed=f"{SECRET}\n\n")

    assert "has no setting 'sever'" in str(said.exception)
    assert "Password" not in said.output


def test_at_a_terminal_secrets_are_asked_for_and_never_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_acme()
    monkeypatch.setattr(channel_asking, "at_terminal", lambda: True)

    said = _add("--set", "server=s", "--no-test", typed=f"{SECRET}\n\n")

    assert said.exit_code == 0, said.output
    assert "Session (Enter: none)" in said.output
    assert SECRET not in said.output
    assert opened(models.ChannelAccount.objects.get().pk).secrets == {"password": SECRET}


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (("--set", "server=s"), None, "there is no terminal to ask at"),
        (("--set", f"password={SECRET}"), None, "'password' is a secret, and a command line"),
        (("--set", "server"), None, "--set 'server' has no value"),
        (("--set", "server=s", "--secrets-from", "/nowhere"), None, "cannot be read from /nowhere"),
        (("--set", "server=s", "--secrets-from", "-"), "pass word\n", "Line 1 of standard input"),
        (("--set", "server=s", "--secrets-from", "-"), "{1", "begins like JSON and is none"),
        (("--set", "server=s", "--secrets-from", "-"), '{"password": 1}', "one JSON object"),
        (("--set", "server=s", "--secrets-from", "-"), "", "'Password' is needed"),
        (("--secrets-from", "-"), f"password={SECRET}", "'Server' is needed"),
        (("--brand", "Acne", "--set", "server=s"), None, "no brand 'Acne'"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_without_the_secret(
    words: tuple[str, ...], typed: str | None, sentence: str
) -> None:
    make_acme()

    said = _add(*words, typed=typed)

    assert isinstance(said.exception, Refusal), said.output
    assert sentence in str(said.exception)
    assert SECRET not in str(said.exception) + said.output
    assert not models.ChannelAccount.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("test", "7"),
        ("set", "7", "server=x"),
        ("secret", "7"),
        ("pause", "7"),
        ("resume", "7"),
        ("remove", "7", "--yes"),
        ("health", "7"),
    ],
)
def test_an_account_that_is_not_there_is_said_so(words: tuple[str, ...]) -> None:
    said = _type(*words)

    assert isinstance(said.exception, Refusal)
    assert "There is no account 7. Type: answerback channel list" in str(said.exception)


@pytest.mark.parametrize(
    ("no", "advice"),
    [
        (
            NotAllowed("tiny.example refuses our login."),
            "Correct its settings or set",
        ),
        (ChannelDown(f"It said {SECRET}."), "Check the settings"),
    ],
)
def test_a_test_that_fails_says_what_to_do_and_exits_1(
    tiny: Script, no: ChannelDown, advice: str
) -> None:
    account_id = make_account()
    tiny.raises = no

    said = _type("test", str(account_id))

    assert said.exit_code == 1
    assert said.output.startswith("It does not work: ")
    assert advice in said.output
    assert SECRET not in said.output


def test_accounts_are_listed_with_how_they_are() -> None:
    account_id = make_account(tags="acme")

    table, told = _type("list"), json.loads(_type("list", "--json").output)

    assert table.output.split("\n")[1] == (
        f"{account_id}\tAcme\ttiny\tSupport\tnot told\tuntested\tnever\t0"
    )
    (account,) = told["accounts"]
    assert account["settings"] == {"server": "tiny.example", "tags": "acme"}
    assert (account["state"], account["sources"]) == ("untested", 2)


def test_the_kinds_tell_what_they_can_and_what_is_not_proven() -> None:
    table, fields = _type("kinds").output, _type("kinds", "tiny").output

    assert "tiny\tTiny\thears, speaks, is called\tNo server of it runs here." in table
    assert "password\tPassword\tyes\tsecret\tAn app password." in fields
    assert json.loads(_type("kinds", "--json").output)["kinds"][0]["fields"][0]["name"] == "server"
    assert isinstance(_type("kinds", "tony").exception, Refusal)


def test_settings_and_secrets_are_changed_and_an_account_rests_goes_on_and_goes() -> None:
    account_id = make_account()
    number = str(account_id)

    assert _type("set", number, "tags=a,b", "--name", "Press").exit_code == 0
    assert _type("secret", number, "--secrets-from", "-", typed="password=other").exit_code == 0
    account = models.ChannelAccount.objects.get()
    assert (account.name, account.settings["tags"]) == ("Press", "a,b")
    assert opened(account_id).secrets == {"password": "other"}
    assert _type("pause", number).output == f"Account {number} rests.\n"
    assert _type("resume", number).output == f"Account {number} goes on.\n"
    assert isinstance(_type("set", number).exception, Refusal)
    assert isinstance(_type("remove", number).exception, Refusal)
    assert _type("remove", number, "--yes").exit_code == 0
    assert models.ChannelAccount.objects.get().removed_at is not None


def test_health_tells_each_source_with_its_sum() -> None:
    account_id = make_account()
    models.Source.objects.update(
        failures=3,
        sentence="They are down.",
        last_post_at=MONDAY_9,
        lag=1.25,
        next_at=MONDAY_9,
        rate={"limit": 300, "remaining": 280},
    )

    said = _type("health", str(account_id)).output.split("\n")
    (account,) = json.loads(_type("health", "--json").output)["accounts"]

    assert said[1] == (
        "Support: mentions\tfailed 3 times\t2026-03-02T09:00:00+00:00\t1.2 s\tnever\t"
        "2026-03-02T09:00:00+00:00\t280 of 300 left\t0\t0 fetched = 0 + 0 + 0 + 0"
    )
    assert said[2] == "Support: They are down."
    (source,) = account["sources"]
    assert (source["every_seconds"], source["lag_seconds"], source["ledger"]["balances"]) == (
        60.0,
        1.25,
        True,
    )


def test_health_tells_a_limit_and_posts_without_a_time_of_their_own() -> None:
    make_account()
    models.Source.objects.update(
        heard_at=MONDAY_9, next_at=None, limited_until=clock.now() + timedelta(days=1)
    )

    said = _type("health").output.split("\n")[1].split("\t")

    assert said[2] == "heard 2026-03-02T09:00:00+00:00"
    assert said[6].startswith("wait until 2")


def test_a_window_of_the_past_is_asked_for_of_every_stream_that_gives_it() -> None:
    number = str(make_account(tags="acme"))
    since = ("--since", "2026-03-01T09:00+00:00")

    said = _type("backfill", number, *since)

    assert said.output.startswith("Support: mentions: it is fetched as gap ")
    assert [gap.source.stream for gap in models.Gap.objects.all()] == ["mentions"]
    for words in (
        (*since, "--stream", "nowhere"),
        (*since, "--until", "2020-03-01T09:00Z"),
        ("--since", "monday"),
    ):
        assert isinstance(_type("backfill", number, *words).exception, Refusal)
    for name, words in (("since", ("--since", "2026-03-01")), ("until", (*since, "--until", "x"))):
        assert str(_type("backfill", number, *words).exception).startswith(f"--{name} ")


def test_keys_are_rotated_with_the_rate_and_old_ones_dropped_when_told() -> None:
    account_id = make_account()

    kept, dropped = _type("rotate-keys").output, _type("rotate-keys", "--drop-old").output

    assert "Sealed 1 account anew in " in kept
    assert "Old keys stay, for backups." in kept
    assert dropped.count(",") >= 1  # two keys are gone
    assert opened(account_id).secrets == {"password": SECRET}
