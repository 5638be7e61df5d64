"""The order of the house, in one list; no stage may lose a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from answerback.domain.records.dossier import Dossier

Step = Callable[[Sequence[Dossier]], Sequence[Dossier]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A named step: as many dossiers out as in, in the same order, about the same posts."""

    name: str
    step: Step


class RowsNotConserved(AssertionError):
    """A stage lost, invented or swapped a post.  This is a bug, not a refusal."""


def run(dossiers: Sequence[Dossier], *, stages: Sequence[Stage]) -> Sequence[Dossier]:
    """
    Send a batch through the stages, checking after each that no post got by unseen.

    Shapes: n dossiers in, n dossiers out, in the order given.

    :raises RowsNotConserved: when a stage gives back other posts than it took.
    """
    for stage in stages:
        came = stage.step(dossiers)
        _check_rows(before=dossiers, after=came, stage=stage.name)
        dossiers = came
    return dossiers


def _check_rows(*, before: Sequence[Dossier], after: Sequence[Dossier], stage: str) -> None:
    if len(before) != len(after):
        raise RowsNotConserved(
            f"Stage '{stage}' took {len(before)} posts and gave back {len(after)}. A stage marks "
            "a post as discarded, with a reason; it never removes it."
        )
    for row, (took, gave) in enumerate(zip(before, after, strict=True)):
        if took.post is not gave.post:
            raise RowsNotConserved(
                f"Stage '{stage}' gave back another post in row {row}: took "
                f"{took.post.external_id!r}, gave {gave.post.external_id!r}. "
                "A stage keeps the order."
            )
