"""What we said is found by its id on the network, and by the post that it answers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0027_taking_away"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(("external_id__isnull", False)),
                fields=["external_id"],
                name="reply_said",
            ),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(("in_reply_to__isnull", False)),
                fields=["in_reply_to"],
                name="reply_answers",
            ),
        ),
    ]
