"""Rows for a desk of any size, written past the house: a benchmark of pages needs them at once."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import NOT_PROVIDED

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

_AT_ONCE = 20_000

#: What makes a new database quick to fill; none of it outlives the connection.
_QUICK = {
    "sqlite": ("PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF", "PRAGMA cache_size=-400000"),
    "postgresql": ("SET session_replication_role = replica", "SET statement_timeout = 0"),
}


@contextmanager
def quickly() -> Iterator[None]:
    """Fill tables without looking at foreign keys; see to numbers and statistics afterwards."""
    from django.apps import apps

    with connection.cursor() as cursor:
        for line in _QUICK[connection.vendor]:
            cursor.execute(line)
    yield
    with connection.cursor() as cursor:
        ours = list(apps.get_app_config("desk").get_models())
        for line in connection.ops.sequence_reset_sql(no_style(), ours):
            cursor.execute(line)
        cursor.execute("ANALYZE")
    connection.close()


@dataclass(slots=True)
class Table:
    """
    A model's table, filled in the order of `names`; every other column has its default.

    Times are texts in UTC ("2026-03-02 09:00:00"), JSON is text.
    """

    model: type[models.Model]
    names: Sequence[str]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    written: int = 0

    def add(self, *values: Any) -> None:
        """Put a row in; it is written with the next few thousand."""
        self.rows.append(values)
        if len(self.rows) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what was put in."""
        columns, fixed = self._columns()
        _write(self.model._meta.db_table, columns, [(*row, *fixed) for row in self.rows])  # noqa: SLF001  Django's documented name
        self.written += len(self.rows)
        self.rows.clear()

    def _columns(self) -> tuple[list[str], list[Any]]:
        """Return every column, and what stands in those that are not named."""
        fields = {one.attname: one for one in self.model._meta.concrete_fields}  # noqa: SLF001  as above
        others = [
            one
            for name, one in fields.items()
            if name not in self.names
            and not isinstance(one, models.AutoField | models.BigAutoField)
        ]
        columns = [str(fields[name].column) for name in self.names]
        columns += [str(one.column) for one in others]
        return columns, [_default(one) for one in others]


def _default(one: "models.Field[Any, Any]") -> Any:
    if one.default is NOT_PROVIDED and not one.null:
        raise SystemExit(f"benchmarks/desk_data.py does not know the column {one}: name it there.")
    value = one.get_default()
    if isinstance(one, models.JSONField):
        return one.get_prep_value(value) if isinstance(value, str) else _json(value)
    return value


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _write(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    writers: dict[str, Callable[..., None]] = {"sqlite": _insert, "postgresql": _copy}
    with connection.cursor() as cursor:
        writers[connection.vendor](cursor, table, ", ".join(f'"{one}"' for one in columns), rows)


def _insert(
    cursor: "CursorWrapper", table: str, columns: str, rows: Iterable[Sequence[Any]]
) -> None:
    marks = ", ".join("?" for _ in columns.split(","))
    raw = cursor.connection  # past Django: it would look at every value
    raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608  our own names


def _copy(cursor: "CursorWrapper", table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
