"""Mail that no person wrote to us: automatic answers, reports of mail servers, lists."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from answerback.channels.mail.addresses import ids, people
from answerback.channels.mail.mime import Part


class Automatic(StrEnum):
    """What kind of machine wrote a mail: a closed list."""

    BOUNCE = "bounce"  #: a mail server says that a mail did not arrive
    REPORT = "report"  #: it says that one did, or was read, or is late
    REPLY = "automatic_reply"  #: "I am out of office"
    LIST = "list_mail"  #: sent to many


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a mail server says of a mail of ours."""

    of: str = ""  #: its Message-ID; "" where the report does not tell
    status: str = ""  #: "5.1.1"
    words: str = ""  #: of the server that refused it
    to: str = ""  #: whom it was for


_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_FIELD: Final = re.compile(
    rb"(?im)^(action|status|diagnostic-code|final-recipient)[ \t]*:[ \t]*(.*)$"
)
_ID_IN_TEXT: Final = re.compile(rb"(?im)^message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?<([^<>\s]{3,400})>")
_NO_PERSON: Final = re.compile(
    r"(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon)@", re.IGNORECASE
)
_ABSENT: Final = re.compile(
    r"(?:auto(?:matic|mated)?[ -]?(?:reply|response|antwort)|automatische antwort|"
    r"out of (?:the )?office|abwesenheits\w*|réponse automatique|respuesta automática|"
    r"risposta automatica|automatisch antwoord|autosvar|undeliver(?:able|ed)|"
    r"delivery status notification|mail delivery (?:failed|subsystem)|returned mail|"
    r"failure notice|unzustellbar)\b.{0,200}",
    re.IGNORECASE,
)
_READ_MOST: Final = 64 << 10


def automatic(mail: Part, *, ours: str) -> Automatic | None:
    """
    Return what kind of machine wrote a mail; None: a person may have.

    `ours` is our address.  A list of our own house is a way to us (a group that passes on what
    is written to support@…), and so is a form on our own pages: whoever wrote is a person.

    Source: RFC 3834 (Auto-Submitted), RFC 3464 (reports), RFC 2919 and 2369 (lists), and what
    mail programs wrote before those.
    """
    if _is_report(mail):
        return Automatic.BOUNCE if _failed(mail) else Automatic.REPORT
    sender = people(mail.raw("from"))
    if sender and _NO_PERSON.match(sender[0][0]):
        return Automatic.BOUNCE
    house = ours.rpartition("@")[2]
    if sender and sender[0][0].endswith(f"@{house}") and _to_somebody_else(mail, house=house):
        return None
    if _answers_by_itself(mail):
        return Automatic.REPLY
    return Automatic.LIST if _goes_to_many(mail, house=house) else None


def _to_somebody_else(mail: Part, *, house: str) -> bool:
    """Say whether answers are asked for at an address outside our house, as forms do."""
    return any(not one.endswith(f"@{house}") for one, _ in people(mail.raw("reply-to")))


def _is_report(mail: Part) -> bool:
    return mail.kind == "multipart/report" or any(
        part.kind in ("message/delivery-status", "message/disposition-notification")
        for part in mail.parts
    )


def _answers_by_itself(mail: Part) -> bool:
    told = mail.text("auto-submitted").partition(";")[0].strip().casefold()
    if told and told != "no":
        return True
    if mail.text("precedence").strip().casefold() in ("auto_reply", "auto-reply"):
        return True
    if any(mail.raw(name) for name in ("x-autoreply", "x-autorespond", "x-autoreply-from")):
        return True
    if mail.raw("return-path").strip() == b"<>":
        return True
    # Programs that ask for no answer mostly are none themselves; Outlook sets it on its own
    # automatic answers, so it counts together with how they are called.
    quiet = mail.text("x-auto-response-suppress").strip().casefold()
    subject = mail.text("subject")
    return bool(_ABSENT.match(subject)) and (
        quiet not in ("", "none") or bool(mail.raw("in-reply-to"))
    )


def _goes_to_many(mail: Part, *, house: str) -> bool:
    names = ("list-id", "list-post", "list-unsubscribe")
    if any(mail.raw(name) for name in names):
        named = mail.text("list-id") + mail.text("list-post")
        return f"{house}>" not in f"{named.casefold()}>".replace("?", ">")
    return mail.text("precedence").strip().casefold() in ("bulk", "list", "junk")


def report_in(mail: Part) -> Report:
    """Return what a report tells of the mail that it is about."""
    fields = _fields(mail)
    status = _STATUS.search(fields.get("status", "")) or _STATUS.search(
        fields.get("diagnostic-code", "")
    )
    return Report(
        of=_about(mail),
        status="" if status is None else status[1],
        words=fields.get("diagnostic-code", "").partition(";")[2].strip()[:500],
        to=fields.get("final-recipient", "").partition(";")[2].strip().casefold()[:254],
    )


def _failed(mail: Part) -> bool:
    """Say whether a report tells of a mail that will not arrive: not one read, late or relayed."""
    if any(part.kind == "message/disposition-notification" for part in mail.parts):
        return False
    action = _fields(mail).get("action", "").strip().casefold()
    return action in ("", "failed")


def _fields(mail: Part) -> dict[str, str]:
    told: dict[str, str] = {}
    for part in mail.walk():
        if part.kind == "message/delivery-status":
            unfolded = re.sub(rb"\r?\n[ \t]+", b" ", part.content()[:_READ_MOST])
            for name, value in _FIELD.findall(unfolded):
                told.setdefault(
                    name.decode("ascii").casefold(), value.decode("utf-8", "replace").strip()
                )
    return told


def _about(mail: Part) -> str:
    """Return the id of the mail that came back, from the copy in the report, else from its text."""
    for part in mail.walk():
        if part is mail:
            continue
        if part.kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            found = _ID_IN_TEXT.search(part.content()[:_READ_MOST])
            if found:
                return ids(b"<" + found[1] + b">")[0]
    answered = ids(mail.raw("in-reply-to")) or ids(mail.raw("references"))[-1:]
    if answered:
        return answered[0]
    found = _ID_IN_TEXT.search(mail.body[:_READ_MOST])
    return ids(b"<" + found[1] + b">")[0] if found else ""
