from django.db import migrations, models


class Migration(migrations.Migration):
    """Keep the names in a text, what it compares, and which verdicts a person should look at."""

    dependencies = [("desk", "0008_operating_points")]
    operations = [
        migrations.AddField(
            model_name="reading", name="names", field=models.JSONField(default=list)
        ),
        migrations.AddField(
            model_name="reading", name="compared", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="reading", name="unsure", field=models.JSONField(default=list)
        ),
    ]
