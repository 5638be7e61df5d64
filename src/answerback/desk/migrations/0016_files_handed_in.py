# Files that people hand in, and who does a long piece of work.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0015_replies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("token", models.PositiveBigIntegerField(default=1)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("folder", models.TextField()),
                ("size", models.PositiveBigIntegerField()),
                ("mapping", models.TextField(default="")),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("state", models.TextField(default="waiting")),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sentence", models.TextField(default="")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="desk.brand"),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="desk.source"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "reading", "sorting"])),
                        fields=["brand", "id"],
                        name="upload_under_way",
                    )
                ],
            },
        ),
    ]
