from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0019_live_channels"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="channelaccount",
            name="channel_account_once",
        ),
        migrations.AddField(
            model_name="channelaccount",
            name="removed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="channelaccount",
            name="removed_by",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="channelaccount",
            name="tested",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="channelaccount",
            name="tested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="channelaccount",
            name="works",
            field=models.BooleanField(null=True),
        ),
        migrations.AddConstraint(
            model_name="channelaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("brand", "channel", "name"),
                name="channel_account_once",
            ),
        ),
    ]
