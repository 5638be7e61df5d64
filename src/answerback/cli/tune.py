"""`answerback tune`: choose the relevance below which posts are set aside, seeing what it costs."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import safe, say_json
from answerback.cli.tune_files import CannotTune
from answerback.cli.writing import check_outputs, lines_to

if TYPE_CHECKING:
    from answerback.cli.tune_view import View
    from answerback.desk.operations.choose_operating_point import Expected
    from answerback.desk.operations.judge_again import JudgedAgain
    from answerback.domain.records.operating_point import OperatingPoint

_PATH = click.Path(path_type=Path)
_MISSES = 50.0


@click.command("tune")
@click.argument("scored", metavar="[SCORED]", type=_PATH, required=False)
@click.option("--labels", type=_PATH, multiple=True, help="Audit sample or corrections; several.")
@click.option("--brand", help="The brand's name, or its BRAND.toml.")
@click.option("--per-hour", type=float, help="How many of such posts come an hour.")
@click.option("--hours", type=float, help="How many hours SCORED took to come.")
@click.option("--most-misses", type=float, default=_MISSES, help="Suggest; of 1,000; default 50.")
@click.option("--band", type=float, default=0.05, help="Unsure this near the line; default 0.05.")
@click.option("--at-threshold", type=float, help="Compare from here; default: what holds now.")
@click.option("--against", type=float, help="Show who would change side at this threshold.")
@click.option("--picture", type=_PATH, help="Draw it here, as SVG.")
@click.option("--choose", type=float, help="Let this threshold hold for the brand.")
@click.option("--reason", help="Why, with --choose.")
@click.option("--by", help="Who chooses, with --choose.")
@click.option("--history", is_flag=True, help="Show the brand's choices, the latest first.")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
@click.option("--at", help="Pretend it is this moment: 2026-11-21T09:00+00:00.")
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def command(**told: Any) -> None:
    """
    Show misses per 1,000 against posts to read per hour, and choose a threshold.

    SCORED is what `answerback relevance` wrote.  Nothing changes without --choose.
    """
    _check(told)
    brand = _brand(told["brand"])
    if told["history"]:
        _history(brand or "", data=told["data"], json=told["json"])
        return
    view = _view(told, brand=brand) if told["scored"] else None
    if view and told["picture"]:
        _draw(view, path=told["picture"], brand=brand)
    document: dict[str, Any] = {}
    if view:
        document = _say(view, json=told["json"])
    if told["choose"] is not None:
        document["chosen"] = _choose(told, brand=brand or "", view=view)
    if told["json"]:
        say_json(document)


def _check(told: dict[str, Any]) -> None:
    """
    Do nothing when the options fit together.

    :raises CannotTune: saying which do not.
    """
    inputs = (told["scored"], *told["labels"])
    check_outputs({"--picture": told["picture"]}, inputs=inputs)
    choosing, history = told["choose"] is not None, told["history"]
    wrong = {
        "Name SCORED, a file that `answerback relevance` wrote; or --choose a threshold; or ask "
        "for --history.": not (told["scored"] or choosing or history),
        "--history shows what was chosen; leave SCORED and --choose out.": history
        and bool(told["scored"] or choosing),
        "Tell either --hours or --per-hour: each gives the other.": told["hours"] is not None
        and told["per_hour"] is not None,
        "--labels belong to scored posts. Name SCORED too.": bool(told["labels"])
        and not told["scored"],
        "--choose and --history are about one brand. Name it: --brand BRAND.toml or its name.": (
            choosing or history
        )
        and not told["brand"],
        "--choose decides what nobody reads, so it needs --by NAME and --reason "
        '"...", which stay on record.': choosing
        and not ((told["reason"] or "").strip() and (told["by"] or "").strip()),
        "--choose and --against both name the point to look at. Leave --against out.": choosing
        and told["against"] is not None,
        "--picture shows scored posts. Name SCORED too.": bool(told["picture"])
        and not told["scored"],
    }
    for sentence, holds in wrong.items():
        if holds:
            raise CannotTune(sentence)
    _check_numbers(told)


def _check_numbers(told: dict[str, Any]) -> None:
    for name in ("hours", "per_hour"):
        if told[name] is not None and not 0 < told[name] < float("inf"):
            raise CannotTune(f"--{name.replace('_', '-')} {told[name]:g} must be more than 0.")
    if not 0 <= told["most_misses"] <= 1000:  # noqa: PLR2004  of 1,000
        raise CannotTune(f"--most-misses {told['most_misses']:g} must lie from 0 to 1000.")
    for name in ("choose", "against", "at_threshold"):
        _point(told[name], band=told["band"])


def _point(threshold: float | None, *, band: float) -> "OperatingPoint | None":
    from answerback.domain.records.operating_point import OperatingPoint

    return None if threshold is None else OperatingPoint(threshold=threshold, band=band)


def _brand(told: str | None) -> str | None:
    """Return the brand's name: as it is told, or as its file tells it."""
    if told is None or not (told.endswith(".toml") or Path(told).is_file()):
        return told
    from answerback.project.wiring import load_brand

    return load_brand(Path(told)).name


