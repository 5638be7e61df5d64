"""`answerback listen`: live sources alone, beside `answerback work` and `answerback web`."""

from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)


@click.command("listen")
@click.option("--data", type=_PATH, help="Data folder; or set ANSWERBACK_HOME.")
def command(**told: Any) -> None:
    """Hear the live channels until Ctrl-C; several may run at once and share the sources."""
    from answerback.project.start import desk

    with desk(told["data"], create=True, signs=True):
        from answerback.project.listening import Listening
        from answerback.project.work import stop_on_signals

        with stop_on_signals() as stopping:
            click.echo("Listening.  (Ctrl-C ends it)")
            Listening(stopping=stopping).run()
    click.echo("Ended.")
