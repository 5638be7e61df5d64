"""The clock of the database: one for all who work on it, wherever they run."""

from datetime import UTC, datetime

from django.db import connection


def shared_moment() -> datetime | None:
    """
    Return this moment by the database's own clock; None: it is this machine's.

    A server may be worked on from several machines, whose clocks differ; an embedded database
    lies on one.  One question to a server, none to an embedded one.
    """
    return database_now() if connection.vendor == "postgresql" else None


def database_now() -> datetime:
    """Return the database's moment, to the second at worst, in UTC.  One question."""
    on_server = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        # Not when its transaction began: a lease is judged by when it is looked at.
        cursor.execute("SELECT clock_timestamp()" if on_server else "SELECT CURRENT_TIMESTAMP")
        (told,) = cursor.fetchone()
    if isinstance(told, str):  # SQLite tells it as a text, in UTC
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    if not isinstance(told, datetime):
        raise TypeError(f"The database's clock says {told!r}, which is no moment.")
    return told.astimezone(UTC)
