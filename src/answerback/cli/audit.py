"""`answerback audit`: is a brand engaging back?  Ask a conversation archive."""

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import first_words, on_terminal, safe, say_json, say_table
from answerback.cli.reading import rows_of
from answerback.cli.writing import check_outputs
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.cli.audit_reading import Heard
    from answerback.domain.measure.conversation import Gathered
    from answerback.domain.measure.engaging import Told
    from answerback.domain.measure.waiting import Counted

_PATH = click.Path(path_type=Path)
_LISTED = 10  #: never-answered posts shown; the evidence file has all
_LISTED_BRANDS = 5  #: named where one must be chosen


class NoTwoSides(Refusal):
    """The archive does not hold both customers and a brand."""


class NoSuchBrand(Refusal):
    """The brand is not in the archive, or none was chosen."""


@dataclass(frozen=True, kw_only=True)
class Audit:
    """An archive, measured."""

    source: Path
    judge: str
    at: datetime | None  #: None: each brand's latest post
    heard: "Heard"
    gathered: "Gathered"
    from_answers: bool  #: every conversation holds a post by its brand
    of_many: int  #: brands in the archive
    told: Sequence["Told"]


@click.command("audit")
@click.argument("source", metavar="INPUT", type=_PATH)
@click.option("--brand", help="The brand's name or handle in the archive.")
@click.option("--all", "every", is_flag=True, help="Every brand in the archive, side by side.")
@click.option("--map", "mapping", help="Which column holds what: text=body,created_at=ts.")
@click.option("--at", help="The report's moment; without it, each brand's latest post.")
@click.option(
    "--judge",
    type=click.Choice(["all", "model"]),
    default="all",
    show_default=True,
    help="Which customers' posts ask for an answer: all, or those the model says need one.",
)
@click.option("--evidence", type=_PATH, help="Write the posts behind every figure here, as CSV.")
@click.option("--json", "json", is_flag=True, help="All figures with their n and intervals.")
def command(**told: Any) -> None:
    """
    Measure from a conversation archive whether a brand answers, when, and whom never.

    INPUT is CSV, JSONL or Parquet, plain or compressed.
    """
    from answerback.cli.audit_evidence import write_evidence

    if told["brand"] and told["every"]:
        raise click.UsageError("--brand and --all exclude each other.")
    check_outputs({"--evidence": told["evidence"]}, inputs=[told["source"]])
    audit = measure(
        source=told["source"],
        brand=told["brand"],
        every=told["every"],
        mapping=told["mapping"],
        moment=told["at"],
        judge=told["judge"],
    )
    if told["evidence"]:
        write_evidence(audit.told, path=told["evidence"])
    if told["json"]:
        say_json(document(audit, evidence=told["evidence"]))
    elif told["every"]:
        _say_all(audit)
    else:
        say_one(audit)


def measure(
    *,
    source: Path,
    brand: str | None,
    every: bool,
    mapping: str | None,
    moment: str | None,
    judge: str,
) -> Audit:
    """
    Read an archive and measure the chosen brands.

    :raises Refusal: when the file cannot be read, has no two sides, or not that brand.
    """
    from answerback.cli.audit_reading import Heard, judge_all, judge_by_model, posts_of
    from answerback.domain.measure.conversation import gather
    from answerback.domain.measure.engaging import by_brand, collected_from_answers, tell
    from answerback.project import clock

    at = clock.moment(moment) if moment else None
    name = brand.removeprefix("@") if brand else None
    heard = Heard()
    gathered = gather(
        posts_of(
            rows_of(source, heard_at=clock.now(), mapping=mapping),
            heard=heard,
            voices=frozenset({name.casefold()} if name else ()),
            judge=judge_by_model() if judge == "model" else judge_all,
        )
    )
    _check_sides(gathered, source=source, brand=name)
    brands = by_brand(gathered)
    chosen = list(brands) if every else [_choose(name, brands=list(brands))]
    return Audit(
        source=source,
        judge=judge,
        at=at,
        heard=heard,
        gathered=gathered,
        from_answers=collected_from_answers(gathered.conversations),
        of_many=len(brands),
        told=[tell(brand=one, conversations=brands[one], at=at) for one in chosen],
    )


def _check_sides(gathered: "Gathered", *, source: Path, brand: str | None) -> None:
    sides = {post.inbound for talk in gathered.conversations for post in talk.posts}
    if sides == {True, False}:
        if any(len(talk.posts) > 1 for talk in gathered.conversations):
            return
        held = "posts of both sides, but nothing that tells which answers which"
        cure = "Map a column that tells: --map in_reply_to=… or --map conversation_id=…"
    elif not sides:
        held = f"{gathered.sideless} posts, and for none of them who speaks, brand or customer"
        cure = "Map the column that tells: --map inbound=…, or name the brand's account: --brand"
    elif sides == {True}:
        named = f" (@{brand} wrote none of them)" if brand else ""
        held = f"only customers' posts{named}: silence cannot be told from answers nobody kept"
        cure = "Give an archive that holds the brand's posts too"
    else:
        held = "only the brand's posts: nobody in it asked for anything"
        cure = "Give an archive that holds the customers' posts too"
    raise NoTwoSides(f"{source.name} has no two sides to audit: it holds {held}. {cure}.")


