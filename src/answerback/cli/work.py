"""`answerback work`: the background work alone, beside `answerback web`."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)


@click.command("work")
@click.option("--data", type=_PATH, help="Data folder; or set ANSWERBACK_HOME.")
@click.option("--no-listening", is_flag=True, help="Leave the channels to `answerback listen`.")
def command(**told: Any) -> None:
    """Hear, sort, offer, remind and send until Ctrl-C; several may run at once."""
    from answerback.project.start import desk

    with desk(told["data"], create=True, signs=True):
        from answerback.project.jobs import JOBS
        from answerback.project.listening import listening
        from answerback.project.work import stop_on_signals, work

        with (
            stop_on_signals() as stopping,
            nullcontext() if told["no_listening"] else listening(stopping),
        ):
            names = ", ".join(job.name for job in JOBS) or "nothing yet"
            click.echo(f"Working: {names}.  (Ctrl-C ends it)")
            work(JOBS, stopping=stopping)
    click.echo("Ended.")
