import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

_TABLES = ("auditsample", "audititem", "auditlabel")
_SENTENCE = "An audit is never changed or removed; draw another sample, or label it again."

_POSTGRESQL = f"""
    CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$
"""


def guard(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(_POSTGRESQL, params=None)
    for table in _TABLES:
        for statement in {"sqlite": _on_sqlite, "postgresql": _on_postgresql}[vendor](table):
            schema_editor.execute(statement, params=None)


def _on_sqlite(table: str) -> list[str]:
    return [
        f"""
        CREATE TRIGGER {table}_not_{name} BEFORE {act} ON desk_{table}
        BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END
        """
        for act, name in (("UPDATE", "changed"), ("DELETE", "removed"))
    ]


def _on_postgresql(table: str) -> list[str]:
    return [
        f"""
        CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON desk_{table}
        FOR EACH ROW EXECUTE FUNCTION audit_is_kept()
        """
    ]


def _id() -> tuple[str, models.BigAutoField]:
    return "id", models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    """
    Keep audit samples: which posts were drawn, with which chance, and what people said.

    Later migrations that rebuild these tables on SQLite must add the triggers again.
    """

    dependencies = [("desk", "0006_filter_versions")]
    operations = [
        migrations.CreateModel(
            name="AuditSample",
            fields=[
                _id(),
                ("draw", models.TextField(unique=True)),
                ("at", models.DateTimeField()),
                ("strata", models.JSONField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="desk.brand",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["brand"], name="audit_of_brand")]},
        ),
        migrations.CreateModel(
            name="AuditItem",
            fields=[
                _id(),
                ("stratum", models.TextField()),
                ("chance", models.FloatField()),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="desk.post",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="desk.auditsample",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sample", "post"), name="audit_item_once"),
                    models.CheckConstraint(
                        condition=Q(("chance__gt", 0), ("chance__lte", 1)),
                        name="audit_item_had_a_chance",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="AuditLabel",
            fields=[
                _id(),
                ("label", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.TextField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="desk.audititem"
                    ),
                ),
            ],
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
