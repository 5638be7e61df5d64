"""What could not be read, written down; and how to know a file again."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from answerback.channels.inbound import ChannelDown, Fetched
from answerback.domain.records.refusal import Refusal


def write_set_aside(*, path: Path, fetched: Iterable[Fetched]) -> int:
    """
    Append each row that could not become a post, as a line of JSON, and return how many.

    A line has `line`, `reason`, `sentence` and `raw`, the row as it came.  What could be read
    is passed over.  The file is made when there is the first such row, not before.

    :raises Refusal: when it cannot be written.
    """
    failed = [
        json.dumps(
            {
                "line": one.line,
                "reason": one.failure.reason,
                "sentence": one.failure.sentence,
                "raw": one.raw,
            },
            ensure_ascii=False,
        )
        for one in fetched
        if one.failure is not None
    ]
    if failed:
        try:
            with path.open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{line}\n" for line in failed)
        except OSError as wrong:
            raise Refusal(
                f"The rows that could not be read cannot be written to {path}: {wrong.strerror}. "
                "Name another file."
            ) from wrong
    return len(failed)


def fingerprint(path: Path) -> str:
    """
    Return the SHA-256 of a whole file, to know whether it is the one we read before.

    :raises ChannelDown: when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as wrong:
        raise ChannelDown(f"{path} cannot be read: {wrong.strerror}. Check its name.") from wrong
