"""One mail handed to an SMTP server, and what can be known of it afterwards."""

import base64
import binascii
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from answerback.channels import guard
from answerback.channels.deadline import left
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, NotAllowed
from answerback.channels.mail.line import SECONDS, check_security, connected, port_of
from answerback.channels.mail.providers import Provider, provider_of
from answerback.channels.mail.refusals import why_not_let_in
from answerback.channels.mail.sasl import shown_to
from answerback.channels.mail.tokens import TokenRefused, with_token
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

#: For the last word, a server may look for what is unwanted in a mail first.
_LAST_WORD_SECONDS: Final = 120.0
_GO_ON: Final = 354
_SAY_MORE: Final = 334
_SIGNED_IN: Final = 235
_MOST_ANSWERS: Final = 3
_FOR_GOOD: Final = 500
_TAKEN: Final = 200


class Told(StrEnum):
    """What is known of a mail that was not taken."""

    NO = "no"  #: refused for good
    UNKNOWN = "unknown"  #: the server had all of it, and did not answer


class NotDelivered(Refusal):
    """A mail was not taken, or nobody knows."""

    def __init__(self, sentence: str, *, told: Told) -> None:
        super().__init__(sentence)
        self.told = told


class _SmtpLine(smtplib.SMTP):
    """The standard library's SMTP, speaking over our own socket."""

    def __init__(self, account: Account, *, host: str, port: int, security: str) -> None:
        self._account = account
        self._security = security
        # Without a host the parent does not connect, and our name there is no name of this machine.
        super().__init__(local_hostname="[127.0.0.1]", timeout=SECONDS)
        self._host = host  # what the certificate must name
        self.host, self.port = host, port
        code, words = self.connect(host, port)
        if code != 220:  # noqa: PLR2004  RFC 5321, 4.2.2
            self.close()
            raise ChannelDown(f"{host} takes no mail now: {code} {_text(words)}.")

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connected(self._account, host=host, port=port, security=self._security)

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(left(SECONDS))
        super().send(s)

    def getreply(self, seconds: float = SECONDS) -> tuple[int, bytes]:
        if self.sock is not None:
            self.sock.settimeout(left(seconds))
        return super().getreply()


def hand_over(
    account: Account, *, sender: str, to: str, mail: bytes, before_the_end: Callable[[], None]
) -> None:
    """
    Hand a mail to the account's SMTP server, once.

    `before_the_end` is done when the server has everything but the end of the mail, without
    which it may not take it: so little time passes between that and the server's last word.

    :raises NotAllowed: when the login is refused: nothing was sent.
    :raises ChannelDown: when nothing was sent, and it may be tried again.
    :raises NotDelivered: when it was refused for good, or nobody knows.
    """
    line = signed_in(account)
    try:
        _envelope(line, sender=sender, to=to)
        _all_but_the_end(line, mail)
        before_the_end()
        _end(line)
        with suppress(OSError, smtplib.SMTPException):
            line.putcmd("quit")
    except (OSError, smtplib.SMTPException) as wrong:
        raise ChannelDown(f"The line to the mail server broke: {wrong}.") from wrong
    finally:
        line.close()


def signed_in(account: Account) -> _SmtpLine:
    """
    Return a line to the account's SMTP server, signed in.

    :raises NotAllowed: when the login is refused, or the certificate is not one to trust.
    :raises ChannelDown: when nobody answers, or not as a mail server does.
    """
    provider = provider_of(account)
    if provider is None:
        return _begun(account, partial(_by_password, account))
    return with_token(account, provider, partial(_begun_by_token, account, provider))


def _begun_by_token(account: Account, provider: Provider, token: str) -> _SmtpLine:
    return _begun(account, partial(_by_token, account, provider, token))


