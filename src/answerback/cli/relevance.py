"""`answerback relevance`: how likely each post of a file is about the brand, and why."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.numbers import a_share
from answerback.cli.output import as_json, say_json
from answerback.cli.writing import check_outputs, lines_to

if TYPE_CHECKING:
    from answerback.channels.inbound import Fetched
    from answerback.domain.records.brand import Brand
    from answerback.domain.records.operating_point import OperatingPoint
    from answerback.domain.records.post import Post
    from answerback.domain.relevance.judge import Judgement
    from answerback.project.brand_filters import Made

_PATH = click.Path(path_type=Path)
_THRESHOLD = 0.5


@dataclass(kw_only=True)
class Tally:
    """What became of the rows: rows = kept + set aside + unreadable."""

    rows: int = 0
    kept: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)  #: by reason
    unreadable: int = 0

    @property
    def balances(self) -> bool:
        return self.rows == self.kept + self.set_aside.total() + self.unreadable


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is written of one post."""

    post: "Post"
    relevance: float | None  #: in [0, 1]; None: the filter was not asked
    why: Sequence[str]
    reason: str | None  #: why it was set aside; None: kept

    def __str__(self) -> str:
        return as_json(
            {
                "id": self.post.external_id,
                "relevance": self.relevance,
                "kept": self.reason is None,
                "why": self.why,
            }
        )


@click.command("relevance")
@click.argument("archive", metavar="INPUT", type=_PATH)
@click.option("--brand", type=_PATH, required=True, help="BRAND.toml: whom the posts may be about.")
@click.option("--corrections", type=_PATH, help="JSON lines of text and label to learn from.")
@click.option("--out", type=_PATH, help="Write the lines here; without it, to standard output.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    callback=a_share,
    default=_THRESHOLD,
    help="Keep posts from this relevance on; default: 0.5.",
)
@click.option("--map", "mapping", help="Which column holds what: text=body,created_at=ts.")
@click.option("--set-aside", type=_PATH, help="Write rows that could not be read here.")
@click.option("--json", "json", is_flag=True, help="Say the summary in JSON.")
def command(**told: Any) -> None:
    """
    Say of each post in INPUT how likely it is about the brand: one JSON line for each.

    INPUT is CSV, JSONL or Parquet, plain or compressed.  No database is touched.
    """
    from answerback.cli.reading import Rows, rows_of
    from answerback.cli.sort import kept_rows
    from answerback.project import clock

    inputs = (told["archive"], told["brand"], told["corrections"])
    check_outputs({"--out": told["out"], "--set-aside": told["set_aside"]}, inputs=inputs)
    brand, made = _taught(told["brand"], corrections=told["corrections"])
    rows = Rows(rows_of(told["archive"], heard_at=clock.now(), mapping=told["mapping"]))
    tally, began = Tally(), time.perf_counter()
    with lines_to(told["out"]) as out, kept_rows(rows, path=told["set_aside"]) as stream:
        for line in judged(stream, brand=brand, made=made, tally=tally, keep=told["threshold"]):
            out.write(f"{line}\n")
    seconds = time.perf_counter() - began
    _say(tally, made=made, out=told["out"], seconds=seconds, json=told["json"])
    rows.check()


def _taught(path: Path, *, corrections: Path | None) -> tuple["Brand", "Made"]:
    from answerback.project import wiring
    from answerback.project.brand_filters import NothingToLearn, make_filter
    from answerback.project.corrections import read_corrections

    brand = wiring.load_brand(path)
    told = read_corrections(corrections) if corrections is not None else []
    if corrections is not None and not told:
        raise NothingToLearn(
            f"The corrections {corrections.name} hold no line. Leave --corrections out to use "
            "the brand's description alone."
        )
    return brand, make_filter(brand=brand, corrections=told)


