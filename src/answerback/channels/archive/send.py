"""What is said to people of an archive: one line of JSON each, handed on in a file."""

import fcntl
import json
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from answerback.channels.durable import sync_folder
from answerback.channels.inbound import ChannelDown
from answerback.channels.outbound import Guarantee, Message

#: In the data folder; another program reads it and says the words where they belong.
HAND_OFF = "replies-out.jsonl"


class ArchiveSender:
    """
    Append each reply to the hand-off file, once for each key.

    A line counts when its end is on the disk: what a power cut left of a line is cut off
    before the next one is written.
    """

    name = "archive"
    send_guarantee = Guarantee.IDEMPOTENT
    found_after = timedelta()
    key_lives = None

    def __init__(self, folder: Path) -> None:
        self._path = folder / HAND_OFF

    def send(self, message: Message) -> str:
        told = {
            "id": _id_of(message),
            "channel": message.channel,
            "in_reply_to": message.in_reply_to,
            "to": message.to,
            "text": message.text,
        }
        line = json.dumps(told, ensure_ascii=False) + "\n"
        with self._opened() as file:
            _cut_torn_end(file)
            if not _holds(file, message):
                _append(file, line.encode())
            self._keep(file)
        return _id_of(message)

    def find(self, message: Message) -> str | None:
        with self._opened() as file:
            _cut_torn_end(file)
            if not _holds(file, message):
                return None
            self._keep(file)
        return _id_of(message)

    def _keep(self, file: int) -> None:
        """Let what is in the file be there after a power cut, also what one who died wrote."""
        try:
            os.fsync(file)
            sync_folder(self._path.parent)
        except OSError as wrong:
            raise ChannelDown(
                f"The hand-off file {self._path} cannot be kept: {wrong.strerror}. Check the "
                "disk; the reply is tried again."
            ) from wrong

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Yield the open file, alone: a second sender waits."""
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as wrong:
            raise ChannelDown(
                f"The hand-off file {self._path} cannot be opened: {wrong.strerror}. "
                "Check the folder; the reply is tried again."
            ) from wrong
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _id_of(message: Message) -> str:
    return f"answerback:{message.key}"


def _holds(file: int, message: Message) -> bool:
    """Tell whether a line of this message is there; ids stand first, so text cannot forge one."""
    size = os.fstat(file).st_size
    if not size:
        return False
    head = b'{"id": ' + json.dumps(_id_of(message)).encode()
    with mmap.mmap(file, size, access=mmap.ACCESS_READ) as lines:
        return lines[: len(head)] == head or lines.find(b"\n" + head) >= 0


def _cut_torn_end(file: int) -> None:
    size = os.fstat(file).st_size
    if not size:
        return
    with mmap.mmap(file, size, access=mmap.ACCESS_READ) as lines:
        whole = lines.rfind(b"\n") + 1
    if whole < size:
        os.ftruncate(file, whole)


def _append(file: int, line: bytes) -> None:
    """Write a line whole, or leave the file as it was: a full disk says nothing half."""
    size = os.lseek(file, 0, os.SEEK_END)
    try:
        written = os.write(file, line)
        while written < len(line):
            written += os.write(file, line[written:])
        os.fsync(file)
    except OSError as wrong:
        os.ftruncate(file, size)
        raise ChannelDown(
            f"The hand-off file cannot be written: {wrong.strerror}. Make room; the reply is "
            "tried again."
        ) from wrong
