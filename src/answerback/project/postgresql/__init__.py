"""Django's PostgreSQL, and one thing that SQLite takes and PostgreSQL does not."""
