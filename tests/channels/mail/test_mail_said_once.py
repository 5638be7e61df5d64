"""Four hundred replies by mail while whoever sends them is killed -9: none twice, none lost."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest
from tests.servers import mail as servers

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("loopback")]

_REPLIES, _KILLS, _MOST_TO_PEOPLE = 400, 30, 0.06
#: As the outbox does: look first, say it only when it surely was not said, note what came of it.
_SENDS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from answerback.channels.live import Account
from answerback.channels.mail.send import MailSender
from answerback.channels.outbound import Message, NoAnswer

imap, smtp, notes, most = sys.argv[1:]
settings = {
    "address": "care@acme.example", "user": "care", "imap_host": "127.0.0.1", "imap_port": imap,
    "imap_security": "none", "smtp_host": "127.0.0.1", "smtp_port": smtp, "smtp_security": "none",
}
account = Account(
    account_id=1, channel="email", name="Care", settings=settings, secrets={"password": "pw"},
    reach=frozenset({f"127.0.0.1:{imap}", f"127.0.0.1:{smtp}"}),
)
voice = MailSender(account)
done = {line.split()[0] for line in Path(notes).read_text().splitlines()}
with open(notes, "a") as noted:
    for number in range(int(most)):
        key = f"00000000-0000-4000-8000-{number:012}"
        if key in done:
            continue
        message = Message(
            text="Sorry.", to="alice@example.org", channel="email", in_reply_to="q@example.org",
            key=key, made_at=datetime(2026, 12, 1, tzinfo=UTC),
        )
        try:
            word = "found" if voice.find(message) else f"sent {voice.send(message)}"
        except NoAnswer:
            word = "person"
        noted.write(f"{key} {word}\\n")
        noted.flush()
"""


def test_replies_are_said_once_or_shown_to_a_person(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.touch()
    with servers.dovecot(tmp_path) as office:
        told = [str(office.imap.port), str(office.smtp.port), str(notes), str(_REPLIES)]
        command = [sys.executable, "-c", _SENDS, *told]
        moments = random.Random(5)  # noqa: S311  no secret
        for _ in range(_KILLS):
            begun = len(notes.read_text().splitlines())
            with subprocess.Popen(command) as worker:  # noqa: S603  our own program
                until = time.monotonic() + 20
                while len(notes.read_text().splitlines()) < begun + 4 and worker.poll() is None:
                    assert time.monotonic() < until
                    time.sleep(0.01)
                time.sleep(moments.random() * 0.1)
                worker.send_signal(signal.SIGKILL)
        subprocess.run(command, check=True)  # noqa: S603  and what is left, undisturbed

        said = Counter(message_from_bytes(raw)["Message-ID"] for raw in office.taken())
        words = dict(line.split()[:2] for line in notes.read_text().splitlines())

    people = {key for key, word in words.items() if word == "person"}
    assert len(words) == _REPLIES
    assert set(said.values()) == {1}
    assert {f"<{key}@acme.example>" for key in words.keys() - people} <= set(said)
    assert len(people) <= _MOST_TO_PEOPLE * _REPLIES
