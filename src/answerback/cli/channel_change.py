"""`answerback channel set`, `secret`, `pause`, `resume`, `remove`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.desk.queries.channels import AccountLine

_PATH = click.Path(path_type=Path)
_DATA = "Folder of the database; or set ANSWERBACK_HOME."


@click.command("set")
@click.argument("account", type=int)
@click.argument("settings", nargs=-1)
@click.option("--name", help="Call it something else.")
@click.option("--data", type=_PATH, help=_DATA)
def set_(**told: Any) -> None:
    """Change settings, as name=value; an empty value goes back to the default."""
    from answerback.channels.live import network
    from answerback.cli.channel_asking import settings_typed
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.change_channel import change_channel

        line = check_there(told["account"])
        if not told["settings"] and told["name"] is None:
            raise Refusal("Nothing was said. Write settings like name=value, or --name NAME.")
        change_channel(
            account_id=line.account_id,
            settings=settings_typed(network(line.channel), told["settings"]),
            name=told["name"],
            by=None,
            at=clock.now(),
        )
    click.echo(f"Account {line.account_id} is changed. Try it: {_test(line.account_id)}")


@click.command("secret")
@click.argument("account", type=int)
@click.option(
    "--secrets-from", help="File of name=value lines with the secrets; -: standard input."
)
@click.option("--data", type=_PATH, help=_DATA)
def secret(**told: Any) -> None:
    """Set an account's secrets anew; asks for them without echo."""
    from answerback.channels.live import network
    from answerback.cli.channel_asking import secrets_typed
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.change_channel import set_secrets

        line = check_there(told["account"])
        kind = network(line.channel)
        typed = secrets_typed(
            kind, settings=line.settings, source=told["secrets_from"], all_of_them=False
        )
        if not typed:
            raise Refusal("No secret was told, so nothing was changed.")
        set_secrets(account_id=line.account_id, secrets=typed, by=None, at=clock.now())
    click.echo(f"Account {line.account_id} has other secrets. Try it: {_test(line.account_id)}")


@click.command("pause")
@click.argument("account", type=int)
@click.option("--data", type=_PATH, help=_DATA)
def pause(**told: Any) -> None:
    """Hear and say nothing there until somebody resumes."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.change_channel import pause_channel

        check_there(told["account"])
        pause_channel(account_id=told["account"], by=None, at=clock.now())
    click.echo(f"Account {told['account']} rests.")


@click.command("resume")
@click.argument("account", type=int)
@click.option("--data", type=_PATH, help=_DATA)
def resume(**told: Any) -> None:
    """Go on where it was paused, or stopped because its login was refused."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.change_channel import resume_channel

        check_there(told["account"])
        resume_channel(account_id=told["account"], by=None, at=clock.now())
    click.echo(f"Account {told['account']} goes on.")


@click.command("remove")
@click.argument("account", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--data", type=_PATH, help=_DATA)
def remove(**told: Any) -> None:
    """Forget an account's secrets and ask there no more; its posts and its ledger stay."""
    from answerback.cli.channel_asking import at_terminal
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.change_channel import remove_channel

        line = check_there(told["account"])
        if not told["yes"]:
            if not at_terminal():
                raise Refusal("Removing asks first, and there is no terminal. Say --yes.")
            click.confirm(f"Remove '{line.name}' on {line.kind} of {line.brand}?", abort=True)
        remove_channel(account_id=line.account_id, by=None, at=clock.now())
    click.echo(f"Account {told['account']} is removed; its posts and its ledger stay.")


def check_there(account_id: int) -> "AccountLine":
    """
    Return an account; call it with a started desk.

    :raises Refusal: when there is none of that number.
    """
    from answerback.desk.queries.access import NotHere
    from answerback.desk.queries.channels import account_line
    from answerback.project import clock

    try:
        return account_line(account_id, at=clock.now())
    except NotHere:
        raise Refusal(f"There is no account {account_id}. Type: answerback channel list") from None


def _test(account_id: int) -> str:
    return f"answerback channel test {account_id}"
