"""One mail as a post."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from typing import Any, Final

from answerback.channels.inbound import Fetched
from answerback.channels.mail.addresses import ids, people
from answerback.channels.mail.automatic import Automatic, automatic, report_in
from answerback.channels.mail.html_text import text_of_html
from answerback.channels.mail.mime import Part, take_apart
from answerback.channels.mail.quotes import Said, told_apart
from answerback.channels.telling import believable, fetched, text_of
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Media, MediaKind, Post, Visibility

CHANNEL: Final = "email"
#: Bytes of a mail that are fetched and read; its words stand at its beginning.
MOST_READ: Final = 1 << 20
#: Bytes of it that are kept as they came: the mail itself stays in its mailbox.
_MOST_RAW: Final = 256 << 10
#: Letters of what is kept beside the new words.
_MOST_BESIDE: Final = 8_192
_MOST_WORDS: Final = 250_000  #: letters, in the worst case a megabyte
_MOST_FILES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as its server gave it."""

    raw: bytes  #: the whole, or its first megabyte
    size: int  #: of the whole, in bytes
    internal: datetime | None  #: when it came to the server
    draft: bool = False  #: not sent yet, or nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a mail was found, and who we are there."""

    ours: str  #: our address
    source: str  #: the stream's title
    sent: bool = False  #: what lies there was sent by us


def mail_fetched(mail: Mail, *, box: Box, at: datetime) -> Fetched:
    """Return a mail as a post, or as why it is none; never an exception."""
    whole = take_apart(mail.raw[:MOST_READ])
    named = own_id(whole, raw=mail.raw)

    def read(_: Mapping[str, Any]) -> Post:
        return _post(whole, mail=mail, box=box, at=at)

    return fetched({}, named=f"{box.source}:{named}", read=read, raw=_raw(mail.raw))


def _raw(raw: bytes) -> str:
    return raw[:_MOST_RAW].decode("utf-8", "backslashreplace")


def kept_mail(raw: str) -> Mail:
    """Return a mail from what was kept of it: its beginning, and when it came is not known."""
    whole = _WRITTEN_OUT.sub(lambda byte: bytes.fromhex(byte[1].decode()), raw.encode())
    return Mail(raw=whole, size=len(whole), internal=None)


#: Bytes that were no UTF-8: `backslashreplace` wrote them so.
_WRITTEN_OUT: Final = re.compile(rb"\\x([89a-f][0-9a-f])")


def own_id(mail: Part, *, raw: bytes) -> str:
    """
    Return the id of a mail without its brackets.

    One that has none is named by a hash of who wrote it when, and what: the same whenever it is
    fetched, and in whichever folder it lies.
    """
    told = ids(mail.raw("message-id"))
    if told:
        return told[0]
    names = ("from", "date", "to", "subject")
    parts = [*(mail.raw(name) for name in names), mail.body or raw]
    return f"none-{blake2b(b'|'.join(parts), digest_size=16).hexdigest()}"


def _post(whole: Part, *, mail: Mail, box: Box, at: datetime) -> Post:
    sender, reply_to = _author(whole, box=box)
    machine = None if box.sent else automatic(whole, ours=box.ours)
    copy = not box.sent and sender.handle == box.ours and bool(_parent(whole))
    said = _said(whole, machine=machine)
    created, assumed = believable(_date(whole), at=at)
    own, answered, first = own_id(whole, raw=mail.raw), _parent(whole), ids(whole.raw("references"))
    return Post(
        channel=CHANNEL,
        source=box.source,
        # A copy of our own answer that came in by mail, as anybody could write one: what was
        # really sent is heard from the folder of sent mail, under the id itself.
        external_id=f"copy:{own}" if copy else own,
        author=sender,
        text=text_of(said.new),
        created_at=created,
        created_at_assumed=assumed,
        available_at=_offered(mail.internal, at=at),
        heard_at=at,
        in_reply_to=answered,
        conversation_id=first[0] if first else (None if answered else own),
        inbound=not box.sent,
        details=Details(
            {
                **_beside(whole, said=said, mail=mail),
                **({"reply_to": [reply_to]} if reply_to else {}),
                **({"automatic": ["own_copy"]} if copy and machine is None else {}),
                **_of_machine(whole, machine=machine),
            }
        ),
        visibility=Visibility.DIRECT,
        media=tuple(_files(whole)),
    )


