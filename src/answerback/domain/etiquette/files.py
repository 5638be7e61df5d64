"""Which files a reply may carry, by its network; what a file is, by its first bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
_MEGABYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimit:
    """What a network takes beside the words of one reply."""

    most: int  #: files
    largest: int  #: bytes of one
    kinds: tuple[str, ...] = _PICTURES  #: MIME types


#: By channel; one that is absent takes none.  `tests/channels` holds it against their caps.
FILE_LIMITS: Mapping[str, FileLimit] = MappingProxyType(
    {
        "bluesky": FileLimit(most=4, largest=1_000_000),
        "mastodon": FileLimit(most=4, largest=8 * _MEGABYTE),
        "email": FileLimit(most=10, largest=5 * _MEGABYTE, kinds=(*_PICTURES, "application/pdf")),
    }
)


def file_limit(channel: str) -> FileLimit | None:
    """Return what may go with a reply on a channel; None: no files."""
    return FILE_LIMITS.get(channel)


def kind_of(data: bytes) -> str | None:
    """
    Return what a file is by its first bytes, whatever its name says; None: nothing we carry.

    Source: the WHATWG's MIME Sniffing Standard, 6.1, and ISO 32000 for PDF.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:14] == b"WEBPVP":
        return "image/webp"
    return "application/pdf" if data.startswith(b"%PDF-") else None


def unfit(*, name: str, kind: str | None, size: int, channel: str, there: int) -> str | None:
    """Return why a file cannot go with a reply, as a sentence; None: it can."""
    limit = file_limit(channel)
    if limit is None:
        return f"A reply on {channel} carries no files."
    if kind not in limit.kinds:
        can = ", ".join(one.partition("/")[2].upper() for one in limit.kinds)
        return f"'{name}' cannot go with a reply on {channel}. It takes: {can}."
    if size > limit.largest:
        return (
            f"'{name}' has {size / _MEGABYTE:.1f} MB; {channel} takes "
            f"{limit.largest / _MEGABYTE:.1f} MB. Make it smaller."
        )
    if there >= limit.most:
        return f"{channel} takes {limit.most} files with a reply. Remove one first."
    return None


def undescribed(files: Sequence[tuple[str, str, str]]) -> str | None:
    """
    Return which picture nobody has described, as a sentence; None: all are.

    Shapes: (name, kind, alt) of each file.
    """
    for name, kind, alt in files:
        if kind.startswith("image/") and not alt.strip():
            return (
                f"Say what is to be seen on '{name}': whoever cannot see it is read your words. "
                "Write them beside the picture, and send again."
            )
    return None
