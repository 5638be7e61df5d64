"""
Spellings one edit away: a letter more, less, another, or two changed about.

Two words are one edit apart only if they share a form in which at most one letter was left out
(or are one letter apart in length).  So each seen word is listed under its own form and every
form with one letter left out; looking up is then a handful of searches.
"""

from collections.abc import Iterator
from zlib import crc32

SHORTEST = 4  #: letters; of shorter words nearly everything is one edit away
LONGEST = 24  #: letters; longer ones are names glued together, or noise


def listed(form: str) -> bool:
    """Say whether a word takes part: letters only, neither too short nor too long."""
    return SHORTEST <= len(form) <= LONGEST and form.isalpha()


def keys(form: str) -> Iterator[int]:
    """
    Yield numbers of which any two words one edit apart share one; others may by chance.

    Units: 32 bits.
    """
    shortened = {form[:at] + form[at + 1 :] for at in range(len(form))}
    for one in {form, *shortened}:
        yield crc32(one.encode("utf-8", "surrogatepass"))


def one_edit_apart(one: str, other: str) -> bool:
    """Say whether two different words are one edit apart."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    same = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    rest, others = one[same:], other[same:]
    return (
        rest[1:] == others[1:]  # another letter
        or rest[1:] == others
        or rest == others[1:]
        or (rest[:2] == others[1::-1] and len(rest) > 1 and rest[2:] == others[2:])
    )
