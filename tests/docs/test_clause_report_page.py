"""The page on the clause report shows what the program prints."""

from collections.abc import Callable

RunPage = Callable[[str], list[str]]


def test_the_clause_report_shows_what_the_program_prints(run_page: RunPage) -> None:
    assert run_page("reference/clause-report.md") == []
