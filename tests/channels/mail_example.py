"""A mailbox on a real IMAP server, with ever more mail."""

import imaplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.channels.example import Example
from tests.servers.mail import pymap


@contextmanager
def example(folder: Path) -> Iterator[Example]:
    with pymap(folder) as office:
        there = 0

        def say(most: int) -> None:
            nonlocal there
            box = office.box()
            for _ in range(most):
                there += 1
                moment = imaplib.Time2Internaldate(time.time())
                box.append("INBOX", "", moment, _mail(there))
            box.logout()

        yield Example(account=office.account(), stream="inbox", say=say)


def _mail(number: int) -> bytes:
    return (
        "From: kim@example.org\r\nTo: care@acme.example\r\nSubject: My order\r\n"
        f"Message-ID: <m{number}@example.org>\r\nDate: Mon, 02 Mar 2026 08:00:{number:02} +0000\r\n"
        f"\r\nWhere is order {number}?\r\n"
    ).encode()
