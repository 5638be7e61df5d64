"""The pages that show commands: what they show is what the program prints."""

from collections.abc import Callable

RunPage = Callable[[str], list[str]]


def test_the_walk_shows_what_the_program_prints(run_page: RunPage) -> None:
    assert run_page("walk.md") == []
