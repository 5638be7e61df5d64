import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Know which posts are copies of which, and find the first posts of groups by their keys."""

    dependencies = [("desk", "0004_details_of_posts")]
    operations = [
        migrations.CreateModel(
            name="GistKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BigIntegerField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="desk.brand",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="desk.post"),
                ),
            ],
            options={"indexes": [models.Index(fields=["brand", "key"], name="gist_key")]},
        ),
        migrations.AddField(
            model_name="post",
            name="copy_of",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="desk.post",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=Q(("copy_of__isnull", False)), fields=["copy_of"], name="post_copied"
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=Q(("copy_of__isnull", False), ("discard_reason__isnull", True)),
                fields=["case", "author_key"],
                name="post_copies",
            ),
        ),
    ]
