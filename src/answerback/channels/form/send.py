"""Who wrote into the form is answered by mail, through a mail account of the brand."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from answerback.channels.form.map import CHANNEL
from answerback.channels.live import Account
from answerback.channels.outbound import (
    CanClose,
    CannotSend,
    Guarantee,
    Message,
    NotTaken,
    voice_of,
)
from answerback.domain.records.details import Details

_SUBJECTS: Final = {"de": "Ihre Nachricht"}


class FormVoice:
    """The voice of a form: a mail account's, which promises what mail promises."""

    name: Final = CHANNEL

    def __init__(self, account: Account, mail: Account | None = None) -> None:
        """
        Take the form's account, and the mail account that answers for it.

        :raises CannotSend: when there is none.
        """
        if mail is None:
            raise CannotSend(
                f"The form '{account.name}' is answered by mail, and the brand has no mail account "
                "that is on. Set one up, or answer by hand."
            )
        self._mail = voice_of(mail)

    @property
    def send_guarantee(self) -> Guarantee:
        return self._mail.send_guarantee

    @property
    def found_after(self) -> timedelta:
        return self._mail.found_after

    @property
    def key_lives(self) -> timedelta | None:
        return self._mail.key_lives

    def send(self, message: Message) -> str:
        return self._mail.send(_as_mail(message))

    def find(self, message: Message) -> str | None:
        return self._mail.find(_as_mail(message))

    def close(self) -> None:
        if isinstance(self._mail, CanClose):
            self._mail.close()


def _as_mail(message: Message) -> Message:
    """
    Return an answer as the first mail of a thread: the form's message is none.

    :raises NotTaken: when they left no address.
    """
    if "@" not in message.to:
        raise NotTaken(
            "Whoever wrote this left no e-mail address, so it cannot be answered. Close the case "
            "with a note."
        )
    asked = message.answered
    if asked is not None:
        language = next(iter(asked.details.get("lang", ())), "")
        reference = next(iter(asked.details.get("tag", ())), "")
        subject = f"{_SUBJECTS.get(language, 'Your message')} {reference}".strip()
        asked = replace(asked, conversation_id=None, details=Details({"title": (subject,)}))
    return replace(message, in_reply_to=None, answered=asked)
