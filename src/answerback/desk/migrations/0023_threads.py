"""What is gone is erased where it was fetched, too; threads are asked for; joined cases."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0022_when_a_network_was_asked"),
    ]

    operations = [
        migrations.CreateModel(
            name="RawPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveSmallIntegerField()),
                ("thing", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="ThreadLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.TextField()),
                ("wanted_at", models.DateTimeField(null=True)),
                ("wanted_by", models.TextField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("found", models.PositiveIntegerField(default=0)),
                ("sentence", models.TextField(default="")),
            ],
        ),
        migrations.AddField(
            model_name="joined",
            name="was",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="reply",
            name="place",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.case",
            ),
        ),
        migrations.AddField(
            model_name="tombstone",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("author_native_id__isnull", False)),
                fields=["brand", "channel", "author_native_id"],
                name="post_native",
            ),
        ),
        migrations.AddIndex(
            model_name="tombstone",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", True)),
                fields=["id"],
                name="tombstone_fresh",
            ),
        ),
        migrations.AddField(
            model_name="rawplace",
            name="raw",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="desk.rawinput"
            ),
        ),
        migrations.AddField(
            model_name="threadlook",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="desk.channelaccount",
            ),
        ),
        migrations.AddIndex(
            model_name="threadlook",
            index=models.Index(
                condition=models.Q(("wanted_at__isnull", False)),
                fields=["wanted_at"],
                name="thread_look_due",
            ),
        ),
        migrations.AddIndex(
            model_name="threadlook",
            index=models.Index(fields=["account", "asked_at"], name="thread_look_asked"),
        ),
        migrations.AddConstraint(
            model_name="threadlook",
            constraint=models.UniqueConstraint(
                fields=("account", "external_id"), name="thread_look_once"
            ),
        ),
    ]
