"""Real mail servers for the tests, that others wrote: pymap, Dovecot and aiosmtpd."""

import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pytest

from answerback.channels.live import Account

_HERE = Path(__file__).parent
_SECONDS = 30.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(kw_only=True)
class Server:
    """A server in a process of its own."""

    command: list[str]
    port: int
    log: Path
    user: str | None = None  #: whose rights it has; None: ours
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own servers
                self.command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
                group=self.user and "nogroup",
                extra_groups=None if self.user is None else [],
            )
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{self.command[0]} did not start: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """End it at once, with all it started."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


@dataclass(kw_only=True)
class Office:
    """A mail office: an IMAP server, an SMTP server, and what was handed to the latter."""

    imap: Server
    smtp: Server
    folder: Path
    submission: int | None = None  #: port of Dovecot's own SMTP server, which hands mail on
    address: str = "care@acme.example"
    reach: frozenset[str] = field(default_factory=frozenset)

    def account(self, **settings: str) -> Account:
        """Return an account whose mailbox is here."""
        told = {
            "address": self.address,
            "display_name": "Acme",
            "imap_host": "127.0.0.1",
            "imap_port": str(self.imap.port),
            "imap_security": "none",
            "smtp_host": "127.0.0.1",
            "smtp_port": str(self.submission or self.smtp.port),
            "smtp_security": "none",
            "user": "care",
        }
        ports = {self.imap.port, self.smtp.port, self.submission or self.smtp.port}
        return Account(
            account_id=1,
            channel="email",
            name="Care",
            settings=MappingProxyType(told | settings),
            secrets=MappingProxyType({"password": "pw"}),
            reach=frozenset(f"127.0.0.1:{port}" for port in ports),
        )

    def write(self, text: str, *, to: str = "", **headers: str) -> None:
        """Send a mail as a customer does; headers by their names, with _ for -."""
        mail = EmailMessage()
        told = {"From": "Alice <alice@example.org>", "To": to or self.address, **headers}
        for name, value in told.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self.hand_in(mail.as_bytes(), to=to or self.address)

    def hand_in(self, raw: bytes, *, to: str = "") -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp.port) as line:
            line.sendmail("alice@example.org", [to or self.address], raw)

    def box(self, user: str = "care") -> imaplib.IMAP4:
        box = imaplib.IMAP4("127.0.0.1", self.imap.port)
        box.login(user, "pw")
        return box

    def taken(self) -> list[bytes]:
        """Return the mails that the SMTP server took, in order."""
        return [path.read_bytes() for path in sorted(self.folder.glob("*.eml"))]


@contextmanager
def pymap(folder: Path) -> Iterator[Office]:
    """Run pymap, which forgets its mail and counts anew when it is started again, and aiosmtpd."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-c", "from pymap.main import main; main()"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-data"]
    command += ["--demo-user", "care", "--demo-password", "pw"]
    imap = Server(command=command, port=port, log=folder / "pymap.log")
    yield from _office(imap, folder=folder, how="imap", onward=port, port=free_port())


@contextmanager
def dovecot(folder: Path, *, introspects: str = "") -> Iterator[Office]:
    """
    Run Dovecot and aiosmtpd; skip the test where Dovecot is not installed.

    `introspects`: Dovecot takes tokens, too, and asks there whom they stand for (RFC 7662); where
    its SMTP server is installed, mail is sent by that.
    """
    binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None or not Path("/usr/lib/dovecot/lmtp").exists():
        pytest.skip("needs Dovecot: apt-get install dovecot-imapd dovecot-lmtpd")
    with TemporaryDirectory(prefix="answerback-dovecot-") as home:  # pytest's is for root alone
        yield from _with_dovecot(folder, home=Path(home), binary=binary, introspects=introspects)


