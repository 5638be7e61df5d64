"""Questions about many names at once: one parameter, however many they are."""

import json
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from collections.abc import Iterable

    _Lookup = Lookup[Iterable[str]]
else:
    _Lookup = Lookup


class Among(_Lookup):
    """
    `name__among=names`: as `name__in`, for plain strings.

    `in` makes a parameter of each name: converting them is a good part of what taking a page of
    posts in costs, and SQLite takes 32,766 of them at most.  Ask so
    of one table, by an index of its own: joined with another, SQLite begins with the other one.
    """

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[str]:
        """Return the names in an order, as they may have come in a set."""
        return sorted(self.rhs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return the condition and its parameters."""
        column, given = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", [*given, self.rhs]
        among = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608  names are parameters
        return among, [*given, json.dumps(self.rhs)]
