"""An edit that asks for more than before waits for an answer of its own, from the edit on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0032_who_is_who")]
    operations = [
        migrations.AddField("post", "asks_since", models.DateTimeField(null=True)),
    ]
