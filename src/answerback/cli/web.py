"""`answerback web`: the pages alone, beside `answerback work`."""

from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)


@click.command("web")
@click.option("--data", type=_PATH, help="Data folder; or set ANSWERBACK_HOME.")
@click.option("--host", default="127.0.0.1", help="Default 127.0.0.1: this machine alone.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, help="Default 8000; 0: any free one."
)
def command(**told: Any) -> None:
    """Serve the pages until Ctrl-C; `answerback work` does what happens behind them."""
    from answerback.project.serving import address_of, listen, serve
    from answerback.project.start import desk

    with (
        listen(host=told["host"], port=told["port"]) as listening,
        desk(told["data"], create=True, signs=True),
    ):
        from answerback.project.work import stop_on_signals

        with stop_on_signals() as stopping:
            click.echo(f"The pages: {address_of(listening)}  (Ctrl-C ends it)")
            serve(listening, stopping=stopping)
    click.echo("Ended.")
