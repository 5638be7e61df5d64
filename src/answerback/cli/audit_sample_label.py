"""`answerback audit-sample label`: a person says of each post whether it is relevant."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from answerback.cli.audit_sample_file import (
    Item,
    Label,
    Sample,
    json_lines,
    label_of,
    read_sample,
    write_sample,
)
from answerback.cli.output import safe
from answerback.cli.writing import check_outputs
from answerback.domain.records.refusal import Refusal

_PATH = click.Path(path_type=Path)
_KEYS = {"r": Label.RELEVANT, "i": Label.IRRELEVANT, "u": Label.UNSURE}
_ASKED = "[r]elevant  [i]rrelevant  [u]nsure  [q]uit: "


class CannotLabel(Refusal):
    """Nobody can be asked, or a label belongs to no post of the sample."""


@click.command("label")
@click.argument("sample", metavar="SAMPLE", type=_PATH)
@click.option("--out", type=_PATH, help="Write it here; without it, into SAMPLE itself.")
@click.option("--labels", type=_PATH, help="Take the labels from here: JSON lines, id and label.")
@click.option("--data", type=_PATH, help="Folder of the database, for a sample drawn from it.")
def label(*, sample: Path, out: Path | None, labels: Path | None, data: Path | None) -> None:
    """
    Ask, post by post, whether it is relevant, or take the answers from a file.

    It goes on where it stopped; each answer is on disk before the next question.
    """
    check_outputs({"--out": out}, inputs=[sample, labels])
    place = out or sample
    drawn = read_sample(out if out is not None and out.exists() else sample)
    if labels is not None:
        drawn = drawn.labelled(merged(drawn, labels=labels))
        write_sample(drawn, path=place)
    elif not sys.stdin.isatty():
        raise CannotLabel(
            "Posts are labelled one by one on a terminal, and this is none. "
            "Give the labels in a file: --labels LABELS.jsonl."
        )
    else:
        drawn = ask(drawn, save=lambda now: write_sample(now, path=place))
    _keep(drawn, data=data)
    left = sum(item.label is None for item in drawn.items)
    click.echo(f"{len(drawn.items) - left:,} labelled, {left:,} to go: {place}", err=True)


def merged(sample: Sample, *, labels: Path) -> dict[str, Label]:
    """
    Read labels by id.

    :raises Refusal: for an id that is not in the sample, two labels that differ, or one that
        differs from what the sample has.
    """
    known = {item.id: item.label for item in sample.items}
    found: dict[str, Label] = {}
    for where, line in json_lines(labels):
        id_ = line.get("id")
        if line.get("audit_sample") is not None or line.get("label") is None:
            continue  # the first line of a sample, or a post that nobody has looked at
        if id_ not in known:
            raise CannotLabel(
                f"{where} labels the post {id_!r}, which is not in the sample. Label only posts "
                "that were drawn: others would spoil the known chances."
            )
        said = label_of(line["label"], where=where)
        before = found.get(id_) or known[id_]
        if before is not None and before is not said:
            raise CannotLabel(
                f"{where} says '{said}' of the post '{id_}', and before it was '{before}'. "
                "Decide for one of them, or say unsure in both."
            )
        found[id_] = said
    return found


def ask(
    sample: Sample,
    *,
    save: Callable[[Sample], None],
    key: Callable[[], str] = click.getchar,
) -> Sample:
    """Ask about each post without a label, and save after each answer; "q" stops."""
    waiting = [item for item in sample.items if item.label is None]
    for number, item in enumerate(waiting, start=1):
        said = _answer(item, number=number, of=len(waiting), key=key)
        if said is None:
            break
        sample = sample.labelled({item.id: said})
        save(sample)
    return sample


def _answer(item: Item, *, number: int, of: int, key: Callable[[], str]) -> Label | None:
    """Show a post, without its score or stratum; None: the person stops."""
    text = "(no text: see the network)" if item.text is None else safe(item.text)
    click.echo(f"\n{number} of {of}, post {safe(item.id)}\n{text}\n{_ASKED}", nl=False)
    while True:
        pressed = key().lower()
        if pressed in _KEYS:
            click.echo(_KEYS[pressed])
            return _KEYS[pressed]
        if pressed == "q":
            click.echo("stopped")
            return None


def _keep(sample: Sample, *, data: Path | None) -> None:
    """Write the labels of a sample that was drawn from the database into it."""
    if sample.brand is None:
        return
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(data, create=False):
        from answerback.desk.operations.audit import record_labels

        record_labels(
            draw=sample.draw,
            labels={int(item.id): str(item.label) for item in sample.items if item.label},
            at=clock.now(),
        )
