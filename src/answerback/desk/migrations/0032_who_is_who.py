"""Who had several handles becomes one: all that is theirs hangs on the one they were met by."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Min


def join(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each author who is told by something that stays one key, the first."""
    posts = apps.get_model("desk", "Post").objects
    known = apps.get_model("desk", "KnownAuthor")
    told = (
        posts.filter(author_native_id__isnull=False)
        .order_by()
        .values_list("brand_id", "channel", "author_native_id", "author_key")
        .annotate(first=Min("pk"))
        .order_by("first")
    )
    keys: dict[tuple[int, str, str], str] = {}
    taken: set[tuple[int, str, str]] = set()
    for brand_id, channel, native, key, _ in told.iterator(chunk_size=2_000):
        person = (brand_id, channel, native)
        if person not in keys:
            if (brand_id, channel, key) in taken:
                continue  # somebody else was called so: they get a key when they are heard next
            keys[person] = key
            taken.add((brand_id, channel, key))
        elif keys[person] != key:
            _move(apps, person=person, before=key, now=keys[person])
    known.objects.bulk_create(
        [
            known(brand_id=brand_id, channel=channel, native_id=native, key=key)
            for (brand_id, channel, native), key in keys.items()
        ],
        batch_size=500,
    )


def _move(apps: Apps, *, person: tuple[int, str, str], before: str, now: str) -> None:
    """
    Let what an author said under another handle be theirs.

    Where they have a case under each handle in one conversation, both stay as they are: nobody
    but a person may join two cases.
    """
    brand_id, channel, native = person
    here: dict[str, Any] = {"brand_id": brand_id, "channel": channel}
    posts = apps.get_model("desk", "Post").objects.filter(**here)
    cases = apps.get_model("desk", "Case").objects.filter(**here)
    theirs = posts.filter(author_native_id=native, author_key=before)
    talks = sorted(set(theirs.values_list("conversation", flat=True)))
    for start in range(0, len(talks), 400):
        some = talks[start : start + 400]
        old = cases.filter(author_key=before, conversation__in=some)
        foreign = old.exclude(leading__author_native_id=native)
        both = cases.filter(author_key=now, conversation__in=old.values("conversation"))
        stay = {*foreign.values_list("conversation", flat=True)}
        stay |= {*both.values_list("conversation", flat=True)}
        moved = [one for one in some if one not in stay]
        cases.filter(author_key=before, conversation__in=moved).update(author_key=now)
        posts.filter(speaks_to=before, conversation__in=moved).update(speaks_to=now)
        theirs.filter(conversation__in=moved).update(author_key=now)


class Migration(migrations.Migration):
    dependencies = [("desk", "0032_read_again")]
    operations = [
        migrations.CreateModel(
            name="KnownAuthor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.TextField()),
                ("native_id", models.TextField()),
                ("key", models.TextField()),
                (
                    "brand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="desk.brand",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "channel", "native_id"), name="known_author_once"
                    ),
                    models.UniqueConstraint(
                        fields=("brand", "channel", "key"), name="known_author_key"
                    ),
                ]
            },
        ),
        migrations.RunPython(join, migrations.RunPython.noop),
    ]
