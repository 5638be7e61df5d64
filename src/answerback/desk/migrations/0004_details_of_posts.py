from django.db import migrations, models


class Migration(migrations.Migration):
    """Keep what a network tells of a post beside what has a column of its own (ADR 0016)."""

    dependencies = [("desk", "0003_posts_by_author")]
    operations = [
        migrations.AddField(
            model_name="post", name="details", field=models.JSONField(default=dict)
        ),
    ]
