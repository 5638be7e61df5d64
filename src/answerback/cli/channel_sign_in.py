"""`answerback channel sign-in`: a person signs in at the account's provider."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import say_safely
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.channels.signing_in import ByBrowser, ByCode
    from answerback.cli.loopback import Loopback

_PATH = click.Path(path_type=Path)
_DATA = "Folder of the database; or set ANSWERBACK_HOME."
_SLOWER_SECONDS = 5.0  # RFC 8628, 3.5
_BROWSER_SECONDS = 900.0
_MINUTE = 60.0


@click.command("sign-in")
@click.argument("account", type=int)
@click.option("--data", type=_PATH, help=_DATA)
def sign_in(**told: Any) -> None:
    """Let a person sign in at the provider, seal what that brings, and try the login."""
    from answerback.channels.signing_in import ByCode
    from answerback.cli.loopback import Loopback
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True), Loopback() as door:
        from answerback.cli.channel_change import check_there
        from answerback.cli.channel_words import say_tested
        from answerback.desk.operations.sign_in_account import begin_sign_in

        account_id = check_there(told["account"]).account_id
        begun = begin_sign_in(account_id, back=door.address)
        if isinstance(begun, ByCode):
            _by_code(account_id, begun)
        else:
            _by_browser(account_id, begun, door=door)
        click.echo("Signed in. What the sign-in brought is sealed.")
        works = say_tested(account_id, at=clock.now())
    raise SystemExit(0 if works else 1)


def _by_code(account_id: int, begun: "ByCode") -> None:
    """Show the code, and ask until the person has typed it."""
    from answerback.channels.inbound import ChannelDown
    from answerback.channels.live import NotAllowed
    from answerback.channels.signing_in import NotYet
    from answerback.desk.operations.sign_in_account import end_sign_in
    from answerback.project import clock

    say_safely(f"Open {begun.page} in any browser, on any machine, and type this code:")
    say_safely(f"\n    {begun.code}\n")
    click.echo("Sign in there as the person whose mailbox it is.")
    click.echo(f"The code is good for {begun.seconds / _MINUTE:.0f} minutes.  (Ctrl-C ends it)")
    until, every = time.monotonic() + begun.seconds, begun.every
    while time.monotonic() < until:
        time.sleep(every)
        try:
            end_sign_in(account_id=account_id, begun=begun, by=None, at=clock.now())
        except NotYet as no:
            every += _SLOWER_SECONDS if no.slower else 0.0
        except NotAllowed:
            raise
        except ChannelDown:  # RFC 8628, 3.5: a line that broke is no answer; ask more seldom
            every = min(every * 2, _MINUTE)
        else:
            return
    raise Refusal(_too_late(account_id))


def _by_browser(account_id: int, begun: "ByBrowser", *, door: "Loopback") -> None:
    """Show the address, and wait until the browser comes back or somebody types where it went."""
    from answerback.cli.channel_asking import at_terminal
    from answerback.desk.operations.sign_in_account import end_sign_in
    from answerback.project import clock

    say_safely("Open this address in a browser, and sign in as the person whose mailbox it is:")
    say_safely(f"\n{begun.page}\n")
    click.echo(
        "If that browser runs on another machine than this command, it ends on a page that cannot "
        "be shown. Copy the whole address of that page, paste it here, and press Enter."
    )
    came = door.wait(seconds=_BROWSER_SECONDS, typed=at_terminal())
    if came is None:
        raise Refusal(_too_late(account_id))
    end_sign_in(account_id=account_id, begun=begun, address=came, by=None, at=clock.now())


def _too_late(account_id: int) -> str:
    return f"Nobody signed in in time. Begin again: answerback channel sign-in {account_id}"