def _choose(name: str | None, *, brands: Sequence[str]) -> str:
    """
    Return the brand as the archive writes it.

    :raises NoSuchBrand: naming the nearest, and how many there are.
    """
    if name is None:
        if len(brands) == 1:
            return brands[0]
        shown = ", ".join(sorted(brands, key=str.casefold)[:_LISTED_BRANDS])
        more = ", …" if len(brands) > _LISTED_BRANDS else ""
        raise NoSuchBrand(
            f"The archive holds {len(brands)} brands ({shown}{more}). Choose one with "
            "--brand NAME, or compare them with --all."
        )
    folded = {brand.casefold(): brand for brand in brands}
    if name.casefold() in folded:
        return folded[name.casefold()]
    close = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.4)
    near = " or ".join(f"'{folded[one]}'" for one in close)
    hint = f"Nearest: {near}." if near else "None is spelt alike."
    raise NoSuchBrand(
        f"There is no brand '{name}' among the {len(brands)} in the archive. {hint} "
        "--all shows every one."
    )


def _say(text: str) -> None:
    """Speak to a person; mark the line for `cut` and `grep` when piped."""
    line = safe(text)  # brands and authors are strangers' words
    click.echo(line if on_terminal() else f"# {line}")


def say_one(audit: Audit) -> None:
    from answerback.cli.audit_words import brand_rows, caution, headline, notes

    told = audit.told[0]
    _say(caution(audit) + headline(told, from_answers=audit.from_answers))
    rows = list(brand_rows(told, from_answers=audit.from_answers))
    say_table(title=told.figures.brand, columns=("measure", "figure"), rows=rows)
    lost = told.never
    if lost:
        _say(
            f"Never answered: {len(lost)} first posts, oldest first"
            + (f", the first {_LISTED}; the rest with --evidence" if len(lost) > _LISTED else "")
        )
        columns = ("post", "author", "written", "waited")
        say_table(title="Never answered", columns=columns, rows=map(_lost_row, lost[:_LISTED]))
    for note in notes(audit):
        _say(note)


def _lost_row(wait: "Counted") -> tuple[str, ...]:
    from answerback.cli.audit_words import span

    post = wait.post
    written = post.at.isoformat(timespec="minutes") if post.at else ""
    return post.id, first_words(post.author, width=40), written, span(wait.seconds or 0)


def _say_all(audit: Audit) -> None:
    from answerback.cli import audit_tables as tables
    from answerback.cli.audit_words import caution, notes, summary

    _say(caution(audit) + summary(audit))
    for table in tables.tables(audit.told, from_answers=audit.from_answers):
        if table.rows:
            _say(table.title)
            if on_terminal():
                tables.draw(table)
            else:
                say_table(title="", columns=table.columns, rows=table.rows)
    for note in notes(audit):
        _say(note)


def document(audit: Audit, *, evidence: Path | None) -> dict[str, Any]:
    from answerback.cli.audit_words import DEFINITIONS, denominator, notes, without_brand
    from answerback.domain.measure.delays import ENOUGH

    gathered = audit.gathered
    return {
        "input": audit.source.name,
        "at": audit.at,
        "judge": audit.judge,
        "denominator": denominator(audit),
        "rows": {
            "posts": audit.heard.posts,
            "set_aside": dict(audit.heard.set_aside),
            "duplicates": gathered.duplicates,
            "sideless": gathered.sideless,
            "without_brand": without_brand(gathered),
        },
        "conversations": len(gathered.conversations),
        "brands_in_archive": audit.of_many,
        "collected_from_answers": audit.from_answers,
        "minimum_sample": ENOUGH,
        "definitions": dict(DEFINITIONS),
        "notes": list(notes(audit)),
        "brands": [_brand_document(told, from_answers=audit.from_answers) for told in audit.told],
        "ranking": _ranking_document(audit),
        "evidence": evidence.name if evidence else None,
    }


def _brand_document(told: "Told", *, from_answers: bool) -> dict[str, Any]:
    from answerback.cli.audit_counts import counts_by_part, talk_counts

    document = asdict(told.figures)
    for part, counts in counts_by_part(told).items():
        document[part]["counts"] = counts.document()
    document["talk_counts"] = talk_counts(told)
    document["never_answered"] = [
        {"channel": wait.post.channel, "post_id": wait.post.id, "created_at": wait.post.at}
        for wait in told.never
    ]
    document["withheld"] = []
    if from_answers:  # a share of 100 % would be the collector's doing, not the brand's
        document["first"]["answered_at_all"] = None
        if document["first"]["clocked"]:
            document["first"]["clocked"]["shares"] = None
        document["withheld"] = ["first.clocked.shares", "first.answered_at_all"]
    return document


def _ranking_document(audit: Audit) -> dict[str, Any]:
    from answerback.domain.measure.engaging import ranked, ranking, rate_by_clock

    measured = ranked([told.figures for told in audit.told], from_answers=audit.from_answers)
    by_clock = ranking({name: rate_by_clock(one) for name, one in measured.items()})
    by_order = ranking({name: one.answered_at_all for name, one in measured.items()})
    return {
        "of": "follow_up" if audit.from_answers else "first",
        "by_clock_at_24_h": [asdict(placed) for placed in by_clock],
        "by_order": [asdict(placed) for placed in by_order],
    }
