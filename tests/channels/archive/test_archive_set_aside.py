"""Rows that could not be read are written down whole; a file is known again."""

import hashlib
import json
from pathlib import Path

from tests.channels.files import fetch_all, write_bytes

from answerback.channels.archive.fetch import fingerprint, set_aside_line


def test_each_row_set_aside_is_told_with_line_reason_sentence_and_raw(tmp_path: Path) -> None:
    long = "x" * 100_000
    path = write_bytes(
        tmp_path / "a.jsonl", f'{{"text": "good"}}\n{{"n": "{long}"}}\n'.encode() + b"caf\xe9\n"
    )

    written = [
        json.loads(
            set_aside_line(
                line=one.line,
                reason=one.failure.reason,
                sentence=one.failure.sentence,
                raw=one.raw,
            )
        )
        for one in fetch_all(path)
        if one.failure is not None
    ]

    assert written == [
        {
            "line": 2,
            "reason": "no_text",
            "sentence": "Line 2 of a.jsonl: It has no 'text'. If the text is elsewhere, name it: "
            "--map text=…",
            "raw": f'{{"n": "{long}"}}',
        },
        {
            "line": 3,
            "reason": "not_utf8",
            "sentence": "Line 3 of a.jsonl: Byte 4 of it, 0xE9, is not UTF-8. Convert the file, "
            "for example: iconv -f WINDOWS-1252 -t UTF-8.",
            "raw": "caf\\xe9",
        },
    ]


def test_the_fingerprint_is_of_the_whole_file(tmp_path: Path) -> None:
    data = b"x" * 3_000_000
    one = write_bytes(tmp_path / "one", data)
    other = write_bytes(tmp_path / "other", data + b"y")

    assert fingerprint(one) == hashlib.sha256(data).hexdigest()
    assert fingerprint(other) != fingerprint(one)
