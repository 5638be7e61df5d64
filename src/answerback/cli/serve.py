"""`answerback serve`: the desk in a browser, pages and background work in one process."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)


@click.command("serve")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
@click.option("--host", default="127.0.0.1", help="Default 127.0.0.1: this machine alone.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, help="Default 8000; 0: any free one."
)
@click.option("--at", help="Pretend it is this moment: 2026-11-21T09:00+00:00.")
def command(**told: Any) -> None:
    """
    Run the desk: pages and background work in one process, until Ctrl-C.

    At the first start it makes the data folder, the database and its key; the first page asks
    for your name and brand.  With --at the pages are as if it were that moment, and the
    background work rests.
    """
    from answerback.project import clock
    from answerback.project.serving import address_of, listen, serve
    from answerback.project.start import desk

    at = None if told["at"] is None else clock.moment(told["at"])
    with (
        listen(host=told["host"], port=told["port"]) as socket,
        desk(told["data"], create=True, signs=True),
    ):
        from django.conf import settings

        from answerback.project.jobs import JOBS
        from answerback.project.listening import listening
        from answerback.project.work import stop_on_signals, working

        settings.PRETENDED_AT = at
        with ExitStack() as beside:
            stopping = beside.enter_context(stop_on_signals())
            if at is None:
                beside.enter_context(working(JOBS))
                beside.enter_context(listening(stopping))
            click.echo(f"The desk: {address_of(socket)}  (Ctrl-C ends it)")
            serve(socket, stopping=stopping)
    click.echo("Ended.")
