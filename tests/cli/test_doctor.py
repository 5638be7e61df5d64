"""`answerback doctor`: what is well, what deserves a look, what must be mended."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection
from tests.builders import make_post
from tests.channels.tiny import Script, use_tiny
from tests.desk.channels import SECRET, make_account
from tests.desk.replying import make_draft
from tests.desk.steps import collected, imported

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Checked, NotAllowed
from answerback.cli import answerback
from answerback.desk import models, sealing
from answerback.desk.operations.change_channel import pause_channel
from answerback.desk.operations.note_proxy import note_proxy
from answerback.desk.operations.note_pulse import note_pulse
from answerback.desk.queries import database_state, pressure
from answerback.project import start
from answerback.project.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Script:
    """Let the command use the test's own database, and the tiny network; a worker is alive."""

    @contextmanager
    def desk(_data: Path | None, **_told: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(start, "desk", desk)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    tmp_path.chmod(0o700)
    note_pulse(at=now())
    return use_tiny(monkeypatch)


def doctor(*words: str) -> tuple[int, dict[str, tuple[str, str, str | None]]]:
    """Return the exit status, and what was found by what was looked at, the last of each."""
    said = CliRunner().invoke(answerback, ["doctor", "--json", *words])
    assert SECRET not in said.output
    told = json.loads(said.output)
    assert told["well"] is (said.exit_code == 0)
    return said.exit_code, {
        one["what"]: (one["state"], one["sentence"], one["do"]) for one in told["checks"]
    }


def make_asked_account() -> int:
    """Return an account whose sources were asked just now."""
    account_id = make_account()
    models.Source.objects.update(asked_at=now(), opened_at=now(), next_at=now())
    return account_id


def test_a_desk_that_is_well_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    make_asked_account()
    monkeypatch.setattr(database_state, "_MUST_BE_ON", ())  # the tests' own server syncs nothing

    status, found = doctor()

    assert {what: state for what, (state, _, _) in found.items()} == dict.fromkeys(
        [
            *("clock", "database", "disk", "permissions", "keys", "work", "sorting", "replies"),
            *("ledger", "channel Support (tiny)"),
        ],
        "well",
    )
    assert status == 0
    assert all(do is None for _, _, do in found.values())
    assert found["channel Support (tiny)"][1] == "Signed in to tiny.example as @acme."


def test_without_a_worker_nothing_happens_and_that_is_said() -> None:
    models.Lease.objects.update(until=now() - timedelta(seconds=1))

    status, found = doctor()

    assert status == 1
    assert found["work"][0] == "mend"
    assert "answerback serve" in (found["work"][2] or "")


@pytest.mark.parametrize(
    ("no", "sentence"),
    [
        (NotAllowed("tiny.example refuses our login."), "tiny.example refuses our login."),
        (ChannelDown(f"It said {SECRET}."), "It said [secret]."),
    ],
)
def test_a_login_that_does_not_work_must_be_mended_and_nothing_is_written(
    tiny: Script, no: ChannelDown, sentence: str
) -> None:
    make_asked_account()
    events = models.Event.objects.count()
    tiny.raises = no

    status, found = doctor()
    _, unasked = doctor("--no-network")

    assert (status, found["channel Support (tiny)"][:2]) == (1, ("mend", sentence))
    assert unasked["channel Support (tiny)"][:2] == ("look", "Its login was never tried.")
    assert models.Event.objects.count() == events
    assert models.ChannelAccount.objects.get().stopped == ""


def test_a_clock_that_is_off_is_said(tiny: Script) -> None:
    make_asked_account()
    tiny.checked = Checked(handle="acme", sentence="In.", clock_ahead=timedelta(minutes=6))

    assert doctor()[1]["channel Support (tiny)"][:2] == (
        "mend",
        "It works; its clock is 360 s ahead of ours.",
    )
    models.Event.objects.create(
        what="view_shared", at=now() + timedelta(hours=1), brand=models.Brand.objects.get()
    )
    assert doctor()[1]["clock"][0] == "mend"


def test_a_source_that_nobody_asks_fails_waits_or_lacks_something_is_said() -> None:
    make_asked_account()
    source = models.Source.objects.all()
    what = "source Support: mentions"

    source.update(asked_at=now() - timedelta(hours=1))
    status, found = doctor()
    assert (status, found[what][0], "Nobody has asked it since" in found[what][1]) == (
        1,
        "mend",
        True,
    )
    source.update(asked_at=now(), failures=3, sentence="503.")
    assert doctor()[1][what][:2] == ("look", "It failed 3 times in a row: 503.")
    source.update(failures=0, sentence="", limited_until=now() + timedelta(minutes=3))
    assert "asked us to wait until" in doctor()[1][what][1]
    source.update(limited_until=None)
    models.Gap.objects.create(
        source=source.get(), kind="stream_broke", sentence="It broke.", found_at=now()
    )
    assert doctor()[1][what][:2] == ("look", "Open gaps: 1; something may never have been fetched.")


def test_accounts_at_rest_and_stopped_ones_are_told_apart(tiny: Script) -> None:
    account_id = make_asked_account()
    models.ChannelAccount.objects.update(stopped="They refuse our login.")
    tiny.opened.clear()

    assert doctor()[1]["channel Support (tiny)"] == (
        "mend",
        "They refuse our login.",
        f"Type: answerback channel secret {account_id}",
    )
    pause_channel(account_id=account_id, by=None, at=now())
    assert doctor()[1]["channel Support (tiny)"][0] == "look"


def test_files_that_others_may_read_are_named_with_what_to_type(tmp_path: Path) -> None:
    make_asked_account()
    (tmp_path / sealing.FILE).chmod(0o644)

    status, found = doctor()

    assert status == 1
    assert found["permissions"][2] == f"Type: chmod go= {tmp_path / sealing.FILE}"


def test_keys_that_are_lost_or_damaged_are_said(tmp_path: Path) -> None:
    account_id = make_asked_account()
    file = tmp_path / sealing.FILE
    kept = file.read_text()

    file.write_text("nonsense")
    assert doctor()[1]["keys"][0] == "mend"
    file.unlink()
    assert f"channel secret {account_id}" in (doctor()[1]["keys of Support"][2] or "")
    file.write_text(kept)
    file.chmod(0o600)
    assert doctor()[1]["keys"][0] == "well"


def test_a_disk_without_room_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    full = SimpleNamespace(total=100 * 2**30, used=99 * 2**30, free=2**30)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: full)
    monkeypatch.setattr(pressure, "on_this_disk", lambda: True)

    assert doctor()[1]["disk"][0] == "mend"


