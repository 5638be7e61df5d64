"""The `--dialect` of the commands that take a query."""

from typing import TYPE_CHECKING

from answerback.domain.records.refusal import Refusal

if TYPE_CHECKING:
    from answerback.domain.listening.query import Dialect


class NoSuchDialect(Refusal):
    """A query is said to be in a dialect that is not known."""


def dialect_of(name: str | None) -> "Dialect":
    """
    Return the dialect of a name; ours without one.

    :raises NoSuchDialect: naming those that there are.
    """
    from answerback.domain.listening.query import Dialect

    if name is None:
        return Dialect.ANSWERBACK
    try:
        return Dialect(name.lower())
    except ValueError:
        there = ", ".join(Dialect)
        raise NoSuchDialect(f"There is no dialect '{name}'. There are: {there}.") from None
