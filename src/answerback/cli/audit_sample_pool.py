"""Which samples may be pooled: draws of one brand, from posts that no other draw stands for."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from answerback.cli.audit_sample_file import Sample
from answerback.domain.records.refusal import Refusal

_Drawn = tuple[Path, Sample]


class CannotPool(Refusal):
    """Samples do not tell of different posts, or not of the same brand."""


def check_pool(drawn: Sequence[_Drawn]) -> None:
    """
    Do nothing when samples may be pooled.

    Error: of two draws without a post in common, an overlap of what they were drawn from is
    seen by their sketches (`audit_draw.sketch`): nearly always when it is a tenth or more of
    the larger one.

    :raises CannotPool: for the same draw twice, two brands, or draws that stand for the same
        posts: pooled as independent, they would make the interval too narrow.
    """
    for (_, one), (path, other) in combinations(drawn, 2):
        if one.draw == other.draw:
            raise CannotPool(f"{path} is a draw that was named before. Name each draw once.")
    brands = sorted({sample.brand or "(a file)" for _, sample in drawn})
    if len(brands) > 1:
        raise CannotPool(
            f"The samples are of different brands: {', '.join(brands)}. Report each by itself."
        )
    for (first, one), (second, other) in combinations(drawn, 2):
        overlap = _overlap(one, other)
        if overlap is not None:
            raise CannotPool(
                f"{first} and {second} {overlap}, which would count twice. Report one of them; "
                "or draw from posts of another time: with another seed alone the posts stay the "
                "same."
            )


def _overlap(one: Sample, other: Sample) -> str | None:
    """Return in words which posts two draws share, as far as ids and texts can tell."""
    # The id of a file's post may be a number that the next file begins again with.
    by_id = one.brand is not None or one.drawn_from == other.drawn_from
    texts = {item.id: item.text for item in one.items}
    common = [item for item in other.items if item.id in texts]
    for item in common:
        before = texts[item.id]
        unknown = before is None or item.text is None
        if by_id if unknown else before == item.text:
            return f"share posts, such as '{item.id}'"
    if common or not by_id:  # the same ids with other words: they are no ids of posts
        return None
    same = set(one.sketch) & set(other.sketch)
    return "were drawn from the same posts, or some of them" if same else None
