"""`answerback channel`: accounts on live networks, for whoever runs the server."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.channel_change import pause, remove, resume, secret, set_
from answerback.cli.channel_health import backfill, health
from answerback.cli.channel_keys import rotate_keys
from answerback.cli.channel_sign_in import sign_in
from answerback.cli.channel_words import account_in_json, moment, say_address, say_tested
from answerback.cli.output import say_json, say_table

if TYPE_CHECKING:
    from answerback.channels.live import Field, Network

_PATH = click.Path(path_type=Path)
_DATA = "Folder of the database; or set ANSWERBACK_HOME."


@click.group("channel")
def command() -> None:
    """Accounts on live networks: add one, test it, see how it is, change or remove it."""


@command.command("kinds")
@click.argument("channel", required=False)
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def kinds(**told: Any) -> None:
    """Show which networks there are and what each can do; of one: what it asks for."""
    from answerback.channels.live import network, networks

    if told["channel"] is not None:
        _say_fields(network(told["channel"]), as_json=told["json"])
        return
    there = sorted(networks().items())
    if told["json"]:
        say_json({"kinds": [{"channel": name, **_in_json(kind)} for name, kind in there]})
        return
    say_table(
        title="Channels",
        columns=("channel", "name", "can", "proven"),
        rows=[
            (name, kind.title, ", ".join(_abilities(kind)), kind.caps.unproven or "yes")
            for name, kind in there
        ],
    )


def _abilities(kind: "type[Network]") -> list[str]:
    caps = kind.caps
    words = (
        ("hears", caps.hears),
        ("speaks", caps.speaks),
        ("streams", caps.pushes),
        ("is called", caps.letters),
        ("tells edits", caps.edits),
        ("tells deletions", caps.deletions),
        ("threads", caps.contexts),
        ("deletes its own", caps.deletes_own),
        ("pictures", caps.media),
    )
    return [word for word, can in words if can]


def _in_json(kind: "type[Network]") -> dict[str, object]:
    return {
        "name": kind.title,
        "can": _abilities(kind),
        "unproven": kind.caps.unproven or None,
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "help": field.help,
                "secret": field.secret,
                "needed": field.required,
                "several": field.many,
                "default": field.default,
                "choices": list(field.choices),
                "ways": list(field.ways),
            }
            for field in kind.fields
        ],
        "ways": [
            {
                "name": way.name,
                "title": way.title,
                "help": way.help,
                "presets": dict(way.presets),
                "unproven": way.unproven or None,
            }
            for way in kind.ways
        ],
    }


def _say_fields(kind: "type[Network]", *, as_json: bool) -> None:
    if as_json:
        say_json(_in_json(kind))
        return
    say_table(
        title=f"What {kind.title} asks for",
        columns=("name", "what", "needed", "kind", *(("asked with",) if kind.ways else ()), "help"),
        rows=[
            (
                field.name,
                field.label,
                "yes" if field.required and not field.default else "no",
                "secret" if field.secret else "several" if field.many else "setting",
                *((", ".join(field.ways) or "all",) if kind.ways else ()),
                _help(field),
            )
            for field in kind.fields
        ],
    )
    if kind.caps.unproven:
        click.echo(f"Not proven: {kind.caps.unproven}")
    if kind.ways:
        say_table(
            title="Ways to sign in (--set sign_in=…)",
            columns=("sign_in", "what", "proven", "for whom"),
            rows=[(way.name, way.title, way.unproven or "yes", way.help) for way in kind.ways],
        )


def _help(field: "Field") -> str:
    return f"{field.help} One of: {', '.join(field.choices)}." if field.choices else field.help


@command.command("add")
@click.argument("channel")
@click.option("--brand", required=True, help="For which brand.")
@click.option("--name", required=True, help="What people call it: Support, Press office.")
@click.option("--set", "settings", multiple=True, help="A setting, as name=value; again…")
@click.option(
    "--secrets-from", help="File of name=value lines with the secrets; -: standard input."
)
@click.option("--no-test", is_flag=True, help="Do not try the connection now.")
@click.option("--data", type=_PATH, help=_DATA)
def add(**told: Any) -> None:
    """Set up an account; its secrets are asked for without echo, and then its login is tried."""
    from answerback.channels.account_fields import settings_told
    from answerback.channels.live import network
    from answerback.cli.channel_asking import secrets_typed, settings_typed, signs_in_later
    from answerback.project import clock
    from answerback.project.start import desk

    kind = network(told["channel"])
    settings = settings_told(kind, settings_typed(kind, told["settings"]))
    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.add_channel import AccountTold, add_channel
        from answerback.desk.queries.brand_numbers import brand_numbers

        (brand_id,) = brand_numbers(names=[told["brand"]])
        account = AccountTold(
            channel=told["channel"],
            name=told["name"],
            settings=settings,
            secrets=secrets_typed(
                kind, settings=settings, source=told["secrets_from"], all_of_them=True
            ),
        )
        account_id = add_channel(brand_id=brand_id, told=account, by=None, at=clock.now())
        click.echo(f"Account {account_id} is set up.")
        say_address(account_id, at=clock.now())
        if signs_in_later(kind, settings=settings, there=account.secrets):
            click.echo(f"Now let its person sign in: answerback channel sign-in {account_id}")
            return
        works = told["no_test"] or say_tested(account_id, at=clock.now())
    raise SystemExit(0 if works else 1)


@command.command("list")
@click.option("--brand", "brands", multiple=True, help="Only of this brand; again…")
@click.option("--removed", is_flag=True, help="Those that were removed, too.")
@click.option("--data", type=_PATH, help=_DATA)
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def list_accounts(**told: Any) -> None:
    """Show all accounts and how each is; never a secret."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False):
        from answerback.desk.queries.brand_numbers import brand_numbers
        from answerback.desk.queries.channels import account_lines

        numbers = brand_numbers(names=told["brands"]) if told["brands"] else None
        lines = account_lines(at=clock.now(), brand_ids=numbers, with_removed=told["removed"])
    if told["json"]:
        say_json({"accounts": [account_in_json(line) for line in lines]})
        return
    say_table(
        title="Accounts",
        columns=("number", "brand", "channel", "name", "handle", "state", "last post", "gaps"),
        rows=[
            (
                str(line.account_id),
                line.brand,
                line.channel,
                line.name,
                line.handle or "not told",
                line.state,
                moment(line.last_post_at or line.heard_at),
                str(line.open_gaps),
            )
            for line in lines
        ],
    )


@command.command("test")
@click.argument("account", type=int)
@click.option("--data", type=_PATH, help=_DATA)
def test(**told: Any) -> None:
    """Try an account's login, and say what was found; exits 1 when it does not work."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.cli.channel_change import check_there

        check_there(told["account"])
        works = say_tested(told["account"], at=clock.now())
    raise SystemExit(0 if works else 1)


for one in (set_, secret, sign_in, pause, resume, remove, health, backfill, rotate_keys):
    command.add_command(one)
