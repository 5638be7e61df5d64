import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SENTENCE = "A version of a filter is never changed or removed; train another one."

_SQLITE = (
    f"""
    CREATE TRIGGER filter_version_not_changed BEFORE UPDATE ON desk_filterversion
    BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END
    """,
    f"""
    CREATE TRIGGER filter_version_not_removed BEFORE DELETE ON desk_filterversion
    BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END
    """,
)

_POSTGRESQL = (
    f"""
    CREATE FUNCTION filter_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$
    """,
    """
    CREATE TRIGGER filter_version_kept BEFORE UPDATE OR DELETE ON desk_filterversion
    FOR EACH ROW EXECUTE FUNCTION filter_version_is_kept()
    """,
)


def guard(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Keep every version of a brand's filter, and know which one is active."""

    dependencies = [("desk", "0005_copies")]
    operations = [
        migrations.CreateModel(
            name="FilterVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.TextField(null=True)),
                ("state", models.BinaryField()),
                ("relevant", models.PositiveIntegerField()),
                ("irrelevant", models.PositiveIntegerField()),
                ("audited", models.PositiveIntegerField()),
                ("note", models.TextField(default="")),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="desk.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "number"), name="filter_version_once")
                ]
            },
        ),
        migrations.AddField(
            model_name="brand",
            name="active_filter",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
