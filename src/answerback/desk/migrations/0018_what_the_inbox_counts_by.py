"""The counts of the inbox, its closed cases and those for approval are read from indexes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0017_posts_behind_numbers"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_counts",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_closed",
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=[
                    "written_at",
                    "stirred_at",
                    "respond_by",
                    "snoozed_until",
                    "owner",
                    "state",
                    "queue",
                    "channel",
                    "language",
                    "brand",
                ],
                name="case_counts",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True), ("owner__isnull", True)
                ),
                fields=["brand", "turn", "written_at", "id"],
                name="case_unowned",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "awaiting_approval")),
                fields=["turn", "written_at", "id"],
                name="case_for_approval",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "closed")),
                fields=["-closed_at", "-id", "brand"],
                name="case_closed",
            ),
        ),
    ]
