"""`answerback audit-sample label`: a person says of each post whether it is relevant."""

import re
import sys
from collections.abc import Callable
from contextlib import suppress
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
#: An id in a sample that was drawn from the database; the longest fits the column.
_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
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
    drawn = read_begun(sample, out=out)
    _check_posts(drawn, path=place, data=data)
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


def read_begun(sample: Path, *, out: Path | None) -> Sample:
    """
    Return the sample as far as it is labelled: from `out`, where that is there already.

    :raises CannotLabel: when `out` is another draw, whose labels are none of this sample's.
    """
    drawn = read_sample(sample)
    if out is None or not out.exists():
        return drawn
    begun = read_sample(out)
    if begun.draw != drawn.draw:
        raise CannotLabel(
            f"--out {out} is another draw than {sample}: '{begun.draw}', not '{drawn.draw}'. "
            "Name a file that is not there yet, or the one this sample's labels went to before."
        )
    return begun


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


def _check_posts(sample: Sample, *, path: Path, data: Path | None) -> None:
    """
    Do nothing when the posts of a sample are those that the database drew.

    Without the database, or in one that does not know the draw, nothing is checked: the labels
    can still be written into the sample's file, and `_keep` tells that they are nowhere else.

    :raises CannotLabel: naming a post that was not drawn; nothing was written then.
    """
    if sample.brand is None:
        return
    from answerback.project.databases import NoDatabaseYet
    from answerback.project.start import desk

    strange = [item.id for item in sample.items if not _ROW_NUMBER.fullmatch(item.id)]
    if not strange:
        with suppress(NoDatabaseYet), desk(data, create=False, signs=True):
            from answerback.desk.queries.audited import posts_of_draw

            known = posts_of_draw(draw=sample.draw)
            strange = [item.id for item in sample.items if known and int(item.id) not in known]
    if strange:
        raise CannotLabel(
            f"{path} has the post {strange[0]!r}, which the draw '{sample.draw}' does not have. "
            "Take the file as it was drawn: ids are row numbers of the database."
        )


def _keep(sample: Sample, *, data: Path | None) -> None:
    """Write the labels of a sample that was drawn from the database into it."""
    if sample.brand is None:
        return
    from answerback.project import clock
    from answerback.project.start import desk

    with desk(data, create=False, signs=True):
        from answerback.desk.operations.audit import record_labels

        record_labels(
            draw=sample.draw,
            labels={int(item.id): str(item.label) for item in sample.items if item.label},
            at=clock.now(),
        )
