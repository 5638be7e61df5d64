"""`answerback serve`: the inbox in a browser, on this machine only."""

from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)


@click.command("serve")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, help="Default 8000; 0: any free one."
)
@click.option("--at", help="Pretend it is this moment: 2026-11-21T09:00+00:00.")
def command(**told: Any) -> None:
    """
    Show the inbox in a browser: read-only, on 127.0.0.1, until Ctrl-C.

    There is no login yet: whoever uses this machine can read it, and nobody can change it.
    """
    from answerback.project import clock
    from answerback.project.start import desk

    at = None if told["at"] is None else clock.moment(told["at"])
    with desk(told["data"], create=False):
        from answerback.web.server import LOOPBACK, listening

        with listening(port=told["port"], at=at) as server:
            click.echo(f"The inbox: http://{LOOPBACK}:{server.server_port}/  (Ctrl-C ends it)")
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                click.echo("Ended.")
