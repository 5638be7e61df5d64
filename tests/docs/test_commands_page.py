"""docs/reference/commands.md says what the program can do, neither more nor less."""

import re
from pathlib import Path

import click
import pytest

from answerback.channels.inbound import Failure
from answerback.cli import COMMANDS, answerback
from answerback.firehose.lines import line_of_failure

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "commands.md").read_text("utf-8")


def _commands() -> dict[str, click.Command]:
    context = click.Context(answerback)
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = answerback.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= {f"{name} {part}": told for part, told in command.commands.items()}
        else:
            found[name] = command
    return found


def _sections() -> dict[str, str]:
    parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def test_every_command_has_its_heading_and_no_heading_is_without_a_command() -> None:
    assert set(_sections()) == set(_commands())


@pytest.mark.parametrize("name", sorted(_commands()))
def test_every_option_has_its_row_and_no_row_is_without_an_option(name: str) -> None:
    told = set(re.findall(r"^\| `(--[a-z-]+)` \|", _sections()[name], re.MULTILINE))

    options = [one for one in _commands()[name].params if isinstance(one, click.Option)]
    assert told == {one.opts[-1] for one in options} - {"--help"}


def test_the_keys_of_a_sorted_line_are_all_explained() -> None:
    line = line_of_failure(Failure(reason="not_json", sentence="no"), line=1)

    keys = set(re.findall(r'"(\w+)":', line)) - {"line"}
    assert set(re.findall(r"^\| `([a-z_]+)` \|", _sections()["sort"], re.MULTILINE)) == keys
