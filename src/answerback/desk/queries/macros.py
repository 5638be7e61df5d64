"""Saved replies, and what one would do in a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from answerback.desk import models
from answerback.desk.queries.access import Member, NotHere
from answerback.desk.queries.setting import Setting
from answerback.domain.etiquette.blanks import fill_blanks, own_blanks
from answerback.domain.records.handles import called


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroLine:
    """One saved reply."""

    macro_id: int
    brand_id: int
    brand: str
    name: str
    text: str
    tags: tuple[str, ...]
    queue: str  #: "" for none
    snooze_hours: int  #: 0 for none
    close: bool
    by: str
    at: datetime

    @property
    def after_send(self) -> Mapping[str, Any]:
        """Return what happens when the reply is sent, as a reply keeps it."""
        told = {
            "tags": list(self.tags),
            "queue": self.queue,
            "snooze_hours": self.snooze_hours,
            "close": self.close,
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroPreview:
    """What a saved reply would do in one case."""

    macro: MacroLine
    text: str  #: with the blanks filled that the house fills
    blanks: tuple[str, ...]  #: that the writer fills


def macros_of(*, brand_ids: list[int]) -> list[MacroLine]:
    """Return the saved replies of these brands, by name.  One question to the database."""
    rows = models.Macro.objects.filter(brand_id__in=brand_ids, retired_at__isnull=True)
    return [_line(row) for row in rows.select_related("brand").order_by("brand__name", "name")]


def macro_of(*, brand_id: int, macro_id: int) -> MacroLine:
    """
    Return one saved reply of a brand.

    :raises NotHere: when there is none, or not any more.
    """
    rows = models.Macro.objects.filter(brand_id=brand_id, pk=macro_id, retired_at__isnull=True)
    row = rows.select_related("brand").first()
    if row is None:
        raise NotHere
    return _line(row)


def macro_for(member: Member, *, macro_id: int) -> MacroLine:
    """
    Return a saved reply of a brand at which somebody has a seat.

    :raises NotHere: when there is none for them.
    """
    rows = models.Macro.objects.filter(
        pk=macro_id, brand_id__in=list(member.seats), retired_at__isnull=True
    )
    row = rows.select_related("brand").first()
    if row is None:
        raise NotHere
    return _line(row)


def preview_macro(
    macro: MacroLine, *, setting: Setting, me: Member, told: Mapping[str, str]
) -> MacroPreview:
    """
    Return what a saved reply says to the author of a case.

    `told` are the writer's own blanks, by name.
    """
    author = setting.post.author
    known = {
        "name": _first_name(author.name) or author.handle,
        "handle": called(author.handle, channel=setting.channel),
        "brand": setting.brand,
        "agent": _first_name(me.name) or me.handle,
        "case": str(setting.case_id),
    }
    own = {name: value.strip() for name, value in told.items() if value.strip()}
    text = fill_blanks(macro.text, told=own | known)
    return MacroPreview(macro=macro, text=text, blanks=own_blanks(macro.text))


def _first_name(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else ""


def _line(row: models.Macro) -> MacroLine:
    told = row.actions
    return MacroLine(
        macro_id=row.pk,
        brand_id=row.brand_id,
        brand=row.brand.name,
        name=row.name,
        text=row.text,
        tags=tuple(told.get("tags", ())),
        queue=told.get("queue", ""),
        snooze_hours=told.get("snooze_hours", 0),
        close=bool(told.get("close")),
        by=row.by,
        at=row.at,
    )
