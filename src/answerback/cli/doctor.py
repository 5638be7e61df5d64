"""`answerback doctor`: what is well, what deserves a look, what must be mended."""

from pathlib import Path
from typing import Any

import click

from answerback.cli.output import say_json, say_table


@click.command("doctor")
@click.option("--no-network", is_flag=True, help="Ask no network; say what the last test found.")
@click.option("--no-look-through", is_flag=True, help="Do not read a large database for damage.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Folder of the database; or set ANSWERBACK_HOME.",
)
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def command(**told: Any) -> None:
    """Check clocks, database, keys, work and channels; exits 1 when something must be mended."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.project.doctor import look
        from answerback.project.finding import State

        found = list(
            look(
                at=clock.now(),
                network=not told["no_network"],
                look_through=not told["no_look_through"],
            )
        )
    well = all(one.state is not State.MEND for one in found)
    if told["json"]:
        checks = [
            {"what": one.what, "state": one.state, "sentence": one.sentence, "do": one.do or None}
            for one in found
        ]
        say_json({"well": well, "checks": checks})
    else:
        say_table(
            title="What the doctor found",
            columns=("what", "state", "found", "to do"),
            rows=[(one.what, one.state, one.sentence, one.do) for one in found],
        )
    raise SystemExit(0 if well else 1)
