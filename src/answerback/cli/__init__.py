"""The `answerback` command.  Nothing heavy is imported before a command runs."""

import errno
import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from answerback.cli.output import safe
from answerback.domain.records.refusal import Refusal

#: Each command, where it lives, and its line in `--help`, in the order a newcomer meets them.
COMMANDS = {
    "demo": ("demo", "Follow an invented brand and its 200 posts through the house."),
    "sort": ("sort", "Sort a file of posts: one JSON line for each row, in order."),
    "import": ("import_", "Take a file of posts into the database, once."),
    "inbox": ("inbox", "Show what needs a person, most pressing first."),
    "serve": ("serve", "Run the desk: the pages and the work behind them, in one process."),
    "web": ("web", "The pages alone, beside 'work'."),
    "work": ("work", "The work behind the pages alone, beside 'web'."),
    "listen": ("listen", "Hear the live channels alone, beside 'work'."),
    "channel": ("channel", "Accounts on networks: add, test, health, change, remove, keys."),
    "sending": ("sending", "Do replies go out from here?  Say that this is the only copy."),
    "doctor": ("doctor", "Is all well?  Clocks, database, keys, work, channels; what to mend."),
    "people": ("people", "Who can sign in: list, add, set a password, unlock."),
    "audit-log": ("audit_log", "Is the log of what people did whole?"),
    "relevance": ("relevance", "Say how likely each post of a file is about a brand."),
    "filter": ("filter", "Correct posts, train a brand's filter, or go back a version."),
    "audit": ("audit", "Is a brand engaging back?  Ask a conversation archive."),
    "query": ("query", "Check a listening query, or match many against a file."),
    "tune": ("tune", "Choose what to read: misses per 1,000 against posts per hour."),
    "audit-sample": ("audit_sample", "Measure what the filter missed, on posts drawn by chance."),
    "failed": ("failed", "What could not be read: list it, read it again."),
    "ledger": ("ledger", "fetched = stored + duplicate + discarded + failed, per source."),
}


class Lazy(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            ctx.fail(_unknown(cmd_name))
        module = importlib.import_module(f"answerback.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _unknown(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    if near:
        return f"There is no command '{name}'. Did you mean '{near[0]}'?"
    return f"There is no command '{name}'. There are: {', '.join(COMMANDS)}."


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="answerback")
def answerback() -> None:
    """Hear, sort, route and measure what customers say about a brand in public."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command; a Refusal becomes one sentence on standard error and exit 2."""
    try:
        told = list(arguments) if arguments is not None else None
        answerback.main(args=told, prog_name="answerback")
    except Refusal as refusal:
        # A refusal may quote a stranger's file; its own line breaks (a caret) stay.
        sentence = "\n".join(safe(line) for line in str(refusal).split("\n"))
        click.echo(f"answerback: {sentence}", err=True)
        sys.exit(2)
    except OSError as wrong:
        if wrong.errno != errno.ENOSPC:
            raise
        sys.stdout = None  # what it still holds cannot be written either
        click.echo("answerback: There is no room left to write to. Make room.", err=True)
        sys.exit(2)
    raise AssertionError("click exits by itself")
