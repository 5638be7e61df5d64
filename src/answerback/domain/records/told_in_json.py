"""Names and comparisons as plain values, for a line of JSON or a column."""

from collections.abc import Mapping, Sequence
from typing import Any

from answerback.domain.records.comparison import Comparison, Direction, Thing
from answerback.domain.records.name import Name, Naming


def names_told(names: Sequence[Name]) -> list[dict[str, Any]]:
    """Return each name with whose it is and its place: code points, end exclusive."""
    return [
        {
            "name": name.name,
            "whose": str(name.whose),
            "start": name.start,
            "end": name.end,
            "known": name.known,
        }
        for name in names
    ]


def names_read(told: Sequence[Mapping[str, Any]]) -> tuple[Name, ...]:
    """Read what `names_told` returned."""
    return tuple(
        Name(one["name"], Naming(one["whose"]), one["start"], one["end"], one["known"])
        for one in told
    )


def comparison_told(both: Comparison | None) -> dict[str, Any] | None:
    """Return the two things and which is better; null for a text that compares nothing."""
    if both is None:
        return None
    return {
        "first": both.first._asdict() if both.first else None,
        "second": both.second._asdict() if both.second else None,
        "direction": str(both.direction),
        "rule": both.rule,
        "start": both.start,
        "end": both.end,
    }


def comparison_read(told: Mapping[str, Any] | None) -> Comparison | None:
    """Read what `comparison_told` returned."""
    if told is None:
        return None
    return Comparison(
        first=Thing(**told["first"]) if told["first"] else None,
        second=Thing(**told["second"]) if told["second"] else None,
        direction=Direction(told["direction"]),
        rule=told["rule"],
        start=told["start"],
        end=told["end"],
    )
