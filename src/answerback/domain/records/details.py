"""What a network tells of a post beside what has a field of its own."""

from collections.abc import ItemsView, Iterator, Mapping, Sequence
from types import MappingProxyType


class Details(Mapping[str, tuple[str, ...]]):
    """
    Values by the name that queries have for them (`domain/listening/fields.py`); never changed.

    A dict would do but for one thing: a record that may be changed in passing is none.  (A
    `MappingProxyType` cannot be sent to another process.)
    """

    __slots__ = ("_told",)

    def __init__(self, told: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
        """Keep what is told; a name without values is left out."""
        self._told = {name: tuple(values) for name, values in told.items() if values}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        """Return the values told under a name."""
        return self._told[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names, as they were given."""
        return iter(self._told)

    def __len__(self) -> int:
        """Count the names."""
        return len(self._told)

    def items(self) -> ItemsView[str, tuple[str, ...]]:
        """Return the names with their values, as fast as a dict does: most posts have none."""
        return self._told.items()

    def __hash__(self) -> int:
        """Agree with equality: the order of the names does not count."""
        return hash(frozenset(self._told.items()))

    def __repr__(self) -> str:
        """Show what is told."""
        return f"Details({self._told!r})"

    def __reduce__(self) -> tuple[type["Details"], tuple[dict[str, tuple[str, ...]]]]:
        """Travel to another process as the plain mapping."""
        return Details, (self._told,)


#: Shared by all posts of which nothing more is told, as most are.
NO_DETAILS = Details()