def _begun(account: Account, sign_in: Callable[[_SmtpLine], None]) -> _SmtpLine:
    settings = account.settings
    host, security = settings["smtp_host"].strip(), settings.get("smtp_security", "tls")
    port = port_of(settings.get("smtp_port", ""), default=465 if security == "tls" else 587)
    check_security(account, host=host, port=port, security=security)
    line: _SmtpLine | None = None
    try:
        line = _SmtpLine(account, host=host, port=port, security=security)
        line.ehlo_or_helo_if_needed()
        if security == "starttls":
            line.starttls(context=guard.trusted())
            line.ehlo()
        sign_in(line)
    except ssl.SSLCertVerificationError as wrong:
        _hang_up(line)
        raise NotAllowed(
            f"The certificate of {host} is not one to trust: {wrong.verify_message}. Check the "
            "server's name in the settings."
        ) from wrong
    except smtplib.SMTPAuthenticationError as wrong:
        _hang_up(line)
        words = f"{wrong.smtp_code} {_text(wrong.smtp_error)}"
        if wrong.smtp_code < _FOR_GOOD:
            raise ChannelDown(f"{host} takes no login now: {words}.") from wrong
        raise NotAllowed(f"{host} refuses the login: {words}. Check user and password.") from wrong
    except (OSError, smtplib.SMTPException, ValueError) as wrong:
        _hang_up(line)
        raise ChannelDown(f"{host} cannot be spoken to: {wrong}.") from wrong
    except BaseException:
        _hang_up(line)
        raise
    return line


def _hang_up(line: _SmtpLine | None) -> None:
    if line is not None:
        line.close()


def _by_password(account: Account, line: _SmtpLine) -> None:
    password = account.secrets.get("password", "")
    if line.has_extn("auth") and password:
        line.login(account.settings["user"], password)


def _by_token(account: Account, provider: Provider, token: str, line: _SmtpLine) -> None:
    """
    Sign in by a token (RFC 4954, 4), in a line of its own: it is longer than a command may be.

    :raises TokenRefused: when the server does not take it.
    :raises SMTPAuthenticationError: when it takes none now.
    """
    shown = shown_to(
        account,
        provider,
        offered=frozenset(line.esmtp_features.get("auth", "").upper().split()),
        token=token,
        host=line.host,
        port=line.port,
    )
    code, words = line.docmd("AUTH", shown.mechanism.value)
    while code == _SAY_MORE and shown.answers < _MOST_ANSWERS:  # the token, then to an error
        answer = shown.answer(_plain(words))
        code, words = line.docmd(base64.b64encode(answer).decode("ascii"))
    if code == _SIGNED_IN:
        return
    if code < _FOR_GOOD:  # not now, or it never came to an end
        raise smtplib.SMTPAuthenticationError(code, words)
    said = f"{code} {_text(words)}"
    raise TokenRefused(
        why_not_let_in(
            account, provider, token=token, host=line.host, words=said, status=shown.status
        )
    )


def _plain(told: bytes) -> bytes:
    try:
        return base64.b64decode(told)
    except binascii.Error:
        return told


def _envelope(line: _SmtpLine, *, sender: str, to: str) -> None:
    options: Sequence[str] = ()
    if not (sender + to).isascii():
        if not line.has_extn("smtputf8"):
            raise NotDelivered(f"This mail server takes no address like {to}.", told=Told.NO)
        options = ("SMTPUTF8",)
        line.command_encoding = "utf-8"
    _must(line.mail(sender, options), "refuses our address")
    _must(line.rcpt(to), f"refuses {to}")
    code, words = line.docmd("data")
    if code != _GO_ON:
        _must((code, words), "refuses the mail")
        raise ChannelDown(f"The mail server answers {code} where it should ask for the mail.")


def _all_but_the_end(line: _SmtpLine, mail: bytes) -> None:
    stuffed = mail.replace(b"\r\n.", b"\r\n..")
    stuffed = b"." + stuffed if stuffed.startswith(b".") else stuffed
    line.send(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")


def _end(line: _SmtpLine) -> None:
    try:
        line.send(b".\r\n")
        code, words = line.getreply(_LAST_WORD_SECONDS)
    except (OSError, smtplib.SMTPException) as wrong:
        raise NotDelivered(
            "The mail server had the whole mail and did not answer whether it took it "
            f"({' '.join(str(wrong).split())[:200]}).",
            told=Told.UNKNOWN,
        ) from wrong
    _must((code, words), "refuses the mail")


def _must(answer: tuple[int, bytes], what: str) -> None:
    code, words = answer
    if _TAKEN <= code < 300:  # noqa: PLR2004  RFC 5321, 4.2.1
        return
    if code >= _FOR_GOOD:
        told = f"The mail server {what}: {code} {_text(words)}."
        raise NotDelivered(told, told=Told.NO)
    raise ChannelDown(f"The mail server {what} for now: {code} {_text(words)}.")


def _text(words: bytes | str) -> str:
    told = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join("".join(one if one.isprintable() else " " for one in told).split())[:300]
