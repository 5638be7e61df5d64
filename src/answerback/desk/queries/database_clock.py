"""The clock of the database: one for all processes, wherever they run."""

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """Return the database's moment, to the second at worst, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (told,) = cursor.fetchone()
    if isinstance(told, str):  # SQLite tells it as a text, in UTC
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    moment: datetime = told
    return moment.astimezone(UTC)
