"""The values of an Arrow column as Python has them."""

from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def values_of(column: Any) -> list[Any]:
    """
    Return the values of a column: text as str, moments in UTC, None for null.

    Bytes are text where they are UTF-8 and bytes where not, whatever the column calls them.

    Shapes: an array of n values in, n out.
    """
    import pyarrow as pa  # noqa: PLC0415 - only who has such a column pays for it

    types = pa.types
    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if types.is_binary_view(column.type):
        column = column.cast("large_binary")
    kind = column.type
    if types.is_timestamp(kind):
        return [_moment(told, unit=kind.unit) for told in column.cast("int64").to_pylist()]
    if types.is_string(kind) or types.is_large_string(kind):
        try:
            return list(column.to_pylist())
        except UnicodeDecodeError:
            column = column.cast("binary" if types.is_string(kind) else "large_binary")
            kind = column.type
    if types.is_binary(kind) or types.is_large_binary(kind):
        return [_decoded(told) for told in column.to_pylist()]
    return list(column.to_pylist())


def _moment(told: int | None, *, unit: str) -> datetime | int | None:
    """Return a moment; one that no calendar holds stays a number, and will not be believed."""
    if told is None:
        return None
    try:
        return _EPOCH + timedelta(microseconds=told * 10**6 // _PER_SECOND[unit])
    except OverflowError:
        return 10**18


def _decoded(told: bytes | None) -> str | bytes | None:
    if told is None:
        return None
    try:
        return told.decode()
    except UnicodeDecodeError:
        return told
