"""
A real SMTP server (aiosmtpd) that hands mail on: to Dovecot by LMTP, or to an IMAP server.

Usage: smtp_server.py PORT FOLDER lmtp|imap PORT.  All mail is kept in FOLDER, one file each.  What
happens to a mail is told by its recipient: refused@, later@, unwanted@, busy@, silent@ (taken, no
answer), dropped@ (not taken, no answer).
"""

import imaplib
import smtplib
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Handler:
    def __init__(self, folder: Path, *, how: str, port: int) -> None:
        self.folder, self.how, self.port = folder, how, port
        self.count = 0

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        said = {"refused@": "550 5.1.1 No such user here", "later@": "451 4.2.0 Greylisted"}
        for begins, answer in said.items():
            if address.startswith(begins):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0]
        if to.startswith("unwanted@"):
            return "554 5.7.1 Looks like spam"
        if to.startswith("busy@"):
            return "451 4.3.0 Come back later"
        if not to.startswith("dropped@"):
            self._keep(envelope)
        if to.startswith(("silent@", "dropped@")):
            server.transport.abort()
        return "250 OK"

    def _keep(self, envelope: Any) -> None:
        self.count += 1
        (self.folder / f"{self.count:06}.eml").write_bytes(envelope.content)
        if self.how == "lmtp":
            with smtplib.LMTP("127.0.0.1", self.port) as line:
                line.sendmail(envelope.mail_from or "", envelope.rcpt_tos, envelope.content)
        elif any(to.startswith("care@") for to in envelope.rcpt_tos):
            with imaplib.IMAP4("127.0.0.1", self.port) as box:
                box.login("care", "pw")
                box.append("INBOX", "", imaplib.Time2Internaldate(time.time()), envelope.content)


if __name__ == "__main__":
    port, folder, how, onward = sys.argv[1:]
    handler = Handler(Path(folder), how=how, port=int(onward))
    controller = Controller(
        handler, hostname="127.0.0.1", port=int(port), enable_SMTPUTF8=True, data_size_limit=1 << 26
    )
    controller.start()
    while True:
        time.sleep(3600)
