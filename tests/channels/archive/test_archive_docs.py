"""The page on archives names what the code knows."""

import re
from pathlib import Path

import answerback
from answerback.channels.archive.columns import DETAILS, NAMES

SOURCE = Path(answerback.__file__).parent / "channels"
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "archive.md"


def test_the_page_lists_each_column_with_all_its_names() -> None:
    table = PAGE.read_text("utf-8").partition("| what a post has |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|$", table, re.MULTILINE)

    assert {target: tuple(names.split(", ")) for target, names in rows} == NAMES


def test_the_page_lists_each_detail_with_all_its_names() -> None:
    table = PAGE.read_text("utf-8").partition("| what queries ask |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|", table, re.MULTILINE)

    assert {target: tuple(names.split(", ")) for target, names in rows} == DETAILS


def test_the_page_lists_each_reason_for_setting_a_row_aside() -> None:
    beside = (SOURCE / name for name in ("clean.py", "strict_json.py"))
    files = [*beside, *(SOURCE / "archive").rglob("*.py")]
    code = "".join(file.read_text("utf-8") for file in files)
    table = PAGE.read_text("utf-8").partition("| reason | means |")[2]
    told = {
        word
        for first in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
        for word in re.findall(r"`(\w+)`", first)
    }

    assert told == set(re.findall(r'reason="(\w+)"', code))
