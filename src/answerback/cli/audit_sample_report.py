"""`answerback audit-sample report`: precision, elusion and recall, and how sure they are."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.audit_sample_file import Label, Sample, json_lines, label_of, read_sample
from answerback.cli.audit_sample_pool import check_pool
from answerback.cli.numbers import a_share
from answerback.cli.output import say_json, say_table
from answerback.domain.measure.limits import IntervalKind
from answerback.domain.measure.sampled import Side
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.domain.measure.recall import Estimate
    from answerback.domain.measure.retrieval import Number
    from answerback.domain.measure.sampled import Tally

_PATH = click.Path(path_type=Path)
_COLUMNS = ("stratum", "posts", "labelled", "relevant", "unsure", "unlabelled", "share relevant")
_APART = "Filter recall is not retrieval recall: it knows only the posts that we fetched."


class CannotReport(Refusal):
    """What is labelled does not allow the report."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Every figure of the report; None: it does not apply."""

    interval: str
    precision: "Estimate | None"
    elusion: "Estimate | None"
    filter_recall: "Estimate"
    retrieval_recall: Mapping[str, "Estimate"]  #: by the way it was measured
    relevant_posts: "Number | None"  #: by capture and recapture
    tallies: Sequence["Tally"]


@click.command("report")
@click.argument("samples", metavar="SAMPLE...", type=_PATH, nargs=-1, required=True)
@click.option("--daily", is_flag=True, help="Intervals that stay true when looked at every day.")
@click.option(
    "--alarm-below",
    type=click.FloatRange(0, 1),
    callback=a_share,
    help="Exit 1 when filter recall may be below this: its interval begins lower.",
)
@click.option("--open-stream", type=_PATH, help="A random slice of the stream: label and heard.")
@click.option("--second-retriever", type=_PATH, help="Another way to find posts: label and heard.")
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def report(*, samples: tuple[Path, ...], json: bool, **told: Any) -> None:
    """
    Report filter recall, precision and elusion from labelled samples, pooled.

    Exits 1 when --alarm-below is given and recall may be below it.
    """
    drawn = read_all(samples)
    kind = IntervalKind.SEQUENCE if told["daily"] else IntervalKind.MID_P
    made = measure(drawn, kind=kind, stream=told["open_stream"], second=told["second_retriever"])
    alarm = _alarm(made, below=told["alarm_below"])
    if json:
        say_json({**_document(made), "alarm": alarm})
    else:
        _say(made, alarm=alarm)
    if alarm:
        sys.exit(1)


def read_all(paths: Sequence[Path]) -> list[Sample]:
    """
    Read samples that are to be pooled.

    :raises Refusal: when one is no sample, stands for posts of another, or has a stratum
        without any label.
    """
    drawn = [(path, read_sample(path)) for path in paths]
    check_pool(drawn)
    for path, sample in drawn:
        bare = [one.stratum for one in sample.tallies() if not one.labelled and one.population]
        if bare:
            raise CannotReport(
                f"{path} has no label yet in: {', '.join(bare)}. Type: "
                f"answerback audit-sample label {path}"
            )
    return [sample for _, sample in drawn]


def measure(
    samples: Sequence[Sample],
    *,
    kind: IntervalKind,
    stream: Path | None = None,
    second: Path | None = None,
) -> Report:
    """Compute every figure that the samples allow."""
    from answerback.domain.measure.recall import recall_of, share_relevant

    tallies = [tally for sample in samples for tally in sample.tallies()]
    sides = {tally.side for tally in tallies}
    found: dict[str, Estimate] = {}
    if Side.NOT_HEARD in sides:
        inside = (Side.KEPT, Side.SET_ASIDE)
        found["stored posts"] = recall_of(
            tallies, kind=kind, inside=inside, outside=(Side.NOT_HEARD,)
        )
    number = None
    if stream is not None:
        found["open stream"] = _heard(stream)[0]
    if second is not None:
        found["second retriever"], both = _heard(second)
        number = _captured(tallies, theirs=found["second retriever"].n, both=both)
    return Report(
        interval=kind,
        precision=(
            share_relevant(tallies, side=Side.KEPT, kind=kind) if Side.KEPT in sides else None
        ),
        elusion=(
            share_relevant(tallies, side=Side.SET_ASIDE, kind=kind)
            if Side.SET_ASIDE in sides
            else None
        ),
        filter_recall=recall_of(tallies, kind=kind),
        retrieval_recall=found,
        relevant_posts=number,
        tallies=tallies,
    )


