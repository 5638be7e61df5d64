"""Which posts are sorted first when many wait."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: Added in place: Django would build the table anew on SQLite, and lose its triggers (0013).
_COLUMN = "ALTER TABLE desk_post ADD COLUMN lane smallint NOT NULL DEFAULT 1"


def add_column(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(_COLUMN, params=None)


class Migration(migrations.Migration):
    dependencies = [("desk", "0025_places")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add_column)],
            state_operations=[
                migrations.AddField(
                    model_name="post", name="lane", field=models.SmallIntegerField(default=1)
                )
            ],
        ),
        migrations.RemoveIndex(model_name="post", name="post_waiting"),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                name="post_waiting",
                fields=["brand", "lane", "id"],
                condition=models.Q(sorted_at__isnull=True),
            ),
        ),
    ]
