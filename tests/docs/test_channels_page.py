"""The examples on the page of channels are what the program prints."""

import pytest
from tests.docs.conftest import RunPage


@pytest.mark.slow  # nine commands, each a process of its own
def test_the_examples_of_the_page_are_what_the_program_prints(run_page: RunPage) -> None:
    assert run_page("reference/channels.md") == []
