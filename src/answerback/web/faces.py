"""How a person is shown where no picture is: initials on one of a few colours."""

from zlib import crc32

_TONES = 8
_MOST_INITIALS = 2


def tone(name: str) -> int:
    """Return the number of a name's colour, 0 to 7: the same name, the same colour."""
    return crc32(name.casefold().encode(errors="replace")) % _TONES


def initials(name: str) -> str:
    """Return the first letters of a name's first two words; "?" where it has no letter."""
    words = "".join(sign if sign.isalnum() else " " for sign in name).split()
    return "".join(word[0] for word in words[:_MOST_INITIALS]).upper() or "?"
