"""Two hundred mails, and our worker is killed -9 time and again: none is lost, none comes twice."""

import random
import smtplib
import threading
import time
from pathlib import Path

import pytest
from tests.channels.mail.letters import letter
from tests.killed import Desk
from tests.servers import mail as servers
from tests.servers.mail import Office

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

_MAILS, _KILLS = 200, 10
_BRAND = 'name = "Acme"\nhandles = ["acme"]\n'


def _heard(desk: Desk) -> list[str]:
    rows = desk.ask("SELECT external_id FROM desk_post WHERE channel = 'email'")
    return [name for (name,) in rows if name.endswith("@kill.example")]


def test_what_comes_while_our_worker_is_killed_is_kept_once_each(tmp_path: Path) -> None:
    with servers.dovecot(tmp_path) as office:
        account = office.account()
        desk = Desk(folder=tmp_path / "desk", reach=",".join(account.reach))
        told = desk.found(
            brand=_BRAND, channel="email", settings=account.settings, secret="password=pw"
        )
        assert "Signed in as care@acme.example" in told
        moments = random.Random(6)  # noqa: S311  no secret
        at_work = 0
        for number in range(_KILLS):
            before = len(_heard(desk))
            writer = threading.Thread(target=_write, args=[office, number])
            writer.start()
            with desk.listening():
                until = time.monotonic() + 60
                while len(_heard(desk)) == before and time.monotonic() < until:
                    time.sleep(0.02)
                time.sleep(moments.random() * 0.5)
            at_work += len(_heard(desk)) > before
            writer.join()
            desk.let_leases_end()
        with desk.listening():
            until = time.monotonic() + 120
            while len(_heard(desk)) < _MAILS and time.monotonic() < until:
                time.sleep(0.5)

        kept = _heard(desk)

        assert sorted(kept) == sorted(f"m{number}@kill.example" for number in range(_MAILS))
        assert at_work >= _KILLS // 2
        (totals,) = desk.ask(
            "SELECT SUM(fetched), SUM(stored + duplicate + discarded + failed), SUM(failed) "
            "FROM desk_ledgerline"
        )
        assert totals[0] == totals[1]
        assert totals[2] == 0


def _write(office: Office, turn: int) -> None:
    """Hand in the mails of one turn, a little apart."""
    many = _MAILS // _KILLS
    with smtplib.SMTP("127.0.0.1", office.smtp.port) as line:
        for number in range(turn * many, (turn + 1) * many):
            raw = letter(f"Kettle no. {number} leaks", id=f"m{number}@kill.example")
            line.sendmail("alice@example.org", ["care@acme.example"], raw)
            time.sleep(0.1)
