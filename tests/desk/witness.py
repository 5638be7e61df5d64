"""What the world outside was promised, written down in the moment of the promise."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

#: What a line of a witness may tell of.
KEPT: Final = "kept"  #: the posts of a page: the network is asked for what comes after them
LETTER: Final = "letter"  #: whoever brought it was told 2xx
SAID: Final = "said"  #: the network heard a reply under this key
RECORDED: Final = "recorded"  #: the outbox went on to other things


@contextmanager
def witnessed(file: Path) -> Iterator["Witness"]:
    """Yield a witness who writes to a file, and sees each page that is taken in."""
    from answerback.channels.live import Page  # noqa: PLC0415  Django must be up
    from answerback.project.source_session import Session  # noqa: PLC0415

    witness = Witness(file)
    take = Session.take

    def seen(session: Session, page: Page, **told: Any) -> Any:
        taken = take(session, page, **told)
        witness.tell(KEPT, *(one.post.external_id for one in page.things if one.post))
        return taken

    with patch.object(Session, "take", seen):
        yield witness
    witness.close()


class Witness:
    """A file of promises, one a line."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(self, what: str, *of: str) -> None:
        os.write(self._file, f"{json.dumps([what, *of])}\n".encode())

    def close(self) -> None:
        os.close(self._file)


def promises(told: bytes) -> list[tuple[str, str]]:
    """Return what was promised, each with what it is of."""
    lines = [json.loads(line) for line in told.decode().splitlines()]
    return [(what, one) for what, *of in lines for one in of]
