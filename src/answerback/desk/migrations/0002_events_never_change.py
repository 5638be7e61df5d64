"""Let no SQL, typed by hand or not, change or remove an event."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SENTENCE = "An event is never changed or removed; write another one."

_SQLITE = (
    f"""
    CREATE TRIGGER event_not_changed BEFORE UPDATE ON desk_event
    BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END
    """,
    f"""
    CREATE TRIGGER event_not_removed BEFORE DELETE ON desk_event
    BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END
    """,
)

_POSTGRESQL = (
    f"""
    CREATE FUNCTION event_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$
    """,
    """
    CREATE TRIGGER event_kept BEFORE UPDATE OR DELETE ON desk_event
    FOR EACH ROW EXECUTE FUNCTION event_is_kept()
    """,
)


def guard(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Later migrations that rebuild desk_event on SQLite must add the triggers again."""

    dependencies = [("desk", "0001_first")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
