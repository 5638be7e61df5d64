"""`answerback people`: who can sign in, for whoever runs the server."""

from pathlib import Path
from typing import Any

import click

from answerback.cli.output import say_json, say_table
from answerback.domain.records.refusal import Refusal

_PATH = click.Path(path_type=Path)
_DATA = "Folder of the database; or set ANSWERBACK_HOME."
_ROLES = ("owner", "lead", "approver", "agent", "viewer")


@click.group("people")
def command() -> None:
    """Say who can sign in; add somebody, set a password, or let somebody try again."""


@command.command("list")
@click.option("--data", type=_PATH, help=_DATA)
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def list_people(**told: Any) -> None:
    """Show everybody, with their role for each brand."""
    from answerback.project.start import desk

    with desk(told["data"], create=False):
        from answerback.desk.queries.people import everybody

        people = everybody()
    if told["json"]:
        say_json(
            {
                "people": [
                    {
                        "handle": one.handle,
                        "name": one.name,
                        "active": one.active,
                        "roles": dict(one.roles),
                        "second_step": one.second_step,
                        "signed_in_at": one.signed_in_at,
                    }
                    for one in people
                ]
            }
        )
        return
    say_table(
        title="People",
        columns=("handle", "name", "account", "roles", "second step", "signed in last"),
        rows=[
            (
                one.handle,
                one.name,
                "open" if one.active else "closed",
                ", ".join(f"{role} of {brand}" for brand, role in one.roles) or "none",
                "yes" if one.second_step else "no",
                one.signed_in_at.isoformat(timespec="minutes") if one.signed_in_at else "never",
            )
            for one in people
        ],
    )


@command.command("add")
@click.argument("handle")
@click.option("--name", help="What they are called; default: the handle.")
@click.option("--role", type=click.Choice(_ROLES), required=True, help="What they are.")
@click.option("--brand", "brands", multiple=True, required=True, help="For which brand; again…")
@click.option("--data", type=_PATH, help=_DATA)
def add(**told: Any) -> None:
    """Let somebody sign in; asks for their password on the terminal."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.add_person import Newcomer, add_person
        from answerback.desk.queries.brand_numbers import brand_numbers
        from answerback.domain.records.role import Role

        numbers = brand_numbers(names=told["brands"])
        newcomer = Newcomer(
            handle=told["handle"], name=told["name"] or told["handle"], password=_ask()
        )
        roles = dict.fromkeys(numbers, Role(told["role"]))
        add_person(newcomer=newcomer, roles=roles, by=None, at=clock.now())
    click.echo(f"@{told['handle'].casefold()} can sign in.")


@command.command("password")
@click.argument("handle")
@click.option("--remove-second-step", is_flag=True, help="Codes and passkeys go, too.")
@click.option("--data", type=_PATH, help=_DATA)
def password(**told: Any) -> None:
    """Set a password, asked for on the terminal; signs its owner out everywhere."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.set_password import remove_second_step, set_password

        _check_there(told["handle"])
        at = clock.now()
        set_password(handle=told["handle"].casefold(), password=_ask(), at=at)
        if told["remove_second_step"]:
            remove_second_step(handle=told["handle"].casefold(), at=at)
    click.echo(f"@{told['handle'].casefold()} has another password, and is signed out everywhere.")


@command.command("unlock")
@click.argument("handle")
@click.option("--data", type=_PATH, help=_DATA)
def unlock(**told: Any) -> None:
    """Forget wrong passwords, so that somebody can try again now."""
    from answerback.project.start import desk

    with desk(told["data"], create=False):
        from answerback.desk.operations.sign_in_tries import forget_failures

        _check_there(told["handle"])
        gone = forget_failures(handle=told["handle"])
    click.echo(f"@{told['handle'].casefold()} can try again: {gone} wrong passwords forgotten.")


def _check_there(handle: str) -> None:
    from answerback.desk.queries.people import handle_taken

    if not handle_taken(handle):
        raise Refusal(f"Nobody is called @{handle} here. Type: answerback people list")


def _ask() -> str:
    """Ask for a password where nobody reads along: not from the command line or its history."""
    told: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return told
