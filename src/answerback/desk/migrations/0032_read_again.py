"""What failed can be read again: who wants it, and how the ledger counts it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0029_read_letters"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="ledgerline",
            name="ledger_line_balances",
        ),
        migrations.AddField(
            model_name="failedrow",
            name="again_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="failedrow",
            name="again_by",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="failedrow",
            name="tried_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="ledgerline",
            name="again",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="failedrow",
            index=models.Index(
                condition=models.Q(("again_at__isnull", False)),
                fields=["id"],
                name="failed_row_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    fetched=models.F("stored")
                    + models.F("duplicate")
                    + models.F("discarded")
                    + models.F("failed")
                    - models.F("again")
                ),
                name="ledger_line_balances",
            ),
        ),
    ]
