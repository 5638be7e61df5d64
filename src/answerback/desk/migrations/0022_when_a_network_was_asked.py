"""When a reply was last asked to be said: a network that is slow to show it is looked at later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0021_what_tests_of_channels_said"),
    ]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
    ]
