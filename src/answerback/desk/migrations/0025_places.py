"""From where a database may send, and since when that is in doubt."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0023_threads"),
    ]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="doors",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="installation",
            name="doubted_at",
            field=models.DateTimeField(null=True),
        ),
    ]
