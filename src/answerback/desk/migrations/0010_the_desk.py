import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import answerback.domain.records.reply

_SENTENCES = {
    "auditentry": "An entry of the audit log is never changed or removed.",
    "brandtext": "A version of a brand's texts is never changed or removed; write another one.",
}

_SQLITE = """
    CREATE TRIGGER {name}_not_{past} BEFORE {verb} ON desk_{name}
    BEGIN SELECT RAISE(ABORT, '{sentence}'); END
"""
_POSTGRESQL = (
    """
    CREATE FUNCTION {name}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{sentence}'; END $$
    """,
    """
    CREATE TRIGGER {name}_kept BEFORE UPDATE OR DELETE ON desk_{name}
    FOR EACH ROW EXECUTE FUNCTION {name}_is_kept()
    """,
)


def guard(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, sentence in _SENTENCES.items():
        quoted = sentence.replace("'", "''")
        if schema_editor.connection.vendor == "sqlite":
            for verb, past in (("UPDATE", "changed"), ("DELETE", "removed")):
                told = {"name": name, "verb": verb, "past": past, "sentence": quoted}
                schema_editor.execute(_SQLITE.format(**told), params=None)
        else:
            for statement in _POSTGRESQL:
                schema_editor.execute(statement.format(name=name, sentence=quoted), params=None)


class Migration(migrations.Migration):
    """
    People, replies, and what stands beside a case.

    The tables of those who sign people in point at ours, so ours come first.
    """

    run_before = [
        ("account", "0001_initial"),
        ("mfa", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]
    dependencies = [
        ("desk", "0009_what_stands_in_a_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "handle",
                    models.CharField(
                        max_length=32,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator("^[a-z0-9][a-z0-9._-]*$")
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("takes_cases", models.BooleanField(default=True)),
                ("language", models.CharField(blank=True, default="", max_length=10)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.TextField(null=True)),
                ("what", models.TextField()),
                ("about", models.TextField(default="")),
                ("particulars", models.JSONField(default=dict)),
                ("seal", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="BrandText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.TextField()),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.TextField(null=True)),
                ("note", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Bulk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("what", models.TextField()),
                ("before", models.JSONField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CaseTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tag", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.TextField()),
                ("said", models.JSONField()),
                ("before", models.JSONField(null=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.TextField()),
                ("name", models.TextField()),
                ("token_hash", models.TextField(unique=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Macro",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("text", models.TextField()),
                ("actions", models.JSONField(default=dict)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.TextField()),
                ("skills", models.JSONField(default=list)),
                ("languages", models.JSONField(default=list)),
                ("capacity", models.PositiveSmallIntegerField(default=8)),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("by", models.TextField()),
                ("text", models.TextField()),
                ("mentions", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.TextField()),
                ("by", models.TextField(null=True)),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("writing", models.BooleanField(default=False)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.TextField(default=answerback.domain.records.reply.ReplyState["DRAFT"]),
                ),
                ("written_by", models.TextField()),
                ("text", models.TextField(default="")),
                ("version", models.PositiveIntegerField(default=1)),
                ("seen", models.BigIntegerField(default=0)),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("needs_approval", models.BooleanField(default=False)),
                ("approval_reasons", models.JSONField(default=list)),
                ("approved_by", models.TextField(null=True)),
                ("approved_version", models.PositiveIntegerField(null=True)),
                ("sent_back_note", models.TextField(default="")),
                ("begun_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("send_after", models.DateTimeField(null=True)),
                ("after_send", models.JSONField(default=dict)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("fence", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("external_id", models.TextField(null=True)),
                ("failure", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="ReplyText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SignInFailure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("handle", models.TextField()),
                ("device", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("queues", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="View",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("filters", models.JSONField(default=dict)),
                ("shared", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("read_to", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="accepted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="assigned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="assigned_why",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="case",
            name="author_has_the_word",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="case",
            name="breached_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="escalated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="language",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="case",
            name="leased_to",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="leased_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="outcome",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="case",
            name="sentiment",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="case",
            name="sleeps_through_thanks",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="case",
            name="snoozed_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="stirred_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True), ("owner__isnull", False)
                ),
                fields=["owner", "turn", "written_at", "id"],
                name="case_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=["brand", "turn", "written_at", "id"],
                name="case_brand",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", False)),
                fields=["snoozed_until"],
                name="case_asleep",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True),
                    ("breached_at__isnull", True),
                    ("respond_by__isnull", False),
                ),
                fields=["respond_by"],
                name="case_not_yet_breached",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["brand", "author_key", "-opened_at"], name="case_of_author"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["assigned", "awaiting_approval"]), _negated=True),
                    ("owner__isnull", False),
                    _connector="OR",
                ),
                name="case_assigned_to_somebody",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="brand",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="desk.brand",
            ),
        ),
        migrations.AddField(
            model_name="brandtext",
            name="brand",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="desk.brand"
            ),
        ),
        migrations.AddField(
            model_name="bulk",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="casetag",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tags", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="post",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="desk.post"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="brand",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="desk.brand"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="used_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="macro",
            name="brand",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="desk.brand"),
        ),
        migrations.AddField(
            model_name="membership",
            name="brand",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="desk.brand"),
        ),
        migrations.AddField(
            model_name="membership",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="desk.case"),
        ),
        migrations.AddField(
            model_name="notice",
            name="case",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="desk.case"),
        ),
        migrations.AddField(
            model_name="presence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="desk.case"
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="in_reply_to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.post",
            ),
        ),
        migrations.AddField(
            model_name="replytext",
            name="reply",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="desk.reply"
            ),
        ),
        migrations.AddIndex(
            model_name="signinfailure",
            index=models.Index(fields=["handle", "device", "at"], name="sign_in_failures"),
        ),
        migrations.AddField(
            model_name="team",
            name="brand",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="desk.brand"),
        ),
        migrations.AddField(
            model_name="team",
            name="members",
            field=models.ManyToManyField(related_name="teams", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="view",
            name="brand",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to="desk.brand"
            ),
        ),
        migrations.AddField(
            model_name="view",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="views",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="watch",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="desk.case"),
        ),
        migrations.AddField(
            model_name="watch",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["by", "-number"], name="audit_by_person"),
        ),
        migrations.AddConstraint(
            model_name="brandtext",
            constraint=models.UniqueConstraint(
                fields=("brand", "what", "number"), name="brand_text_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="brandtext",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["brand", "policy"])),
                name="brand_text_is_one_of_two",
            ),
        ),
        migrations.AddIndex(
            model_name="casetag",
            index=models.Index(fields=["tag", "case"], name="case_by_tag"),
        ),
        migrations.AddConstraint(
            model_name="casetag",
            constraint=models.UniqueConstraint(fields=("case", "tag"), name="case_tag_once"),
        ),
        migrations.AddConstraint(
            model_name="macro",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True)),
                fields=("brand", "name"),
                name="macro_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("user", "brand"), name="membership_once"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["owner", "lead", "approver", "agent", "viewer"])),
                name="membership_has_a_role",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)),
                fields=["user", "-at"],
                name="notice_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(fields=("case", "user"), name="presence_once"),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["awaiting_approval", "queued", "sending", "unknown"])
                ),
                fields=["send_after", "id"],
                name="reply_on_its_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["awaiting_approval", "queued", "sending", "unknown"])
                ),
                fields=("case",),
                name="reply_one_on_its_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("case", "written_by"),
                name="reply_one_draft_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(("approved_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="reply_nobody_approves_their_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_approval", False),
                    ("state__in", ["draft", "awaiting_approval", "cancelled"]),
                    models.Q(
                        ("approved_by__isnull", False), ("approved_version", models.F("version"))
                    ),
                    _connector="OR",
                ),
                name="reply_leaves_only_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="replytext",
            constraint=models.UniqueConstraint(fields=("reply", "version"), name="reply_text_once"),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(fields=("brand", "name"), name="team_once"),
        ),
        migrations.AddConstraint(
            model_name="view",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="view_once"),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(fields=("case", "user"), name="watch_once"),
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
