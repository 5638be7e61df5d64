"""Who a mail is from, as an address and a name; ids of mails."""

import re
from hashlib import blake2b
from typing import Final

from answerback.channels.mail.charsets import header_text

_MOST: Final = 4_096
#: Bytes of an address (RFC 5321, 4.5.3.1.3), and of an id that we keep as it is.
_LONGEST: Final = 254
_LONGEST_ID: Final = 400

_ADDRESS: Final = re.compile(r"[^\s<>\"(),;:@\[\]\\]{1,64}@[^\s<>\"(),;:@\\]{1,190}")
_IN_BRACKETS: Final = re.compile(r"<\s*([^<>]{1,400})\s*>")
_ID: Final = re.compile(rb"<([^<>]{1,8192})>")


def people(raw: bytes) -> list[tuple[str, str]]:
    """
    Return the (address, name) pairs of a header, addresses in lower case; [] for none.

    Encoded words are read before the names are cut apart, but after the addresses were found:
    an address hidden in an encoded name is a name.
    """
    told = raw[:_MOST]
    found: list[tuple[str, str]] = []
    for part in _between_commas(told):
        address = _address_in(part)
        if address:
            found.append((address, _name_in(part, address)))
    return found


def _between_commas(told: bytes) -> list[bytes]:
    """Cut at commas that stand in no quotes."""
    parts, begun, quoted = list[bytes](), 0, False
    for place, byte in enumerate(told):
        if byte == ord('"') and told[place - 1 : place] != b"\\":
            quoted = not quoted
        elif byte in b",;" and not quoted:
            parts.append(told[begun:place])
            begun = place + 1
    return [*parts, told[begun:]]


def _address_in(part: bytes) -> str:
    text = part.decode("utf-8", "replace")
    for inside in reversed(_IN_BRACKETS.findall(text)):
        if found := _ADDRESS.fullmatch(inside.strip()):
            return found[0].casefold()
    bare = _ADDRESS.search(text.partition("<")[0] if "<" in text else text)
    found_bare = "" if bare is None else bare[0].strip(".'").casefold()
    return found_bare if len(found_bare.encode("utf-8", "replace")) <= _LONGEST else ""


def _name_in(part: bytes, address: str) -> str:
    before, opened, _ = part.partition(b"<")
    if not opened:
        _, _, comment = part.partition(b"(")
        return header_text(comment.partition(b")")[0])[:200] if comment else ""
    name = header_text(before).strip().strip("\"'").replace('\\"', '"').strip()
    return "" if name.casefold() == address else name[:200]


def ids(raw: bytes) -> list[str]:
    """Return the ids of mails in a header, without their brackets, in the order told."""
    found = [_known_id(one) for one in _ID.findall(raw)]
    if not found and raw.strip() and b"<" not in raw and b" " not in raw.strip():
        found = [_known_id(raw)]  # some leave the brackets out
    return [one for one in found if one]


def _known_id(told: bytes) -> str:
    """Return an id that can be kept: one that is too long is named by its hash."""
    one = "".join(told.decode("utf-8", "replace").split())
    kept = "".join(letter if letter.isprintable() else "?" for letter in one)
    if len(kept.encode()) <= _LONGEST_ID:
        return kept
    return f"long-{blake2b(told, digest_size=16).hexdigest()}"