def _author(whole: Part, *, box: Box) -> tuple[Author, str]:
    """
    Return who wrote a mail, and where they want answers to, when that is elsewhere.

    A form on our own pages writes in our name and tells the person's address as where answers
    go: that person wrote.
    """
    told = people(whole.raw("from")) or people(whole.raw("sender")) or people(whole.raw("reply-to"))
    address, name = told[0] if told else ("unknown@invalid", "")
    answers = people(whole.raw("reply-to"))
    elsewhere = answers[0] if answers and answers[0][0] != address else None
    if elsewhere and address == box.ours and not box.sent:
        address, name = elsewhere[0], elsewhere[1]
        elsewhere = None
    author = Author(handle=text_of(address), name=text_of(name) or text_of(address))
    return author, text_of(elsewhere[0]) if elsewhere else ""


def _parent(whole: Part) -> str | None:
    """Return the nearest ancestor: what it says it answers, else the last it refers to."""
    own = ids(whole.raw("message-id"))[:1]
    above = [*ids(whole.raw("in-reply-to"))[:1], *reversed(ids(whole.raw("references")))]
    return next((text_of(one) for one in above if one not in own), None)


def _said(whole: Part, *, machine: Automatic | None) -> Said:
    """Return the words of a mail; one without any says its subject, or what hangs on it."""
    words = _words(whole)
    if machine is not None:
        return Said(new=words.strip() or whole.text("subject"))
    said = told_apart(words.replace("\r\n", "\n").replace("\r", "\n"))
    if said.new:
        return said
    return Said(new=whole.text("subject") or ", ".join(one.alt for one in _files(whole)))


def _words(whole: Part) -> str:
    """Return the first plain text, else the first HTML as text; of alternatives the plain one."""
    parts = [part for part in _of_this_mail(whole) if not part.parts and not part.attached]
    plain = [part for part in parts if part.kind == "text/plain"]
    for part in plain:
        if words := part.words().strip():
            return _bounded(words)
    for part in parts:
        if part.kind in ("text/html", "text/xhtml"):
            return _bounded(text_of_html(part.words()))
    other = next((part for part in parts if part.kind.startswith("text/")), None)
    return "" if other is None else _bounded(other.words())


def _of_this_mail(whole: Part) -> Iterator[Part]:
    """Yield the parts of a mail, without those of mails that hang on it."""
    yield whole
    if whole.kind != "message/rfc822":
        for part in whole.parts:
            yield from _of_this_mail(part)


def _files(whole: Part) -> Iterator[Media]:
    """Yield what hangs on a mail, by its name; the files stay in the mailbox."""
    left = _MOST_FILES
    for part in _of_this_mail(whole):
        hangs = part.attached or (not part.kind.startswith(("text/", "multipart/")))
        if part is not whole and hangs and left:
            left -= 1
            name = part.file_name or part.text("subject") or part.kind
            yield Media(kind=MediaKind.FILE, alt=text_of(name[:200]))


def _beside(whole: Part, *, said: Said, mail: Mail) -> dict[str, list[str]]:
    """Return what is kept beside the new words: never heard by the brand's own query."""
    told = {
        "title": whole.text("subject")[:1_000],
        "quoted": said.quoted[:_MOST_BESIDE],
        "signature": said.signature[:_MOST_BESIDE],
        "bytes": str(mail.size) if mail.size > MOST_READ else "",
    }
    to = [one for one, _ in people(whole.raw("to")) + people(whole.raw("cc"))][:50]
    return {
        **{name: [text_of(value)] for name, value in told.items() if value},
        "recipients": [text_of(one) for one in to],
        "references": [text_of(one) for one in ids(whole.raw("references"))[-20:]],
    }


def _of_machine(whole: Part, *, machine: Automatic | None) -> dict[str, list[str]]:
    if machine is None:
        return {}
    told = {"automatic": [str(machine)]}
    if machine is Automatic.BOUNCE:
        report = report_in(whole)
        parts = {"bounce_of": report.of, "bounce_status": report.status}
        parts |= {"bounce_words": report.words, "bounce_to": report.to}
        told |= {name: [text_of(value)] for name, value in parts.items() if value}
    return told


def _bounded(text: str) -> str:
    """Say that a mail goes on, where only its beginning is read."""
    if len(text) <= _MOST_WORDS:
        return text
    return f"{text[:_MOST_WORDS]}\n[It goes on, in the mailbox.]"


def _offered(moment: datetime | None, *, at: datetime) -> datetime | None:
    """Return when the server says that it had a mail, where that can be believed."""
    told, assumed = believable(moment, at=at)
    return None if assumed else told


def _date(whole: Part) -> datetime | None:
    told = whole.text("date")[:200]
    try:
        moment = parsedate_to_datetime(told)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
