"""The thresholds that people chose, append-only, and what stands near them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SENTENCE = "An operating point is never changed or removed; choose another one."

_SQLITE = (
    f"""
    CREATE TRIGGER operating_point_not_changed BEFORE UPDATE ON desk_operatingpoint
    BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END
    """,
    f"""
    CREATE TRIGGER operating_point_not_removed BEFORE DELETE ON desk_operatingpoint
    BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END
    """,
)

_POSTGRESQL = (
    f"""
    CREATE FUNCTION operating_point_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$
    """,
    """
    CREATE TRIGGER operating_point_kept BEFORE UPDATE OR DELETE ON desk_operatingpoint
    FOR EACH ROW EXECUTE FUNCTION operating_point_is_kept()
    """,
)


def guard(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Later migrations that rebuild the table on SQLite must add the triggers again."""

    dependencies = [
        ("desk", "0007_audit_samples"),
    ]

    operations = [
        migrations.AddField(
            model_name="mention",
            name="unsure",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="OperatingPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("threshold", models.FloatField()),
                ("band", models.FloatField()),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("reason", models.TextField()),
                ("misses_per_1000", models.FloatField(null=True)),
                ("misses_low", models.FloatField(null=True)),
                ("misses_high", models.FloatField(null=True)),
                ("reads_per_hour", models.FloatField(null=True)),
                ("labels", models.PositiveIntegerField()),
                ("drawn", models.BooleanField()),
                (
                    "brand",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="desk.brand"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="brand",
            name="judged_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.operatingpoint",
            ),
        ),
        migrations.AddField(
            model_name="brand",
            name="operating_point",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.operatingpoint",
            ),
        ),
        migrations.AddConstraint(
            model_name="operatingpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("band__gte", 0), ("band__lte", 1), ("threshold__gte", 0), ("threshold__lte", 1)
                ),
                name="operating_point_is_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="operatingpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="operating_point_has_a_reason",
            ),
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
