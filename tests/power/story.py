"""
What a desk does before the power fails: it hears, keeps letters and files, and says replies.

Run as a program under strace by `recording.py`: python -m tests.power.story DATA PROMISED SYNCED
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tests.builders import MONDAY_9, NEXT_DAY, make_post
from tests.desk import dying_live
from tests.desk.witness import LETTER, RECORDED, SAID, Witness, witnessed

from answerback.channels.archive.send import ArchiveSender
from answerback.channels.outbound import Message
from answerback.project import databases
from answerback.project.start import desk

#: An account's secrets are sealed; their key lies beside the database.
SEALED: Final = "sealed"
#: A file that was handed in is told to be kept until it is read.
UPLOAD: Final = "upload"
#: The key of sessions and of the audit log.
KEY: Final = "key"

TOKEN: Final = "s3cret"  # noqa: S105  of nobody
REPLIES: Final = 6
UPLOADED: Final = b'{"id": "u1", "author": "ada", "text": "@acme leaks", "created_at": "%s"}\n' * 50
UPLOADED_SIZE: Final = len(UPLOADED.replace(b"%s", MONDAY_9.isoformat().encode()))
_MINUTE: Final = timedelta(minutes=1)
#: In a short run the log would be folded in only at its end: here it is at each 60 pages.
_FOLD_IN: Final = "PRAGMA wal_autocheckpoint=60"


def prepare(folder: Path, *, network: Path) -> None:
    """Make a desk with an account, letters, and replies that wait to be sent."""
    dying_live.NETWORK[:] = [network]
    dying_live.prepare(folder)
    with desk(folder, create=True):
        from tests.desk.replying import make_queued  # noqa: PLC0415  Django must be up
        from tests.desk.steps import imported  # noqa: PLC0415

        from answerback.desk import models  # noqa: PLC0415

        posts = [make_post(f"q{one}", author=f"eve{one}") for one in range(REPLIES)]
        imported(*posts)
        for case in models.Case.objects.filter(leading__external_id__startswith="q"):
            make_queued(case, text=f"On it, {case.pk}.")


class Voice(ArchiveSender):
    """The hand-off file of an archive, whose witness hears what is about to be said."""

    def __init__(self, folder: Path, *, witness: Witness) -> None:
        super().__init__(folder)
        self.witness = witness

    def __call__(self, _through: object) -> "Voice":
        """Be the voice of every channel."""
        return self

    def send(self, message: Message) -> str:
        self.witness.tell(SAID, message.key)
        return super().send(message)


def told(folder: Path, *, promised: Path, synced: str) -> None:
    """Do all of it, as two commands one after the other would."""
    _wait_for_the_disk(synced)
    with _witnessed_desk(folder, promised) as witness:
        _keep_what_is_brought(witness, folder=folder)
    with _witnessed_desk(folder, promised) as witness:
        hear(at=NEXT_DAY)
        speak(Voice(folder, witness=witness), at=NEXT_DAY + _MINUTE)


@contextmanager
def _witnessed_desk(folder: Path, promised: Path) -> Iterator[Witness]:
    with desk(folder, create=True, signs=True), witnessed(promised) as witness:
        yield witness


def _keep_what_is_brought(witness: Witness, *, folder: Path) -> None:
    from answerback.channels.live import Delivery  # noqa: PLC0415  Django must be up
    from answerback.desk import models  # noqa: PLC0415
    from answerback.desk.operations.hand_in_file import HandedIn, hand_in_file  # noqa: PLC0415
    from answerback.desk.operations.keep_secrets import keep_secrets  # noqa: PLC0415
    from answerback.desk.operations.receive_letter import Admitted, keep_letter  # noqa: PLC0415

    witness.tell(KEY, (folder / "secret.key").read_text().strip())
    account_id = models.ChannelAccount.objects.get().pk
    for number in range(4):
        body = b'{"id": "b%d", "text": "@acme brought", "at": "%s"}'
        brought = Delivery(body=body % (number, MONDAY_9.isoformat().encode()), headers={})
        key = f"brought-{number}"
        keep_letter(
            admitted=Admitted(account_id=account_id, key=key), delivery=brought, at=NEXT_DAY
        )
        witness.tell(LETTER, key)
    keep_secrets(account_id=account_id, secrets={"token": TOKEN})
    witness.tell(SEALED, TOKEN)
    whole = UPLOADED.replace(b"%s", MONDAY_9.isoformat().encode())
    file = HandedIn(name="posts.jsonl", size=len(whole), chunks=[whole])
    brand_id = models.Brand.objects.get().pk
    upload = hand_in_file(brand_id=brand_id, file=file, by="olga", at=NEXT_DAY)
    witness.tell(UPLOAD, str(upload))


def hear(*, at: datetime) -> None:
    """Read what was brought, and poll what there is."""
    from answerback.desk import models  # noqa: PLC0415  Django must be up
    from answerback.project.letters import read_letters  # noqa: PLC0415
    from answerback.project.polling import poll_source  # noqa: PLC0415

    read_letters(models.ChannelAccount.objects.get().pk, clock=lambda: at)
    poll_source(models.Source.objects.get(stream="mentions").pk, clock=lambda: at)


def speak(voice: Voice, *, at: datetime) -> None:
    """Say all that is due."""
    from answerback.desk import models  # noqa: PLC0415  Django must be up
    from answerback.desk.operations.send import send_due  # noqa: PLC0415

    while send_due(at=at, senders=voice):
        sent = models.Reply.objects.filter(state="sent").values_list("key", flat=True)
        voice.witness.tell(RECORDED, *(str(key) for key in sent))


def _wait_for_the_disk(synced: str) -> None:
    """Let the database wait for the disk as it does (FULL), or less, to see what that costs."""
    usual = databases.embedded

    def changed(folder: Path) -> databases.Settings:
        settings = usual(folder)
        begin = settings["OPTIONS"]["init_command"]
        begin = begin.replace("synchronous=FULL", f"synchronous={synced}")
        settings["OPTIONS"]["init_command"] = f"{begin}; {_FOLD_IN}"
        return settings

    vars(databases)["embedded"] = changed


if __name__ == "__main__":
    told(Path(sys.argv[1]), promised=Path(sys.argv[2]), synced=sys.argv[3])
