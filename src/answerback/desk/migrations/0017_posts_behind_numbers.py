# The posts behind the numbers of the overview, and their counts, from indexes alone.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0016_files_handed_in"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(
                    ("answer__isnull", True),
                    ("case__isnull", False),
                    ("discard_reason__isnull", True),
                ),
                fields=["created_at", "id", "brand"],
                name="post_unanswered",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(
                    ("answer__isnull", False),
                    ("case__isnull", False),
                    ("discard_reason__isnull", True),
                ),
                fields=["created_at", "id", "brand"],
                name="post_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                fields=["origin", "discard_reason", "created_at_assumed"], name="post_ledger"
            ),
        ),
    ]
