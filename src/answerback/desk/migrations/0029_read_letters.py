"""Letters that were read keep their name alone: what they said is kept as what it became."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def empty(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    letters = apps.get_model("desk", "Letter").objects
    letters.filter(read_at__isnull=False).update(body=b"")


class Migration(migrations.Migration):
    dependencies = [("desk", "0028_what_we_said")]
    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
