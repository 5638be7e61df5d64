"""`answerback sending`: whether replies go out from this database."""

from pathlib import Path
from typing import Any

import click

from answerback.cli.output import say_json

_PATH = click.Path(path_type=Path)
_DATA = "Folder of the database; or set ANSWERBACK_HOME."


@click.group("sending")
def command() -> None:
    """Say whether replies go out from here, or that this is the only copy of the desk."""


@command.command("status")
@click.option("--data", type=_PATH, help=_DATA)
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def status(**told: Any) -> None:
    """Show whether replies go out, and why not; exits 1 when they do not."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False):
        from answerback.desk.operations.stand_guard import stand_guard
        from answerback.desk.queries.sending import standing

        stand_guard(at=clock.shared_now())
        found = standing()
    if told["json"]:
        say_json(
            {
                "sends": found.sends,
                "why": found.why or None,
                "in_doubt_since": found.doubted_at,
                "waiting": found.waiting,
                "tries_counted": found.counted,
                "resumed_by": found.resumed_by,
            }
        )
    elif found.sends:
        click.echo(f"Replies go out from here. Tries counted: {found.counted}.")
    else:
        click.echo(f"Nothing is sent from here. {found.why}")
        click.echo(f"Replies that wait: {found.waiting}.")
        click.echo(
            "See that no other copy of this desk is running. Then type: "
            "answerback sending resume --by HANDLE"
        )
    if not found.sends:
        raise click.exceptions.Exit(1)


@command.command("resume")
@click.option("--by", required=True, help="Who says that this is the only copy: their handle.")
@click.option("--data", type=_PATH, help=_DATA)
def resume(**told: Any) -> None:
    """Say that this is the only copy of the desk: replies go out from here again."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.stand_guard import resume_sending
        from answerback.desk.queries.sending import owner_called

        by = owner_called(told["by"])
        resume_sending(by=by, at=clock.shared_now())
    click.echo(f"Replies go out from here again; it is written down that @{by} said so.")
