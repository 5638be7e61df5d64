from django.db import migrations, models


class Migration(migrations.Migration):
    """Count an author's earlier posts without reading the others."""

    dependencies = [("desk", "0002_events_never_change")]
    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("discard_reason__isnull", True)),
                fields=["brand", "channel", "author_key", "created_at"],
                name="post_author",
            ),
        ),
    ]
