import os
from pathlib import Path

import pytest

from answerback.cli.writing import CannotWrite, check_outputs, lines_to


def test_a_pipe_named_by_its_link_is_written_to_as_it_is() -> None:
    here, there = os.pipe()
    link = Path(f"/dev/fd/{there}")
    if not link.exists():
        pytest.skip("this system has no /dev/fd")

    check_outputs({"--out": link}, inputs=())
    with lines_to(link) as out:
        out.write("one\n")
    os.close(there)

    with os.fdopen(here, encoding="utf-8") as told:
        assert told.read() == "one\n"


@pytest.mark.parametrize("letters", [252, 300])  # too long for its part, and by itself
def test_a_name_too_long_is_told_in_a_sentence(tmp_path: Path, letters: int) -> None:
    path = tmp_path / ("a" * letters)

    check_outputs({"--out": path}, inputs=())
    with pytest.raises(CannotWrite, match="too long"), lines_to(path) as out:
        out.write("one\n")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_there_before_is_never_touched(tmp_path: Path) -> None:
    path, theirs = tmp_path / "out.jsonl", tmp_path / ".out.jsonl.part"
    theirs.write_text("the input", encoding="utf-8")

    with lines_to(path) as out:
        out.write("one\n")

    assert theirs.read_text(encoding="utf-8") == "the input"
    assert path.read_text(encoding="utf-8") == "one\n"