def test_what_waits_to_be_sorted_settled_sent_or_read_is_said() -> None:
    make_asked_account()
    imported(make_post("1"))
    collected(make_post("2"), fingerprint="another")
    reply = make_draft(models.Case.objects.get())
    models.Reply.objects.filter(pk=reply.pk).update(state="unknown")
    models.Letter.objects.create(
        account=models.ChannelAccount.objects.get(),
        key="1",
        body=b"",
        received_at=now() - timedelta(hours=1),
    )

    status, found = doctor()

    assert status == 1
    assert found["sorting of Acme"][:2] == ("look", "1 posts wait to be sorted.")
    assert found["replies"][0] == "look"
    assert found["deliveries"][0] == "mend"


def test_a_ledger_that_does_not_add_up_must_be_mended() -> None:
    imported(make_post("1"))
    models.LedgerLine.objects.all().delete()

    assert doctor()[1]["ledger of posts.jsonl"][0] == "mend"


def test_a_copy_that_says_nothing_is_said_so() -> None:
    models.Installation.objects.create(
        place="here", sends=False, why="This is a copy.", seen_at=now()
    )

    assert doctor()[1]["sending"][:2] == ("mend", "This is a copy.")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="is about a server")
def test_a_server_that_does_not_wait_for_its_disk_must_be_mended() -> None:
    assert doctor()[1]["database"][:2] == (
        "mend",
        "full_page_writes is off: a power cut can tear a page in two.",
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="is about the embedded database")
def test_an_embedded_database_is_looked_through_and_its_settings_are_said() -> None:
    told, quick = doctor()[1]["database"][1], doctor("--no-look-through")[1]["database"][1]

    assert "durable, looked through and whole." in told
    assert quick.endswith("durable.")


def test_piped_it_is_one_line_each() -> None:
    said = CliRunner().invoke(answerback, ["doctor"])

    lines = said.output.rstrip("\n").split("\n")
    assert lines[0] == "what\tstate\tfound\tto do"
    assert {len(line.split("\t")) for line in lines} == {4}


def test_a_proxy_that_nobody_declared_must_be_told_of() -> None:
    note_proxy(at=now())

    found = doctor()[1]["proxy"]

    assert found[0] == "mend"
    assert "X-Forwarded-For" in found[1]
    assert "ANSWERBACK_BEHIND_PROXY=on" in (found[2] or "")
