"""The file of an audit sample: a first line about the draw, then one line a post."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from answerback.channels.strict_json import read_object
from answerback.channels.unreadable import Unreadable
from answerback.cli.output import as_json
from answerback.cli.writing import lines_to
from answerback.domain.measure.sampled import Side, Tally
from answerback.domain.records.refusal import Refusal

FORMAT = 1
_NO_SAMPLE = "Name a file that `answerback audit-sample draw` wrote."


class SampleUnreadable(Refusal):
    """A file is no audit sample, or no longer the one that was drawn."""


class Label(StrEnum):
    """What a person said of a post."""

    RELEVANT = "relevant"
    IRRELEVANT = "irrelevant"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """
    A stratum as the first line tells it.

    Units: `population` and `drawn` count posts.
    """

    name: str
    side: Side
    population: int
    drawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A post that was drawn, and what was said of it; None: nothing yet."""

    id: str
    text: str | None
    stratum: str
    chance: float  #: in [0, 1]
    label: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One draw: where from, what it represents, and its posts in blind order."""

    draw: str  #: the draw's own name
    drawn_from: str
    seed: int
    brand: str | None  #: None: drawn from a file
    layers: tuple[Layer, ...]
    items: tuple[Item, ...]
    sketch: tuple[str, ...] = ()  #: of the posts it was drawn from; empty: an earlier version drew

    def tallies(self) -> list[Tally]:
        """Count what was said, stratum by stratum."""
        return [self._tally(layer) for layer in self.layers]

    def _tally(self, layer: Layer) -> Tally:
        said = [item.label for item in self.items if item.stratum == layer.name]
        return Tally(
            stratum=layer.name,
            side=layer.side,
            population=layer.population,
            relevant=said.count(Label.RELEVANT),
            irrelevant=said.count(Label.IRRELEVANT),
            unsure=said.count(Label.UNSURE),
            unlabelled=said.count(None),
        )

    def labelled(self, labels: Mapping[str, Label]) -> "Sample":
        """Return the same sample with these labels, by id, in place of what was said before."""
        items = [replace(item, label=labels.get(item.id, item.label)) for item in self.items]
        return replace(self, items=tuple(items))


def write_sample(sample: Sample, *, path: Path | None) -> None:
    """Write a sample, whole or not at all; every line says that it is for the audit alone."""
    told = {
        "format": FORMAT,
        "draw": sample.draw,
        "drawn_from": sample.drawn_from,
        "seed": sample.seed,
        "brand": sample.brand,
        "strata": [
            {"name": one.name, "side": one.side, "population": one.population, "drawn": one.drawn}
            for one in sample.layers
        ],
        "sketch": sample.sketch,
    }
    with lines_to(path) as out:
        out.write(as_json({"audit": True, "audit_sample": told}) + "\n")
        for item in sample.items:
            out.write(as_json({"audit": True, **_line(item)}) + "\n")


def _line(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "text": item.text,
        "label": item.label,
        "stratum": item.stratum,
        "chance": round(item.chance, 9),
    }


def read_sample(path: Path) -> Sample:
    """
    Read the file of a sample.

    :raises SampleUnreadable: for a file that is none, was changed, or is of another version.
    """
    lines = list(json_lines(path))
    if not lines or not isinstance(lines[0][1].get("audit_sample"), dict):
        raise SampleUnreadable(f"{path} is no audit sample. {_NO_SAMPLE}")
    head = lines[0][1]["audit_sample"]
    if head.get("format") != FORMAT:
        raise SampleUnreadable(
            f"{path} has format {head.get('format')!r}, and this version reads format {FORMAT}. "
            "Report it with the version that drew it, or draw a new sample."
        )
    try:
        sample = _sample(head, items=[_item(line, where) for where, line in lines[1:]])
    except (KeyError, TypeError, ValueError) as wrong:
        raise SampleUnreadable(
            f"{path} was changed where it tells of the draw. Take the file as it was drawn."
        ) from wrong
    _check_whole(sample, path=path)
    return sample


def _sample(head: Mapping[str, Any], *, items: Sequence[Item]) -> Sample:
    return Sample(
        draw=str(head["draw"]),
        drawn_from=str(head["drawn_from"]),
        seed=int(head["seed"]),
        brand=head["brand"],
        layers=tuple(
            Layer(
                name=str(one["name"]),
                side=Side(one["side"]),
                population=int(one["population"]),
                drawn=int(one["drawn"]),
            )
            for one in head["strata"]
        ),
        items=tuple(items),
        sketch=tuple(str(one) for one in head.get("sketch", ())),
    )


def _item(line: Mapping[str, Any], where: str) -> Item:
    id_, text, stratum, chance = (line.get(key) for key in ("id", "text", "stratum", "chance"))
    if not (
        isinstance(id_, str)
        and isinstance(stratum, str)
        and isinstance(chance, int | float)
        and (text is None or isinstance(text, str))
    ):
        raise SampleUnreadable(
            f"{where} is no post of an audit sample: id, text, stratum and chance belong in it. "
            "Take the file as it was drawn."
        )
    label = None if line.get("label") is None else label_of(line["label"], where=where)
    return Item(id=id_, text=text, stratum=stratum, chance=float(chance), label=label)


def label_of(told: object, *, where: str) -> Label:
    """
    Return the label that a line tells.

    :raises SampleUnreadable: naming the labels there are.
    """
    try:
        return Label(str(told))
    except ValueError:
        raise SampleUnreadable(
            f"{where} has the label {told!r}. There are: {', '.join(Label)}."
        ) from None


def _check_whole(sample: Sample, *, path: Path) -> None:
    seen: set[str] = set()
    for item in sample.items:
        if item.id in seen:
            raise SampleUnreadable(f"{path} has the post '{item.id}' twice. Remove one of them.")
        seen.add(item.id)
    for layer in sample.layers:
        there = sum(item.stratum == layer.name for item in sample.items)
        if there != layer.drawn or layer.drawn > layer.population:
            raise SampleUnreadable(
                f"{path} has {there} posts of stratum '{layer.name}', and {layer.drawn} of "
                f"{layer.population} were drawn. Take the file as it was drawn; to leave a post "
                "out, leave it without a label."
            )


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    Yield the objects of a JSON Lines file, each with where it stands, in words.

    :raises SampleUnreadable: for a file that cannot be read, or a line that is no object.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as wrong:
        raise SampleUnreadable(f"{path} cannot be read: {wrong.strerror}. Name a file.") from wrong
    except UnicodeDecodeError as wrong:
        raise SampleUnreadable(
            f"{path} is not UTF-8 at byte {wrong.start}. Save it as UTF-8 and try again."
        ) from wrong
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"Line {number} of {path}"
        try:
            yield where, read_object(line)
        except Unreadable as wrong:
            raise SampleUnreadable(f"{where} cannot be used. {wrong.sentence}") from wrong
