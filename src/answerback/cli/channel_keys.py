"""`answerback channel rotate-keys`: seal all secrets anew, while everybody works on."""

import time
from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)


@click.command("rotate-keys")
@click.option("--drop-old", is_flag=True, help="Remove keys that nothing is sealed with any more.")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
def rotate_keys(**told: Any) -> None:
    """Put a new key on the ring and seal every account anew; stop it, and it goes on next time."""
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.rotate_account_keys import (
            begin_rotation,
            drop_old_keys,
            reseal,
        )

        rotation = begin_rotation(at=clock.now())
        if rotation.resumed:
            click.echo(f"An earlier rotation goes on, to the key {rotation.newest}.")
        else:
            click.echo(f"The new key is {rotation.newest}.")
        began = time.monotonic()
        done = sum(1 for _ in reseal(rotation.account_ids))
        took = max(time.monotonic() - began, 1e-6)
        rate = f", {done / took:,.0f} a second" if done else ""
        accounts = "1 account" if done == 1 else f"{done:,} accounts"
        click.echo(f"Sealed {accounts} anew in {took:.2f} s{rate}.")
        if told["drop_old"]:
            gone = drop_old_keys(at=clock.now())
            click.echo(f"Dropped: {', '.join(gone) or 'none'}.")
        else:
            click.echo("Old keys stay, for backups. Drop them with --drop-old.")
