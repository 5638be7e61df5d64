"""A case that a person sent to a queue stays there, whatever its next post is about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0013_words_of_posts")]
    operations = [
        migrations.AddField(
            model_name="case", name="queue_by_hand", field=models.BooleanField(default=False)
        ),
    ]