def _view(told: dict[str, Any], *, brand: str | None) -> "View":
    from answerback.cli.tune_files import read_labels, read_scored
    from answerback.cli.tune_view import View
    from answerback.domain.measure.operating_point import Tradeoff

    scored = read_scored(told["scored"])
    found = read_labels(told["labels"], scored=scored)
    hours = told["hours"]
    if told["per_hour"] is not None:
        hours = len(scored.scores) / told["per_hour"]
    now = _point(told["at_threshold"], band=told["band"])
    if now is None and brand is not None:
        now = _now(brand, data=told["data"])
    then = told["choose"] if told["choose"] is not None else told["against"]
    notes = {
        f"Lines of SCORED without a score, not among the posts: {scored.unscored:,}.": (
            scored.unscored
        ),
        f"Labels of posts that are not in SCORED, left out: {found.strangers:,}.": found.strangers,
        f"Lines not labelled yet, or unsure, left out: {found.undecided:,}.": found.undecided,
        "No --hours and no --per-hour: posts to read are told of 1,000 scored ones.": not hours,
    }
    return View(
        told=Tradeoff(scores=scored.scores, labels=found.labels, hours=hours),
        every=found.labels,
        band=told["band"],
        most_misses=told["most_misses"],
        now=now,
        then=_point(then, band=told["band"]),
        notes=[note for note, holds in notes.items() if holds],
    )


def _now(brand: str, *, data: Path | None) -> "OperatingPoint | None":
    """Return the point that holds; None also where there is no database yet."""
    from answerback.project.databases import NoDatabaseYet
    from answerback.project.start import desk

    try:
        with desk(data, create=False):
            from answerback.desk.queries.operating_point import operating_point

            return operating_point(brand=brand)
    except NoDatabaseYet:
        return None


def _draw(view: "View", *, path: Path, brand: str | None) -> None:
    from answerback.cli.tune_picture import picture

    named = f" {brand}'s" if brand else ""
    with lines_to(path) as out:
        out.write(picture(view, title=f"What a threshold of{named} relevance costs"))


def _say(view: "View", *, json: bool) -> dict[str, Any]:
    from answerback.cli.tune_words import document, say_view

    if json:
        return document(view)
    say_view(view)
    return {}


def _choose(told: dict[str, Any], *, brand: str, view: "View | None") -> dict[str, Any]:
    from answerback.domain.records.operating_point import OperatingPoint
    from answerback.project import clock
    from answerback.project.start import desk

    point = OperatingPoint(threshold=told["choose"], band=told["band"])
    at = clock.moment(told["at"])
    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.choose_operating_point import choose_operating_point
        from answerback.desk.operations.judge_again import judge_again
        from answerback.desk.queries.inbox import brand_id_of

        number = choose_operating_point(
            brand=brand,
            point=point,
            expected=_expected(view),
            by=told["by"],
            reason=told["reason"],
            at=at,
        )
        judged = judge_again(brand_id=brand_id_of(brand), at=at, sleep=time.sleep)
    if not told["json"]:
        for sentence in _chosen_in_words(point, brand=brand, judged=judged):
            click.echo(safe(sentence))
    counts = {"set_aside": judged.set_aside, "heard": judged.heard, "stayed": judged.stayed}
    return {"number": number, "threshold": point.threshold, "band": point.band, **counts}


def _expected(view: "View | None") -> "Expected":
    """Return what the figures say of the chosen point, to be kept beside the choice."""
    from answerback.desk.operations.choose_operating_point import Expected
    from answerback.domain.measure.operating_point import PER

    if view is None or view.then is None:
        return Expected()
    told = view.told.outlook(view.then)
    misses = told.misses
    return Expected(
        misses_per_1000=PER * misses.share if misses else None,
        misses_low=PER * misses.low if misses else None,
        misses_high=PER * misses.high if misses else None,
        reads_per_hour=view.told.pace(told.read) if view.told.hours else None,
        labels=len(view.told.labels),
        drawn=view.told.drawn,
    )


def _chosen_in_words(
    point: "OperatingPoint", *, brand: str, judged: "JudgedAgain"
) -> Iterator[str]:
    yield f"Chosen for {brand}: {point.threshold:g}."
    if judged.set_aside:
        yield (
            f"Set aside now: {_posts(judged.set_aside)} of those stored. Nothing is lost: score "
            "and reason are kept."
        )
    if judged.heard:
        yield (
            f"Heard again: {_posts(judged.heard)}. To sort them, type your last "
            "`answerback import` once more."
        )
    if judged.stayed:
        yield (
            f"Below the line, and not set aside: {_posts(judged.stayed)}, because somebody works "
            "on them or has answered."
        )
    if not (judged.set_aside or judged.heard):
        yield "No stored post changes side."


def _posts(number: int) -> str:
    return "1 post" if number == 1 else f"{number:,} posts"


def _history(brand: str, *, data: Path | None, json: bool) -> None:
    from answerback.cli.tune_words import history_document, say_history
    from answerback.project.start import desk

    with desk(data, create=False):
        from answerback.desk.queries.operating_point import points_chosen

        points = points_chosen(brand=brand)
    if json:
        say_json(history_document(points))
    else:
        say_history(points, brand=brand)
