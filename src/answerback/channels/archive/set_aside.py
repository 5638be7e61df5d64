"""What could not be read, as a line to write down; and how to know a file again."""

import hashlib
import json
from pathlib import Path

from answerback.channels.inbound import ChannelDown


def set_aside_line(*, line: int | None, reason: str, sentence: str, raw: str) -> str:
    """Return a row that could not become a post as JSON: `line`, `reason`, `sentence`, `raw`."""
    told = {"line": line, "reason": reason, "sentence": sentence, "raw": raw}
    return json.dumps(told, ensure_ascii=False)


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
