"""What is different between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Words with the blanks after them, so that a text can be put together from them.
_WORD = re.compile(r"\S+\s*|\s+")
#: Longer texts are shown as a whole taken out and a whole put in.
_MOST_WORDS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text."""

    how: str  #: "same", "out" or "in"
    text: str


def diff(before: str, after: str) -> list[Piece]:
    """
    Return both texts as one: what stayed, what went out, what came in.

    Stayed and out give the first text, stayed and in the second.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return [*_piece("out", [before]), *_piece("in", [after])]
    pieces: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(
        a=old, b=new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            pieces += _piece("same", old[old_from:old_to])
        else:
            pieces += _piece("out", old[old_from:old_to])
            pieces += _piece("in", new[new_from:new_to])
    return pieces


def _piece(how: str, words: list[str]) -> list[Piece]:
    text = "".join(words)
    return [Piece(how=how, text=text)] if text else []
