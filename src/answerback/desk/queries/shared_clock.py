"""The clock that all who work on one database go by."""

from datetime import UTC, datetime

from django.db import connection


def shared_moment() -> datetime | None:
    """
    Return this moment by the database's own clock; None: it is this machine's.

    A server may be worked on from several machines, whose clocks differ; an embedded database
    lies on one.  One question to a server, none to an embedded one.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    if not isinstance(now, datetime):
        raise TypeError(f"The database's clock says {now!r}, which is no moment.")
    return now.astimezone(UTC)
