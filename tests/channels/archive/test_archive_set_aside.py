"""Rows that could not be read are written down whole; a file is known again."""

import hashlib
import json
from pathlib import Path

import pytest
from tests.channels.files import fetch_all, write_bytes

from answerback.channels.archive.fetch import fingerprint, write_set_aside
from answerback.domain.records.refusal import Refusal


def test_each_row_set_aside_is_written_with_line_reason_sentence_and_raw(tmp_path: Path) -> None:
    long = "x" * 100_000
    path = write_bytes(
        tmp_path / "a.jsonl", f'{{"text": "good"}}\n{{"n": "{long}"}}\n'.encode() + b"caf\xe9\n"
    )

    count = write_set_aside(path=tmp_path / "aside.jsonl", fetched=fetch_all(path))

    written = [
        json.loads(line) for line in (tmp_path / "aside.jsonl").read_text("utf-8").splitlines()
    ]
    assert count == 2
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


def test_later_rows_are_appended(tmp_path: Path) -> None:
    bad = fetch_all(write_bytes(tmp_path / "a.jsonl", b'{"text": 1}\n'))

    for _ in range(2):
        write_set_aside(path=tmp_path / "aside.jsonl", fetched=bad)

    assert len((tmp_path / "aside.jsonl").read_text().splitlines()) == 2


def test_without_a_bad_row_no_file_is_made(tmp_path: Path) -> None:
    good = fetch_all(write_bytes(tmp_path / "a.jsonl", b'{"text": "good"}\n'))

    assert write_set_aside(path=tmp_path / "aside.jsonl", fetched=good) == 0
    assert not (tmp_path / "aside.jsonl").exists()


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    bad = fetch_all(write_bytes(tmp_path / "a.jsonl", b'{"text": 1}\n'))

    with pytest.raises(Refusal, match="cannot be written to .*: No such file or directory"):
        write_set_aside(path=tmp_path / "none" / "aside.jsonl", fetched=bad)


def test_the_fingerprint_is_of_the_whole_file(tmp_path: Path) -> None:
    data = b"x" * 3_000_000
    one = write_bytes(tmp_path / "one", data)
    other = write_bytes(tmp_path / "other", data + b"y")

    assert fingerprint(one) == hashlib.sha256(data).hexdigest()
    assert fingerprint(other) != fingerprint(one)
