"""The files that `answerback tune` reads: scored posts, and what people said of some."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.domain.measure.operating_point import Label

_SCORED = "Name a file that `answerback relevance` wrote: id and relevance on each line."
_LABELLED = 'Lines look like {"id": "7", "label": "relevant"}; the other label is irrelevant.'
_LABELS = {"relevant": True, "irrelevant": False}
_UNDECIDED = (None, "unsure")


class CannotTune(Refusal):
    """A file does not hold what a threshold can be judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The scored posts of a file."""

    scores: list[float]  #: in the order of the file
    by_id: Mapping[str, float]  #: of several posts of one id, the last
    #: lines without a relevance: the brand's own, without a text, not readable, or not heard
    unscored: int


@dataclass(kw_only=True)
class Labelled:
    """The labels of one or more files."""

    labels: "list[Label]" = field(default_factory=list)  #: one a post: the last
    strangers: int = 0  #: labels of posts that were not scored
    undecided: int = 0  #: lines whose label is 'unsure' or not there yet


def read_scored(path: Path) -> Scored:
    """
    Read scored posts; lines that tell no relevance, or say that it was not heard, are counted.

    :raises CannotTune: for a file that cannot be read, or a relevance that is no share.
    """
    scores: list[float] = []
    by_id: dict[str, float] = {}
    unscored = 0
    for where, line in _json_lines(path):
        score = _share(line, "relevance", where=where, hint=_SCORED)
        if score is None or line.get("heard") is False:
            unscored += 1
            continue
        scores.append(score)
        if (ident := _id(line)) is not None:
            by_id[ident] = score
    if not scores:
        raise CannotTune(f"{path} holds no scored post. {_SCORED}")
    return Scored(scores=scores, by_id=by_id, unscored=unscored)


def read_labels(paths: Iterable[Path], *, scored: Scored) -> Labelled:
    """
    Read labels and give each the relevance of its post.

    A post that is labelled in an audit sample keeps that label, whatever a correction says.

    :raises CannotTune: for a file that cannot be read, a label there is not, a chance that is
        none, or files of which no label is of a scored post.
    """
    told = Labelled()
    found: dict[str, Label] = {}
    for path in paths:
        for label in _labels(path, scored=scored, told=told):
            before = found.get(label.id)
            if before is None or before.chance is None or label.chance is not None:
                found[label.id] = label
    told.labels = list(found.values())
    if told.strangers and not told.labels:
        raise CannotTune(
            f"No label is of a scored post: SCORED has none of their ids ({told.strangers:,}). "
            "Score the file that they were drawn from."
        )
    return told


def _labels(path: Path, *, scored: Scored, told: Labelled) -> "list[Label]":
    """Return the labels of a file; its strata's chances are of being drawn and labelled."""
    from answerback.domain.measure.operating_point import Label

    drawn: Counter[Any] = Counter()
    labelled: Counter[Any] = Counter()
    found: list[tuple[Any, Label]] = []
    for where, line in _json_lines(path):
        if "audit_sample" in line:  # the first line of a sample tells of the draw
            _check_draw(line["audit_sample"], path=path)
            continue
        stratum = line.get("stratum")
        drawn[stratum] += 1
        if line.get("label") in _UNDECIDED:
            told.undecided += 1
            continue
        labelled[stratum] += 1
        relevant = _relevant(line, where=where)
        ident = _id(line)
        score = _score_of(line, scored=scored, where=where)
        if score is None:
            told.strangers += 1
            continue
        label = Label(
            id=ident or where,
            relevance=score,
            relevant=relevant,
            chance=_chance(line, where=where),
            text=line["text"] if isinstance(line.get("text"), str) else "",
        )
        found.append((stratum, label))
    return [
        label
        if label.chance is None
        else replace(label, chance=label.chance * labelled[stratum] / drawn[stratum])
        for stratum, label in found
    ]


def _check_draw(draw: object, *, path: Path) -> None:
    """
    Do nothing when the ids of a sample are those of its posts.

    :raises CannotTune: for one drawn from the database, whose ids are row numbers there.
    """
    if isinstance(draw, Mapping) and draw.get("brand") is not None:
        raise CannotTune(
            f"{path} was drawn from the database, where a post has another id than in a file. "
            "Draw one from SCORED: `answerback audit-sample draw SCORED.jsonl --out SAMPLE.jsonl`."
        )


def _score_of(line: Mapping[str, Any], *, scored: Scored, where: str) -> float | None:
    ident = _id(line)
    if ident is not None and ident in scored.by_id:
        return scored.by_id[ident]
    return _share(line, "relevance", where=where, hint=_LABELLED)


def _relevant(line: Mapping[str, Any], *, where: str) -> bool:
    label = line.get("label")
    if not isinstance(label, str) or label not in _LABELS:
        raise CannotTune(f"{where} has the label {label!r}. {_LABELLED}")
    return _LABELS[label]


def _chance(line: Mapping[str, Any], *, where: str) -> float | None:
    chance = _share(line, "chance", where=where, hint=_LABELLED)
    if chance == 0:
        raise CannotTune(
            f"{where} was drawn with a chance of 0, which cannot be. Take the file as "
            "`answerback audit-sample draw` wrote it."
        )
    return chance


def _share(line: Mapping[str, Any], key: str, *, where: str, hint: str) -> float | None:
    value = line.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise CannotTune(f"{where} has the {key} {value!r}, which is not from 0 to 1. {hint}")
    return float(value)


def _id(line: Mapping[str, Any]) -> str | None:
    ident = line.get("id")
    return None if ident is None else str(ident)


def _json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a JSON Lines file, each with where it stands, in words."""
    from answerback.channels.strict_json import read_object
    from answerback.channels.unreadable import Unreadable

    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                where = f"Line {number} of {path}"
                try:
                    yield where, read_object(line)
                except Unreadable as wrong:
                    raise CannotTune(f"{where} cannot be used. {wrong.sentence}") from wrong
    except OSError as wrong:
        raise CannotTune(f"{path} cannot be read: {wrong.strerror}. Name a file.") from wrong
    except UnicodeDecodeError as wrong:
        raise CannotTune(f"{path} is not UTF-8 text. Save it as UTF-8 and try again.") from wrong