def _heard(path: Path) -> tuple["Estimate", int]:
    """Return the share of a file's relevant posts that our query heard, and their count."""
    from answerback.domain.measure.retrieval import share_heard

    heard: list[bool] = []
    for where, line in json_lines(path):
        if not isinstance(line.get("heard"), bool) or line.get("label") is None:
            raise CannotReport(
                f"{where} needs a label and whether our query heard the post, such as "
                '{"id": "1", "label": "relevant", "heard": true}.'
            )
        if label_of(line["label"], where=where) is Label.RELEVANT:
            heard.append(line["heard"])
    if not heard:
        raise CannotReport(f"{path} holds no relevant post, so nothing can be said. Label more.")
    return share_heard(heard=sum(heard), of=len(heard)), sum(heard)


def _captured(tallies: Sequence["Tally"], *, theirs: int, both: int) -> "Number":
    from answerback.domain.measure.recall import relevant_posts
    from answerback.domain.measure.retrieval import captured_twice

    ours = round(relevant_posts(tallies, sides=(Side.KEPT, Side.SET_ASIDE)))
    return captured_twice(ours=max(ours, both), theirs=theirs, both=both)


def _alarm(made: Report, *, below: float | None) -> str | None:
    recall = made.filter_recall
    if below is None or recall.low >= below:
        return None
    return (
        f"Recall may be below {below:.0%}: filter recall is {recall}. Lower the threshold "
        "with `answerback tune`, or label more posts."
    )


def _document(made: Report) -> dict[str, Any]:
    told = {name: asdict(value) if value else None for name, value in _figures(made).items()}
    return {
        "interval": made.interval,
        **told,
        "retrieval_recall": {way: asdict(one) for way, one in made.retrieval_recall.items()},
        "relevant_posts": asdict(made.relevant_posts) if made.relevant_posts else None,
        "strata": [{**asdict(tally), "labelled": tally.labelled} for tally in made.tallies],
    }


def _figures(made: Report) -> dict[str, "Estimate | None"]:
    return {
        "filter_recall": made.filter_recall,
        "precision": made.precision,
        "elusion": made.elusion,
    }


def _say(made: Report, *, alarm: str | None) -> None:
    for name, value in _figures(made).items():
        click.echo(f"{name.replace('_', ' ')}\t{value or 'nothing on that side'}")
    for way, one in made.retrieval_recall.items():
        click.echo(f"retrieval recall ({way})\t{one}")
    if made.relevant_posts:
        number = made.relevant_posts
        click.echo(
            f"relevant posts in all\t{number.posts:,.0f} ({number.low:,.0f}-{number.high:,.0f}), "
            "if the two ways find posts independently"
        )
    say_table(title="Strata", columns=_COLUMNS, rows=[_row(one) for one in made.tallies])
    click.echo(_APART, err=True)
    if not made.retrieval_recall:
        click.echo(
            "Retrieval recall needs an open stream or a second retriever: none was given.", err=True
        )
    for sentence in (*_cautions(made), alarm):
        if sentence:
            click.echo(sentence, err=True)


def _cautions(made: Report) -> list[str]:
    unsure = sum(one.unsure for one in made.tallies)
    left = sum(one.unlabelled for one in made.tallies)
    found = []
    if unsure:
        found.append(f"{unsure:,} unsure: left out of the share, counted both ways at its ends.")
    if left:
        found.append(f"{left:,} have no label: taken as left out by chance.")
    return found


def _row(one: "Tally") -> tuple[str, ...]:
    sure = one.relevant + one.irrelevant
    counts = (one.population, one.labelled, one.relevant, one.unsure, one.unlabelled)
    share = f"{one.relevant / sure:.1%}" if sure else "not known"
    return (one.stratum, *(str(count) for count in counts), share)