def judged(
    rows: Iterable["Fetched"], *, brand: "Brand", made: "Made", tally: Tally, keep: float
) -> Iterator[Line]:
    """
    Yield a line for each row that is a post, in order, counting all of them in `tally`.

    `keep`: posts are kept from this relevance on.
    """
    from answerback.domain.records.operating_point import OperatingPoint
    from answerback.firehose.batch import in_batches

    handles = frozenset(handle.casefold() for handle in brand.handles)
    point = OperatingPoint(threshold=keep, band=0)
    for batch in in_batches(rows):
        posts = [one.post for one in batch if one.post is not None]
        tally.rows += len(batch)
        tally.unreadable += len(batch) - len(posts)
        for post, judgement in zip(posts, _judgements(posts, made=made), strict=True):
            line = _line(post, judgement, handles=handles, point=point)
            tally.kept += line.reason is None
            tally.set_aside.update([line.reason] if line.reason else ())
            yield line


def _judgements(posts: Sequence["Post"], *, made: "Made") -> "list[Judgement]":
    from answerback.domain.relevance.judge import judge_texts
    from answerback.project import wiring

    texts = [post.text for post in posts]
    return judge_texts(texts, brand_filter=made.brand_filter, meanings=wiring.meanings)


def _line(
    post: "Post", judgement: "Judgement", *, handles: frozenset[str], point: "OperatingPoint"
) -> Line:
    from answerback.domain.records.discard import DiscardReason
    from answerback.domain.records.post import is_ours

    # No relevance, not 0: the filter judged neither, so that neither `audit-sample draw` nor
    # `tune` may take it for a post that the filter set aside.
    if not post.text.strip():
        none = ("it has no text",)
        return Line(post=post, relevance=None, why=none, reason=DiscardReason.EMPTY)
    if is_ours(post, handles=handles):
        own = ("the brand said it itself",)
        return Line(post=post, relevance=None, why=own, reason=DiscardReason.OWN_POST)
    reason = None if point.passes(judgement.relevance) else DiscardReason.NOT_ABOUT_US
    why = judgement.why
    if point.against_the_odds(judgement.relevance):
        verdict = "kept" if reason is None else "set aside"
        why = (f"{verdict}: {point.in_words(judgement.relevance)}", *why)
    return Line(post=post, relevance=judgement.relevance, why=why, reason=reason)


def _say(tally: Tally, *, made: "Made", out: Path | None, seconds: float, json: bool) -> None:
    told = {
        "rows": tally.rows,
        "kept": tally.kept,
        "set_aside": tally.set_aside.total(),
        "set_aside_by": dict(sorted(tally.set_aside.items())),
        "unreadable": tally.unreadable,
        "balances": tally.balances,
        "corrections": {
            "relevant": made.relevant,
            "irrelevant": made.irrelevant,
            "repeated": made.lessons.repeated,
            "left_out_under_audit": made.lessons.audited,
        },
        "seconds": round(seconds, 2),
        "out": str(out) if out else None,
    }
    if json and out is not None:
        say_json(told)
    elif json:
        click.echo(as_json(told), err=True)  # standard output holds the lines
    else:
        for sentence in _in_words(tally, made=made):
            click.echo(sentence, err=True)


def _in_words(tally: Tally, *, made: "Made") -> Iterator[str]:
    aside = ", ".join(f"{reason} {count:,}" for reason, count in sorted(tally.set_aside.items()))
    yield (
        f"{tally.rows:,} rows = {tally.kept:,} kept + {tally.set_aside.total():,} set aside"
        f"{f' ({aside})' if aside else ''} + {tally.unreadable:,} unreadable."
    )
    yield from lessons_in_words(made)


def lessons_in_words(made: "Made") -> Iterator[str]:
    """Say what a filter learned from, what was left out, and whether that is enough."""
    from answerback.project.brand_filters import USABLE_FROM

    if made.lessons.corrections:
        yield f"Learned from {made.relevant:,} relevant and {made.irrelevant:,} irrelevant posts."
    if made.lessons.audited:
        yield f"{made.lessons.audited:,} lines belong to an audit sample and were left out."
    fewest = min(made.relevant, made.irrelevant)
    if made.lessons.corrections and fewest < USABLE_FROM:
        yield (
            f"These are few: from {USABLE_FROM} of each label on, corrections count for more than "
            "the brand's description."
        )
    description = made.brand_filter.description
    if not (made.lessons.corrections or description.tells):
        yield (
            "The brand file has no 'about', 'examples' or 'counter_examples': its name and query "
            "alone tell little. Write a sentence or two of what it is and does."
        )
