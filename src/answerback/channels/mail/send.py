"""Answers by mail: said once, found again by their Message-ID, doubtful ones left to a person."""

import re
from datetime import datetime, timedelta
from typing import Final

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account
from answerback.channels.mail.compose import (
    Unfit,
    answer_to,
    chain,
    composed,
    date_of,
    mailbox,
    words,
)
from answerback.channels.mail.fields import address_of
from answerback.channels.mail.imap import Mailbox
from answerback.channels.mail.map import CHANNEL
from answerback.channels.mail.smtp import NotDelivered, Told, hand_over
from answerback.channels.outbound import Guarantee, Message, NoAnswer, NotTaken

_ADDRESS: Final = re.compile(r"[^\s<>\"(),;:@\[\]\\]{1,64}@[^\s<>\"(),;:@\\\[\]]{1,190}")
#: Until a provider shows in its folder of sent mail what it was given by SMTP.
_QUIET: Final = timedelta(seconds=60)


class MailSender:
    """
    The voice of a mailbox.

    A copy goes into the folder of sent mail *before* anything is said, marked as a draft; the
    mark goes when the mail server has taken the mail.  So somebody who comes later knows: no copy,
    nothing was said; a copy without the mark, it was; a marked one, nobody can tell.
    """

    name = CHANNEL
    send_guarantee = Guarantee.SEARCHABLE
    found_after = _QUIET
    key_lives: timedelta | None = None

    def __init__(self, account: Account) -> None:
        self._account = account
        self._box: Mailbox | None = None

    def send(self, message: Message) -> str:
        ours = address_of(self._account)
        try:
            mail = self._mail(message, ours=ours)
        except Unfit as wrong:
            raise NotTaken(str(wrong)) from wrong
        own = _id(message, ours=ours)
        copy = _Copy(self, mail=mail, own=own, at=message.made_at)
        copy.prepare()
        try:
            hand_over(
                self._account, sender=ours, to=_to(message), mail=mail, before_the_end=copy.keep
            )
        except NotDelivered as wrong:
            if wrong.told is Told.UNKNOWN:
                raise NoAnswer(f"{wrong} {_LOOK}") from wrong
            copy.mark(r"+\Deleted")
            raise NotTaken(str(wrong)) from wrong
        except ChannelDown:
            copy.mark(r"+\Deleted")
            raise
        copy.mark(r"-\Draft")
        return own

    def find(self, message: Message) -> str | None:
        own = _id(message, ours=address_of(self._account))
        folder = self.sent_folder()
        if folder is None:
            raise NoAnswer(f"This mailbox has no folder of sent mail to look in. {_LOOK}")
        box = self.mailbox()
        box.open(folder)
        if box.find(own, "UNDRAFT", "UNDELETED"):
            return own
        if box.find(own, "DRAFT", "UNDELETED"):
            raise NoAnswer(
                f"The mail lies in '{folder}' as a draft: the try that put it there broke off "
                f"before the mail server said whether it takes it. {_LOOK}"
            )
        return None

    def close(self) -> None:
        """Let go of the mailbox."""
        if self._box is not None:
            self._box.close()
            self._box = None

    def mailbox(self) -> Mailbox:
        """Return the mailbox, signed in."""
        if self._box is None:
            self._box = Mailbox(self._account)
        return self._box

    def sent_folder(self) -> str | None:
        """Return where sent mail lies; None: nobody knows."""
        told = self._account.settings.get("sent_folder", "").strip()
        return told or self.mailbox().sent_folder()

    def _mail(self, message: Message, *, ours: str) -> bytes:
        post = message.answered
        details = post.details if post else {}
        references = [*details.get("references", ())]
        if post and post.conversation_id:
            references.insert(0, post.conversation_id)
        title = next(iter(details.get("title", ())), "")
        subject = answer_to(title) if message.in_reply_to else title
        answered = message.in_reply_to
        known = answered if answered and not answered.startswith("none-") else None
        heads = [
            ("From", mailbox(ours, self._account.settings.get("display_name", ""))),
            ("To", f"<{_to(message)}>"),
            ("Subject", words(subject)),
            ("Message-ID", f"<{_id(message, ours=ours)}>"),
        ]
        if message.made_at is not None:  # else the mail server tells the time
            heads.insert(0, ("Date", date_of(message.made_at)))
        if known:
            heads.append(("In-Reply-To", f"<{known}>"))
            told = [one for one in references if not one.startswith(("none-", "copy:"))]
            heads.append(("References", chain(told, answered=known)))
        return composed(
            heads=heads, text=message.text, files=message.attachments, boundary=message.key
        )


class _Copy:
    """A copy of what is to be sent, among the sent mail: there first, and marked until it is."""

    def __init__(self, voice: MailSender, *, mail: bytes, own: str, at: datetime | None) -> None:
        self._voice = voice
        self._mail, self._own, self._at = mail, own, at
        self._folder: str | None = None
        self._uid: int | None = None
        self._kept = False

    def prepare(self) -> None:
        """Open the folder, so that little is left to do later."""
        self._folder = self._voice.sent_folder()
        if self._folder is not None:
            self._voice.mailbox().open(self._folder, to_write=True)

    def keep(self) -> None:
        if self._folder is not None:
            self._kept = True
            box = self._voice.mailbox()
            self._uid = box.keep(self._folder, mail=self._mail, at=self._at)

    def mark(self, how: str) -> None:
        """
        Say what became of it.

        What cannot be marked stays a draft, and of a draft nobody says that it was sent: so a
        mailbox that is gone now is no reason to doubt what the mail server said.
        """
        if not self._kept:
            return
        try:
            box = self._voice.mailbox()
            if self._uid is not None:
                box.mark([self._uid], how)
                return
            found = box.find(self._own, "DRAFT", "UNDELETED")
            if found:
                box.mark(found[:1], how)
            if found[1:]:  # of tries whose end was not noted
                box.mark(found[1:], r"+\Deleted")
        except ChannelDown:
            self._voice.close()


_LOOK: Final = "Look in the mailbox, ask the mail server's log, or ask the person."


def _id(message: Message, *, ours: str) -> str:
    """Return the Message-ID of a reply: the same for every try of it."""
    host = ours.rpartition("@")[2].encode("idna").decode("ascii")
    return f"{message.key}@{host}"


def _to(message: Message) -> str:
    """
    Return whom a mail goes to: who wrote, or where they asked answers to within their own house.

    An answer never goes to another house than the address that the page shows: anybody can write
    anything into a header.
    """
    asked = next(iter(message.answered.details.get("reply_to", ())), "") if message.answered else ""
    house = message.to.rpartition("@")[2]
    to = asked if asked and asked.rpartition("@")[2] == house else message.to
    if not _ADDRESS.fullmatch(to) or not to.isprintable() or to.endswith("@invalid"):
        raise NotTaken(f"'{to[:100]}' is no address that a mail can be sent to.")
    return to