def _with_dovecot(folder: Path, *, home: Path, binary: str, introspects: str) -> Iterator[Office]:
    imap_port, lmtp_port, smtp_port, port = (free_port() for _ in range(4))
    _settle_dovecot(home, imap_port=imap_port, lmtp_port=lmtp_port)
    submits = Path("/usr/lib/dovecot/submission").exists()
    if introspects:
        _takes_tokens(home, introspects=introspects)
        if submits:
            _submits(home, port=port, onward=smtp_port)
    command = [binary, "-F", "-c", str(home / "dovecot.conf")]
    user = "nobody" if os.geteuid() == 0 else None
    imap = Server(command=command, port=imap_port, log=folder / "dovecot.log", user=user)
    told = {"submission": port} if introspects and submits else {}
    yield from _office(imap, folder=folder, how="lmtp", onward=lmtp_port, port=smtp_port, **told)


def _office(
    imap: Server,
    *,
    folder: Path,
    how: str,
    onward: int,
    port: int,
    submission: int | None = None,
) -> Iterator[Office]:
    taken = folder / "taken"
    taken.mkdir()
    script = str(_HERE / "smtp_server.py")
    command = [sys.executable, "-W", "ignore", script, str(port), str(taken), how, str(onward)]
    smtp = Server(command=command, port=port, log=folder / "smtp.log")
    try:
        imap.start()
        smtp.start()
        yield Office(imap=imap, smtp=smtp, folder=taken, submission=submission)
    finally:
        smtp.kill()
        imap.kill()


def _settle_dovecot(home: Path, *, imap_port: int, lmtp_port: int) -> None:
    """Fill a folder with Dovecot's settings: two people, nobody's rights but our own."""
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    group = "nogroup" if user == "nobody" else str(os.getgid())
    for name in ("run", "mail"):
        (home / name).mkdir()
    (home / "passwd").write_text("care:{PLAIN}pw::::::\nalice:{PLAIN}pw::::::\n")
    (home / "dovecot.conf").write_text(
        _DOVECOT.replace("HOME", str(home))
        .replace("USER", user)
        .replace("GROUP", group)
        .replace("IMAP_PORT", str(imap_port))
        .replace("LMTP_PORT", str(lmtp_port))
    )
    if user == "nobody":
        for path in (home, *home.rglob("*")):
            shutil.chown(path, user, group)


def _submits(home: Path, *, port: int, onward: int) -> None:
    """Let Dovecot take mail by SMTP, and hand it on to a port."""
    told = _SUBMISSION.replace("PORT", str(port)).replace("ONWARD", str(onward))
    conf = home / "dovecot.conf"
    conf.write_text(conf.read_text() + told)


def _takes_tokens(home: Path, *, introspects: str) -> None:
    """Let Dovecot take tokens as well as passwords."""
    (home / "oauth2").write_text(
        f"introspection_mode = post\nintrospection_url = {introspects}\n"
        "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
    )
    conf = home / "dovecot.conf"
    conf.write_text(conf.read_text() + _TOKENS.replace("HOME", str(home)))
    for path in (conf, home / "oauth2"):
        path.chmod(0o644)


_TOKENS = """
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
auth_mechanisms = plain login oauthbearer xoauth2
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = HOME/oauth2
}
"""
_SUBMISSION = """
protocols = imap lmtp submission
hostname = mail.acme.example
submission_relay_host = 127.0.0.1
submission_relay_port = ONWARD
service submission-login {
  chroot =
  inet_listener submission {
    port = PORT
  }
}
"""
_DOVECOT = r"""
base_dir = HOME/run
state_dir = HOME/run
log_path = HOME/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = USER
default_internal_group = GROUP
default_login_user = USER
first_valid_uid = 1
mail_location = maildir:HOME/mail/%n
mail_access_groups =
auth_username_format = %Ln
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = IMAP_PORT
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = LMTP_PORT
  }
}
service stats {
  chroot =
}
passdb {
  driver = passwd-file
  args = HOME/passwd
}
userdb {
  driver = static
  args = uid=USER gid=GROUP home=HOME/mail/%n allow_all_users=yes
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = subscribe
    special_use = \Sent
  }
}
"""
