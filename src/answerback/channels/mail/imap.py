"""One line to an IMAP server, over a guarded connection; every answer is bounded."""

import base64
import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, NotAllowed
from answerback.channels.mail.line import ImapLine, check_security, port_of
from answerback.channels.mail.map import MOST_READ, Mail
from answerback.channels.mail.providers import Provider, provider_of
from answerback.channels.mail.refusals import not_connected, why_not_let_in
from answerback.channels.mail.sasl import shown_to
from answerback.channels.mail.tokens import TokenRefused, with_token
from answerback.domain.records.refusal import Refusal

_SENT_NAMES: Final = frozenset(
    {"sent", "sent items", "sent mail", "sent messages", "gesendet", "gesendete elemente"}
    | {"gesendete objekte", "envoyés", "enviados", "inviata", "verzonden items"}
)
_SHORT_BODY: Final = re.compile(rb'BODY\[\](?:<0>)? (?:NIL|"((?:[^"\\]|\\.)*)")')
#: Refusals that pass by themselves (RFC 5530).
_FOR_NOW: Final = re.compile(
    r"\[(?:UNAVAILABLE|LIMIT|INUSE|SERVERBUG|CONTACTADMIN|THROTTLED)\]|too many|try again|tempor",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder as it was when it was opened."""

    validity: int  #: UIDVALIDITY: while it stays, a number means the same mail
    next_uid: int
    messages: int


class Mailbox:
    """A mailbox that is only ever looked at: nothing in it is marked, moved or deleted."""

    def __init__(self, account: Account) -> None:
        """
        Connect and sign in, by password or by token.

        :raises NotAllowed: when the login is refused.
        :raises ChannelDown: when nobody answers, or not as a mail server does.
        """
        self._account = account
        self._host = account.settings["imap_host"].strip()
        self._idle_tag: bytes | None = None
        with self._words():
            provider = provider_of(account)
            if provider is None:
                self._begin(self._by_password)
            else:
                with_token(account, provider, partial(self._begin_by_token, provider))

    def _begin_by_token(self, provider: Provider, token: str) -> None:
        self._begin(partial(self._by_token, provider, token))

    def _begin(self, sign_in: Callable[[], None]) -> None:
        """Connect and sign in; a line on which a login was refused is not used again."""
        settings = self._account.settings
        security = settings.get("imap_security", "tls")
        port = port_of(settings.get("imap_port", ""), default=993 if security == "tls" else 143)
        check_security(self._account, host=self._host, port=port, security=security)
        self._line = ImapLine(self._account, host=self._host, port=port, security=security)
        try:
            if security == "starttls":
                self._line.begin_tls()
            sign_in()
            _, told = self._line.capability()  # more can be done by who is signed in
            words = b" ".join(told).decode("ascii", "replace").upper().split()
            self._line.capabilities = tuple(words)
        except BaseException:
            self._line.shutdown()
            raise

    def _by_password(self) -> None:
        user, password = self._account.settings["user"], self._account.secrets.get("password", "")
        if not password or not (user + password).isprintable():
            raise NotAllowed("The user or the password of the mailbox is missing or unusable.")
        line = self._line
        try:
            if "AUTH=PLAIN" in line.capabilities:
                told = f"\0{user}\0{password}".encode()
                line.authenticate("PLAIN", lambda _: told)
            else:
                line.login(_quoted(user), password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as wrong:
            words = _no_login_now(self._host, wrong)
            raise NotAllowed(
                f"{self._host} refuses the login of '{user}': {words}. Check the user and the "
                "password; many providers want an app password, some a sign-in by OAuth."
            ) from wrong

    def _by_token(self, provider: Provider, token: str) -> None:
        line = self._line
        offers = (one for one in line.capabilities if one.startswith("AUTH="))
        shown = shown_to(
            self._account,
            provider,
            offered=frozenset(one.removeprefix("AUTH=") for one in offers),
            token=token,
            host=self._host,
            port=line.port,
        )
        try:
            line.authenticate(shown.mechanism.value, shown.answer)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as wrong:
            words = _no_login_now(self._host, wrong)
            raise TokenRefused(
                why_not_let_in(
                    self._account,
                    provider,
                    token=token,
                    host=self._host,
                    words=words,
                    status=shown.status,
                )
            ) from wrong

    @property
    def pushes(self) -> bool:
        return "IDLE" in self._line.capabilities

    def open(self, folder: str, *, to_write: bool = False) -> Folder:
        """
        Open a folder, for reading alone but for our own copies of what we send.

        :raises ChannelDown: when there is no such folder, among others.
        """
        with self._words():
            kind, told = self._line.select(_folder_name(folder), readonly=not to_write)
            if kind != "OK":
                raise ChannelDown(
                    f"The mailbox at {self._host} has no folder {folder!r} that may be read: "
                    f"{_first(told)}. Correct it in the settings of the account."
                )
            return Folder(
                validity=_number(self._line.response("UIDVALIDITY")[1]),
                next_uid=_number(self._line.response("UIDNEXT")[1]),
                messages=_number(told),
            )

    def sent_folder(self) -> str | None:
        """
        Return the folder of sent mail, as the server writes it; None: there is none.

        By its special use (RFC 6154); where the server tells none, by what it is mostly called.
        """
        with self._words():
            _, told = self._line.list()
        named: str | None = None
        for one in told or ():
            line = one if isinstance(one, bytes) else b" ".join(one or ())
            found = re.match(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?P<name>.+)', line)
            if not found:
                continue
            name = found["name"].decode("ascii", "replace").strip('"').replace('\\"', '"')
            if rb"\sent" in found["flags"].lower():
                return name
            if re.split(r"[/.]", name)[-1].casefold() in _SENT_NAMES:
                named = named or name
        return named

    def search(self, *asked: str) -> list[int]:
        """Return the numbers of mails, rising; the server is woken first, else it may not look."""
        with self._words():
            self._line.noop()
            kind, told = self._line.uid("SEARCH", *asked)
            if kind != "OK":
                raise ChannelDown(f"{self._host} does not search: {_first(told)}.")
            found = b" ".join(one for one in told if one).split()
            return sorted({int(one) for one in found if one.isdigit()})

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return the bytes of mails by their numbers; what is gone meanwhile is left out."""
        with self._words():
            kind, told = self._line.uid("FETCH", _set_of(uids), "(UID RFC822.SIZE)")
            if kind != "OK":
                raise ChannelDown(f"{self._host} does not tell sizes: {_first(told)}.")
        found: dict[int, int] = {}
        for one in told:
            line = one[0] if isinstance(one, tuple) else one or b""
            uid, size = re.search(rb"UID (\d+)", line), re.search(rb"RFC822.SIZE (\d+)", line)
            if uid and size:
                found[int(uid[1])] = int(size[1])
        return found

    def fetch(self, uid: int, *, size: int) -> Mail | None:
        """
        Return a mail, of a large one the first megabyte; None when it is gone.

        :raises Withheld: when the server has it, and does not give it.
        """
        with self._words():
            what = f"(UID INTERNALDATE FLAGS BODY.PEEK[]<0.{MOST_READ}>)"
            kind, told = self._line.uid("FETCH", str(uid), what)
        if kind != "OK":
            raise Withheld(_first(told))
        lines = [
            one for part in told if part for one in (part if isinstance(part, tuple) else (part,))
        ]
        raw = next((part[1] for part in told if isinstance(part, tuple)), None)
        about = b" ".join(one for one in lines if one is not raw)
        if raw is None and (found := _SHORT_BODY.search(about)) is not None:
            raw = re.sub(rb"\\(.)", rb"\1", found[1] or b"")
        if raw is None:
            return None
        return Mail(
            raw=raw,
            size=max(size, len(raw)),
            internal=_internal(about),
            draft=rb"\draft" in about.lower(),
        )

    def find(self, message_id: str, *asked: str) -> list[int]:
        """Return the mails of an id in the open folder."""
        return self.search("HEADER", "Message-ID", _quoted(message_id), *asked)

    def keep(self, folder: str, *, mail: bytes, at: datetime | None) -> int | None:
        r"""
        Add a mail of ours to a folder, read and marked as a draft: it is about to be sent.

        Returns its number, where the server tells it (RFC 4315).
        """
        with self._words():
            moment = "" if at is None else imaplib.Time2Internaldate(at)
            flags = r"(\Seen \Draft)"
            kind, told = self._line.append(_folder_name(folder), flags, moment, mail)
            if kind != "OK":
                raise ChannelDown(f"{self._host} does not keep sent mail: {_first(told)}.")
        number = re.search(r"\[APPENDUID \d+ (\d+)\]", _first(told))
        return None if number is None else int(number[1])

    def mark(self, uids: Sequence[int], how: str) -> None:
        r"""Change a flag of mails of our own: "-\Draft" when they are sent, "+\Deleted" else."""
        with self._words():
            told = (f"{how[0]}FLAGS.SILENT", f"({how[1:]})")
            kind, words = self._line.uid("STORE", _set_of(uids), *told)
            if kind == "OK" and how == r"+\Deleted" and "UIDPLUS" in self._line.capabilities:
                kind, words = self._line.uid("EXPUNGE", _set_of(uids))
            if kind != "OK":
                raise ChannelDown(f"{self._host} does not mark mail: {_first(words)}.")

    def await_mail(self, seconds: float) -> bool:
        """Hold the line until the server says that something changed, so long at most."""
        with self._words():
            if self._idle_tag is None:
                self._begin_idle()
            return self._line.something_came(seconds)

    def _begin_idle(self) -> None:
        line = self._line
        self._idle_tag = line._new_tag()  # noqa: SLF001  the parent speaks IDLE from 3.14 on
        line.send(self._idle_tag + b" IDLE\r\n")
        while not (told := line.readline()).startswith(b"+"):
            if told.startswith(self._idle_tag):
                self._idle_tag = None
                raise ChannelDown(f"{self._host} does not hold a line open: {told[:200]!r}.")

    def end_idle(self) -> None:
        """End the wait: a dead line is noticed here at the latest, for the server must answer."""
        if self._idle_tag is None:
            return
        with self._words():
            tag, self._idle_tag = self._idle_tag, None
            self._line.send(b"DONE\r\n")
            while not self._line.readline().startswith(tag):
                pass  # what changed is asked for anew

    def close(self) -> None:
        """Hang up, with a word; nobody waits for the answer."""
        with suppress(OSError, imaplib.IMAP4.error):
            if self._idle_tag is not None:
                self._line.send(b"DONE\r\n")
            self._line.send(b"BYE LOGOUT\r\n")
        with suppress(OSError):
            self._line.shutdown()

    @contextmanager
    def _words(self) -> Iterator[None]:
        """Say in a sentence what went wrong on the line."""
        try:
            yield
        except Refusal:
            raise
        except ssl.SSLCertVerificationError as wrong:
            raise NotAllowed(
                f"The certificate of {self._host} is not one to trust: {wrong.verify_message}. "
                "Check the server's name in the settings."
            ) from wrong
        except (OSError, imaplib.IMAP4.error, ValueError) as wrong:
            if "authenticated but not connected" in str(wrong):
                raise ChannelDown(not_connected(self._account.settings["user"])) from wrong
            raise ChannelDown(f"The line to {self._host} broke: {_shortly(wrong)}.") from wrong


class Withheld(Refusal):
    """The server has a mail and will not give it."""

    @property
    def for_now(self) -> bool:
        """Tell whether it says that this passes by itself (RFC 5530)."""
        return _FOR_NOW.search(str(self)) is not None


def _no_login_now(host: str, wrong: Exception) -> str:
    """
    Return a server's words about a login that it refuses for good.

    :raises ChannelDown: when it says that this passes.
    """
    words = str(wrong).removeprefix("b'").removesuffix("'")[:200].rstrip(". ")
    if _FOR_NOW.search(words):
        raise ChannelDown(f"{host} takes no login now: {words}.")
    return words


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _folder_name(folder: str) -> str:
    return _quoted(utf7(folder))


def utf7(name: str) -> str:
    """Return a folder's name as IMAP writes it (RFC 3501, 5.1.3); one so written stays."""
    if name.isascii():
        return name
    out: list[str] = []
    for run in re.findall(r"[ -~]+|[^ -~]+", name):
        if run.isascii() and run.isprintable():
            out.append(run.replace("&", "&-"))
        else:
            coded = base64.b64encode(run.encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
            out.append(f"&{coded.decode()}-")
    return "".join(out)


def _set_of(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _number(told: Sequence[bytes | None] | None) -> int:
    word = (told or [None])[-1] or b""
    return int(word) if word.isdigit() else 0


def _first(told: object) -> str:
    one = told[0] if isinstance(told, list) and told else told
    words = one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
    return words[:200].rstrip(". ")


def _internal(line: bytes) -> datetime | None:
    found = imaplib.Internaldate2tuple(line)
    return None if found is None else datetime.fromtimestamp(time.mktime(found), UTC)


def day(moment: date) -> str:
    """Return a day as IMAP's searches want it: "01-Dec-2026"."""
    return f"{moment.day:02d}-{_MONTHS[moment.month - 1]}-{moment.year}"


_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def _shortly(wrong: Exception) -> str:
    return " ".join(str(wrong).split())[:200] or type(wrong).__name__
