"""What several commands of `answerback channel` say alike."""

from typing import TYPE_CHECKING

import click

from answerback.cli.output import say_safely

if TYPE_CHECKING:
    from datetime import datetime

    from answerback.desk.operations.check_channel import Tested
    from answerback.desk.queries.channels import AccountLine


def say_tested(account_id: int, *, at: "datetime") -> bool:
    """Test an account, print what was found and what to do, and tell whether it works."""
    from answerback.desk.operations.check_channel import check_channel

    tested: Tested = check_channel(account_id=account_id, by=None, at=at)
    say_safely(f"{'It works' if tested.works else 'It does not work'}: {tested.sentence}")
    if tested.advice:
        say_safely(tested.advice)
    return tested.works


def say_address(account_id: int, *, at: "datetime") -> None:
    """Print where others bring posts to, for an account to which they do."""
    from answerback.desk.queries.channels import account_line
    from answerback.project import env
    from answerback.web.letters_path import letters_path

    line = account_line(account_id, at=at)
    if line.mailbox is not None:
        here = env.public_url() or "http://127.0.0.1:8000"
        path = letters_path(channel=line.channel, mailbox=line.mailbox)
        click.echo(f"Others bring posts to {here}{path}")


def account_in_json(line: "AccountLine") -> dict[str, object]:
    """Return an account as JSON has it: its settings, no secret, no address that lets others in."""
    return {
        "number": line.account_id,
        "brand": line.brand,
        "channel": line.channel,
        "name": line.name,
        "handle": line.handle or None,
        "state": line.state,
        "sentence": line.sentence or None,
        "settings": dict(line.settings),
        "tested_at": line.tested_at,
        "works": line.works,
        "tested": line.tested or None,
        "clock_ahead_seconds": line.clock_ahead,
        "most_characters": line.most_characters,
        "added_at": line.added_at,
        "added_by": line.added_by,
        "sources": line.sources,
        "last_post_at": line.last_post_at,
        "asked_at": line.asked_at,
        "open_gaps": line.open_gaps,
        "unread_letters": line.letters,
    }


def moment(at: "datetime | None") -> str:
    """Return a moment as a cell of a table."""
    return at.isoformat(timespec="minutes") if at else "never"
