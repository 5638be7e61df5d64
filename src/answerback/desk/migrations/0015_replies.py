from django.db import migrations, models


class Migration(migrations.Migration):
    """What was overruled in a reply, when it was first tried, and how long one may undo."""

    dependencies = [
        ("desk", "0014_sent_to_a_queue_by_hand"),
    ]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="first_tried_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="reply",
            name="overruled",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="reply",
            name="approve_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="reply",
            name="reminded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="undo_seconds",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                name="reply_sent",
                fields=["sent_at"],
                condition=models.Q(("sent_at__isnull", False)),
            ),
        ),
    ]
