"""Cases that were opened before know the language and mood of their leading post, too."""

from typing import Any

from django.db import migrations

_AT_ONCE = 500


def tell(apps: Any, _schema_editor: object) -> None:
    case, reading = apps.get_model("desk", "Case"), apps.get_model("desk", "Reading")
    known = case.objects.order_by("pk").values_list("pk", "leading_id")
    several = list(known)
    for start in range(0, len(several), _AT_ONCE):
        part = several[start : start + _AT_ONCE]
        found = reading.objects.in_bulk([leading for _, leading in part])
        for pk, leading in part:
            if leading in found:
                told = found[leading]
                felt = max(told.sentiment, key=told.sentiment.__getitem__, default="")
                case.objects.filter(pk=pk).update(language=told.language, sentiment=felt)


class Migration(migrations.Migration):
    """A step of its own: PostgreSQL does not mix changed rows with changed tables."""

    dependencies = [("desk", "0010_the_desk")]
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
