"""`answerback audit-sample draw`: which posts people are asked about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.audit_sample_file import (
    Item,
    Layer,
    Sample,
    json_lines,
    read_sample,
    write_sample,
)
from answerback.cli.writing import check_outputs
from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.domain.measure.audit_draw import Candidate, DrawnStratum

_PATH = click.Path(path_type=Path)


class CannotDraw(Refusal):
    """There is nothing to draw from, or it cannot be understood."""


@click.command("draw")
@click.argument("source", metavar="[INPUT]", type=_PATH, required=False)
@click.option("--out", type=_PATH, required=True, help="Write the sample here.")
@click.option("--size", type=click.IntRange(1, 100_000), default=400, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same gives the same.")
@click.option("--texts", type=_PATH, help="An archive that holds the texts, by id.")
@click.option("--map", "mapping", help="Which column of --texts holds what.")
@click.option("--brand", help="Draw from the database, this brand's posts.")
@click.option("--since", help="Only posts heard from this moment on.")
@click.option("--until", help="Only posts heard before this moment.")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
def draw(**told: Any) -> None:
    """
    Draw an audit sample from INPUT, the lines that `relevance` wrote, or from the database.

    Most posts come from the far tail of what was set aside.  The file does not tell the scores.
    """
    if (told["source"] is None) == (told["brand"] is None):
        raise click.UsageError("Name either INPUT or --brand.")
    check_outputs({"--out": told["out"]}, inputs=[told["source"], told["texts"]])
    _refuse_labels(told["out"])
    if told["brand"] is not None:
        sample = _from_database(**told)
    else:
        candidates, texts = _read(told["source"])
        if told["texts"]:
            texts = {**texts, **_texts(told["texts"], mapping=told["mapping"])}
        sample = _sample(candidates, texts=texts, drawn_from=told["source"].name, **_how(told))
    write_sample(sample, path=told["out"])
    _say(sample, out=told["out"])


def _refuse_labels(out: Path) -> None:
    """Refuse to write over a sample that somebody has labelled."""
    if not out.exists():
        return
    with out.open(encoding="utf-8", errors="replace") as file:
        if '"audit_sample"' not in file.readline():
            return  # some other file, which --out may replace as everywhere
    # A sample that was damaged is refused here too: it may hold labels.
    labelled = sum(item.label is not None for item in read_sample(out).items)
    if labelled:
        raise CannotDraw(
            f"{out} holds {labelled:,} labels that people gave. Name another --out, or move that "
            "file away."
        )


def _how(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: told[key] for key in ("size", "seed", "brand")}


def _from_database(**told: Any) -> Sample:
    from answerback.project import clock
    from answerback.project.start import desk

    since, until = (
        clock.moment(told[key], option=f"--{key}") if told[key] else None
        for key in ("since", "until")
    )
    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.audit import record_draw
        from answerback.desk.queries.audited import audit_candidates, texts_of
        from answerback.desk.queries.inbox import brand_id_of

        brand_id_of(told["brand"])  # refuses a name that is not here, with those that are
        candidates = audit_candidates(brand=told["brand"], since=since, until=until)
        if not candidates:
            raise CannotDraw(
                f"The brand '{told['brand']}' has no sorted post in that time. Look at "
                "`answerback ledger`, or leave --since and --until out."
            )
        source = _window(told["brand"], since=since, until=until)
        sample = _sample(candidates, texts={}, drawn_from=source, **_how(told))
        texts = texts_of([int(item.id) for item in sample.items])
        sample = _with_texts(sample, {str(key): text for key, text in texts.items()})
        record_draw(
            brand=told["brand"],
            draw=sample.draw,
            items=[(int(item.id), item.stratum, item.chance) for item in sample.items],
            strata={one.name: one.population for one in sample.layers},
            at=clock.now(),
        )
    return sample


def _window(brand: str, *, since: datetime | None, until: datetime | None) -> str:
    start, end = (one.isoformat() if one else "" for one in (since, until))
    return f"{brand} {start}/{end}"


def _read(path: Path) -> tuple[list["Candidate"], dict[str, str]]:
    from answerback.domain.measure.audit_draw import Candidate
    from answerback.domain.measure.sampled import Side

    found: dict[str, Candidate] = {}
    texts: dict[str, str] = {}
    again = 0
    for where, line in json_lines(path):
        if line.get("relevance") is None and "relevance" in line:
            continue  # no judgement of the filter: the brand's own post, or one without a text
        id_, relevance, kept = _checked(line, where=where)
        again += id_ in found
        side = Side.KEPT if kept else Side.SET_ASIDE
        found[id_] = Candidate(id=id_, relevance=relevance, side=side)
        if isinstance(line.get("text"), str):
            texts[id_] = line["text"]
    if not found:
        raise CannotDraw(f"{path} holds no post. Name the file that `relevance --out` wrote.")
    if again:
        click.echo(
            f"Lines that name a post again: {again:,}; of each post the last counts.", err=True
        )
    return list(found.values()), texts


def _checked(line: Mapping[str, Any], *, where: str) -> tuple[str, float, bool]:
    id_, relevance, kept = (line.get(key) for key in ("id", "relevance", "kept"))
    if (
        isinstance(id_, str)
        and isinstance(relevance, int | float)
        and not isinstance(relevance, bool)
        and 0 <= relevance <= 1
        and isinstance(kept, bool)
    ):
        return id_, float(relevance), kept
    raise CannotDraw(
        f"{where} is no line of `answerback relevance`: it needs an id, a relevance from 0 to 1, "
        'and kept, such as {"id": "1", "relevance": 0.2, "kept": false}.'
    )


def _texts(path: Path, *, mapping: str | None) -> dict[str, str]:
    from answerback.cli.reading import Rows, rows_of
    from answerback.project.clock import now

    rows = Rows(rows_of(path, heard_at=now(), mapping=mapping))
    found = {one.post.external_id: one.post.text for one in rows if one.post is not None}
    rows.check()
    return found


def _sample(
    candidates: Sequence["Candidate"],
    *,
    texts: Mapping[str, str],
    drawn_from: str,
    size: int,
    seed: int,
    brand: str | None,
) -> Sample:
    from answerback.domain.measure import audit_draw

    strata = audit_draw.draw(candidates, size=size, seed=seed)
    pairs = audit_draw.in_blind_order(strata, seed=seed)
    sample = Sample(
        draw=_name(strata, seed=seed),
        drawn_from=drawn_from,
        seed=seed,
        brand=brand,
        layers=tuple(_layer(one) for one in strata),
        items=tuple(
            Item(id=id_, text=None, stratum=one.name, chance=one.chance) for id_, one in pairs
        ),
        sketch=audit_draw.sketch(candidates),
    )
    return _with_texts(sample, texts)


def _layer(one: "DrawnStratum") -> Layer:
    return Layer(name=one.name, side=one.side, population=one.population, drawn=len(one.drawn))


def _with_texts(sample: Sample, texts: Mapping[str, str]) -> Sample:
    from dataclasses import replace

    items = [replace(item, text=texts.get(item.id)) for item in sample.items]
    return replace(sample, items=tuple(items))


def _name(strata: Sequence["DrawnStratum"], *, seed: int) -> str:
    """Return a name that another draw, of other posts or with another seed, has not."""
    told = blake2b(f"{seed}".encode(), digest_size=6)
    for one in strata:
        for id_ in (one.name, str(one.population), *one.drawn):
            told.update(b"\0" + id_.encode("utf-8", "surrogatepass"))
    return told.hexdigest()


def _say(sample: Sample, *, out: Path) -> None:
    for layer in sample.layers:
        click.echo(f"{layer.name}: {layer.drawn:,} of {layer.population:,} posts", err=True)
    bare = sum(item.text is None for item in sample.items)
    if bare:
        click.echo(
            f"{bare:,} of them without a text, to be looked up on the network; or draw again with "
            "--texts ARCHIVE.",
            err=True,
        )
    click.echo(f"Next: answerback audit-sample label {out}", err=True)
