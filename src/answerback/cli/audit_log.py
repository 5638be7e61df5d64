"""`answerback audit-log`: whether the audit log is whole, and where it ends."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import say_json
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.desk.queries.audit_log import Head

_PATH = click.Path(path_type=Path)
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")
_DATA = "Folder of the database; or set ANSWERBACK_HOME."


@click.group("audit-log")
def command() -> None:
    """Check what people did, entry by entry, or print the end to keep it elsewhere."""


@command.command("verify")
@click.option("--head", help="NUMBER:SEAL, as `audit-log head` printed it some time ago.")
@click.option("--data", type=_PATH, help=_DATA)
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def verify(**told: Any) -> None:
    """
    Seal every entry again and compare.

    Exits 1 when an entry was changed, removed, put in or swapped; with --head also when the end
    was cut off, or the log was written again by somebody who has the key.
    """
    kept = None if told["head"] is None else _head(told["head"])
    from answerback.project.start import desk

    with desk(told["data"], create=False):
        from answerback.desk.queries.audit_log import check_audit

        found = check_audit(kept=kept)
    if told["json"]:
        head = str(found.head) if found.head else None
        say_json({"entries": found.entries, "head": head, "fault": found.fault})
    elif found.fault is None:
        click.echo(f"{found.entries} entries, each as it was written.")
        if found.head is not None:
            click.echo(f"head\t{found.head}")
    if found.fault is not None:
        click.echo(f"answerback: {found.fault}", err=True)
        sys.exit(1)


@command.command("head")
@click.option("--data", type=_PATH, help=_DATA)
def head(**told: Any) -> None:
    """
    Print NUMBER:SEAL of the last entry, to be kept where nobody here can change it.

    A mail to yourself, another machine, or paper will do.
    """
    from answerback.project.start import desk

    with desk(told["data"], create=False):
        from answerback.desk.queries.audit_log import head as last

        found = last()
    if found is None:
        raise Refusal("Nothing is written in the audit log yet.")
    click.echo(str(found))


def _head(told: str) -> "Head":
    from answerback.desk.queries.audit_log import Head

    found = _HEAD.fullmatch(told.strip())
    if found is None:
        raise Refusal(
            f"--head '{told}' is no head. Copy what `answerback audit-log head` printed: a "
            "number, a colon and 64 digits of its seal."
        )
    return Head(number=int(found[1]), seal=found[2])
