"""Live channels: accounts, gaps, word of posts that are gone, letters; what a reply carries."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: Added in place: Django would build the table anew on SQLite, and lose its triggers (0013).
_COLUMNS = {
    "sqlite": (
        "ALTER TABLE desk_post ADD COLUMN visibility text NOT NULL DEFAULT 'public'",
        """
        ALTER TABLE desk_post ADD COLUMN media text NOT NULL DEFAULT '[]'
        CHECK (JSON_VALID(media) OR media IS NULL)
        """,
    ),
    "postgresql": (
        "ALTER TABLE desk_post ADD COLUMN visibility text NOT NULL DEFAULT 'public'",
        "ALTER TABLE desk_post ADD COLUMN media jsonb NOT NULL DEFAULT '[]'",
    ),
}


def add_columns(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _COLUMNS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0018_what_the_inbox_counts_by"),
    ]

    operations = [
        migrations.CreateModel(
            name="Gap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.TextField()),
                ("sentence", models.TextField()),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("found_at", models.DateTimeField()),
                ("cursor", models.TextField(default="")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("repaired_at", models.DateTimeField(null=True)),
                ("found_posts", models.PositiveIntegerField(default=0)),
                ("given_up", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.TextField()),
                ("sends", models.BooleanField(default=True)),
                ("why", models.TextField(default="")),
                ("counted", models.PositiveBigIntegerField(default=0)),
                ("seen_at", models.DateTimeField()),
                ("resumed_by", models.TextField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Joined",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("evidence", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.TextField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField()),
                ("body", models.BinaryField()),
                ("headers", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReplyFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                ("data", models.BinaryField()),
                ("alt", models.TextField(default="")),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.TextField()),
                ("external_id", models.TextField()),
                ("gone_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="post",
            name="author_native_id",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="post",
            name="deleted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add_columns)],
            state_operations=[
                migrations.AddField(
                    model_name="post",
                    name="media",
                    field=models.JSONField(default=list),
                ),
                migrations.AddField(
                    model_name="post",
                    name="visibility",
                    field=models.TextField(default="public"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="post",
            name="revised_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="post",
            name="revision",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="failures",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="source",
            name="heard_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="lag",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="last_post_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="limited_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="next_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="on",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="source",
            name="rate",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="source",
            name="sentence",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="source",
            name="stream",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="source",
            name="streaming",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="ChannelAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.TextField()),
                ("name", models.TextField()),
                ("handle", models.TextField(default="")),
                ("native_id", models.TextField(default="")),
                ("settings", models.JSONField(default=dict)),
                ("sealed", models.BinaryField(default=b"")),
                ("mailbox", models.TextField(null=True, unique=True)),
                ("on", models.BooleanField(default=True)),
                ("stopped", models.TextField(default="")),
                ("most_characters", models.PositiveIntegerField(null=True)),
                ("clock_ahead", models.FloatField(null=True)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.TextField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "brand",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="desk.brand"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="source",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sources",
                to="desk.channelaccount",
            ),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(
                condition=models.Q(("account__isnull", False), ("on", True)),
                fields=["next_at"],
                name="source_due",
            ),
        ),
        migrations.AddField(
            model_name="gap",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="gaps", to="desk.source"
            ),
        ),
        migrations.AddField(
            model_name="joined",
            name="brand",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="desk.brand"),
        ),
        migrations.AddField(
            model_name="joined",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="joined", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="joined",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="desk.channelaccount",
            ),
        ),
        migrations.AddField(
            model_name="replyfile",
            name="reply",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="files", to="desk.reply"
            ),
        ),
        migrations.AddField(
            model_name="tombstone",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="desk.brand"
            ),
        ),
        migrations.AddField(
            model_name="tombstone",
            name="origin",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="desk.source"),
        ),
        migrations.AddConstraint(
            model_name="channelaccount",
            constraint=models.UniqueConstraint(
                fields=("brand", "channel", "name"), name="channel_account_once"
            ),
        ),
        migrations.AddIndex(
            model_name="gap",
            index=models.Index(
                condition=models.Q(("given_up", ""), ("repaired_at__isnull", True)),
                fields=["source", "id"],
                name="gap_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="joined",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("other",),
                name="joined_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="joined",
            constraint=models.CheckConstraint(
                condition=models.Q(("case", models.F("other")), _negated=True),
                name="joined_two_cases",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)),
                fields=["account", "id"],
                name="letter_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("account", "key"), name="letter_once"),
        ),
        migrations.AddConstraint(
            model_name="tombstone",
            constraint=models.UniqueConstraint(
                fields=("brand", "channel", "external_id"), name="tombstone_once"
            ),
        ),
    ]
