"""docs/reference/query-language.md says what the language does."""

import re
from pathlib import Path

import pytest

from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import QueryError, parse

PAGE = (Path(__file__).parents[3] / "docs/reference/query-language.md").read_text("utf-8")
EXAMPLES = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE)
CODES = re.findall(r"^\| ([EWI]-[A-Z0-9]+) \| [^|]+ \| (?:`([^`]+)`|-) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("query", "found", "not_found"), EXAMPLES)
def test_an_example_finds_the_first_text_and_not_the_second(
    query: str, found: str, not_found: str
) -> None:
    matcher = compile_queries([parse(query)])

    assert matcher.match([found, not_found, ""]) == [(0, 0)]


@pytest.mark.parametrize(("code", "query"), [(code, query) for code, query in CODES if query])
def test_an_example_is_refused_or_warned_of_with_its_code(code: str, query: str) -> None:
    try:
        said = [warning.code for warning in parse(query).warnings]
    except QueryError as refused:
        said = [refused.problem.code]

    assert said == [code]


def test_every_code_of_the_source_is_on_the_page() -> None:
    source = Path(__file__).parents[3] / "src/answerback/domain/listening"
    used = set(
        re.findall(
            r'"([EWI]-[A-Z0-9]+)"', "".join(p.read_text("utf-8") for p in source.glob("*.py"))
        )
    )

    assert used == {code for code, _ in CODES}


def test_the_page_has_its_examples() -> None:
    tables = PAGE.split("| query | finds | does not find |\n|---|---|---|\n")[1:]

    assert len(tables) == 2
    assert len(EXAMPLES) == sum(table.split("\n\n")[0].count("\n") + 1 for table in tables)
