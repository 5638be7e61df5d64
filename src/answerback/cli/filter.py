"""`answerback filter`: correct posts of the database, train the brand filter, and go back."""

from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import first_words, say_json, say_table
from answerback.cli.relevance import lessons_in_words

if TYPE_CHECKING:
    from answerback.desk.queries.filter_versions import VersionLine
    from answerback.project.start import Opened

_PATH = click.Path(path_type=Path)
_COLUMNS = ("version", "active", "trained at", "by", "relevant", "irrelevant", "left out", "note")

_brand = click.option("--brand", required=True, help="The brand: its name, or its BRAND.toml.")
_data = click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
_by = click.option("--by", help="Who says so, for the record.")
_at = click.option("--at", help="Pretend it is this moment: 2026-11-21T09:00+00:00.")
_json = click.option("--json", "json", is_flag=True, help="Say it in JSON.")


@click.group("filter")
def command() -> None:
    """Teach a brand's filter which posts of the database are about it."""


@command.command("correct")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@_brand
@click.option(
    "--as",
    "label",
    type=click.Choice(["relevant", "irrelevant"]),
    required=True,
    help="What the posts are.",
)
@_data
@_by
@_at
@_json
def correct(ids: tuple[str, ...], **told: Any) -> None:
    """Say of posts, by the ids that their network gave them, whether they are about the brand."""
    from answerback.project import clock

    at = clock.moment(told["at"])
    with _desk(told["data"]):
        from answerback.desk.operations.correct_posts import correct_posts
        from answerback.desk.queries.inbox import brand_id_of

        done = correct_posts(
            brand_id=brand_id_of(_name(told["brand"])),
            external_ids=ids,
            relevant=told["label"] == "relevant",
            by=told["by"],
            at=at,
        )
    if told["json"]:
        lines = [{"id": one.external_id, "label": told["label"]} for one in done]
        say_json({"corrected": lines})
        return
    for one in done:
        click.echo(f"{one.external_id}\t{told['label']}\t{first_words(one.text)}")
    click.echo(
        f"{len(done):,} corrected. Next: answerback filter train --brand BRAND.toml", err=True
    )


@command.command("train")
@click.option(
    "--brand", type=_PATH, required=True, help="BRAND.toml: what the brand says of itself."
)
@click.option(
    "--corrections",
    type=_PATH,
    multiple=True,
    help="More of them: JSON lines of text and label; several.",
)
@click.option("--note", default="", help="What the version is for.")
@_data
@_by
@_at
@_json
def train_(**told: Any) -> None:
    """Make a new version of the filter from all corrections so far, and make it active."""
    from answerback.project import clock, wiring
    from answerback.project.corrections import read_corrections

    at = clock.moment(told["at"])
    brand = wiring.load_brand(told["brand"])
    more = [one for path in told["corrections"] for one in read_corrections(path)]
    with _desk(told["data"]):
        from answerback.project.training_filters import train

        done = train(brand=brand, more=more, note=told["note"], by=told["by"], at=at)
    made = done.made
    if told["json"]:
        say_json(
            {
                "version": done.number,
                "relevant": made.relevant,
                "irrelevant": made.irrelevant,
                "repeated": made.lessons.repeated,
                "left_out_under_audit": made.lessons.audited,
            }
        )
        return
    click.echo(f"Version {done.number} of the filter of '{brand.name}' is active.")
    for sentence in lessons_in_words(made):
        click.echo(sentence, err=True)


@command.command("versions")
@_brand
@_data
@_json
def versions(**told: Any) -> None:
    """Show every version of a brand's filter, the newest first, and which one is active."""
    with _desk(told["data"]):
        from answerback.desk.queries.filter_versions import filter_versions
        from answerback.desk.queries.inbox import brand_id_of

        lines = filter_versions(brand_id=brand_id_of(_name(told["brand"])))
    if told["json"]:
        say_json({"versions": [asdict(line) for line in lines]})
    elif lines:
        say_table(title="Versions", columns=_COLUMNS, rows=map(_row, lines))
    else:
        click.echo("No version was trained yet: the brand's description alone scores.", err=True)


@command.command("rollback")
@_brand
@click.option(
    "--to", type=click.IntRange(0), help="A version; 0 is the first day. Default: the last."
)
@_data
@_by
@_at
@_json
def rollback(**told: Any) -> None:
    """Make an earlier version of a brand's filter active again; the later ones are kept."""
    from answerback.project import clock

    at = clock.moment(told["at"])
    with _desk(told["data"]):
        from answerback.desk.operations.train_filter import roll_back_filter
        from answerback.desk.queries.inbox import brand_id_of

        number = roll_back_filter(
            brand_id=brand_id_of(_name(told["brand"])), to=told["to"], by=told["by"], at=at
        )
    if told["json"]:
        say_json({"active": number})
    elif number:
        click.echo(f"Version {number} is active again.")
    else:
        click.echo("The first day is active again: the brand's description alone scores.")


def _desk(data: Path | None) -> AbstractContextManager["Opened"]:
    from answerback.project.start import desk

    return desk(data, create=False, signs=True)


def _name(told: str) -> str:
    """Return the brand's name, from its file where that is what was given."""
    from answerback.project import wiring

    return wiring.load_brand(Path(told)).name if told.endswith(".toml") else told


def _row(line: "VersionLine") -> tuple[str, ...]:
    return (
        str(line.number),
        "active" if line.active else "",
        f"{line.at:%Y-%m-%d %H:%M}Z",
        line.by or "",
        str(line.relevant),
        str(line.irrelevant),
        str(line.audited),
        line.note,
    )
