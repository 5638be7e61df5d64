"""Two versions of a text, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

#: Lines that stayed, shown around each change.
_AROUND: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line of a comparison."""

    kind: str  #: "same", "gone", "new" or "left_out"
    text: str  #: of "left_out" nothing


def diff_lines(*, before: str, after: str) -> list[DiffLine]:
    """Return what changed from one text to another, with a few lines around each change."""
    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    shown: list[DiffLine] = []
    end = 0
    for group in matcher.get_grouped_opcodes(_AROUND):
        if group[0][1] > end:
            shown.append(DiffLine(kind="left_out", text=""))
        shown += [line for step in group for line in _step(step, old=old, new=new)]
        end = group[-1][2]
    if shown and end < len(old):
        shown.append(DiffLine(kind="left_out", text=""))
    return shown


def _step(
    step: tuple[str, int, int, int, int], *, old: list[str], new: list[str]
) -> Iterator[DiffLine]:
    tag, old_from, old_to, new_from, new_to = step
    if tag == "equal":
        yield from (DiffLine(kind="same", text=text) for text in old[old_from:old_to])
        return
    yield from (DiffLine(kind="gone", text=text) for text in old[old_from:old_to])
    yield from (DiffLine(kind="new", text=text) for text in new[new_from:new_to])
