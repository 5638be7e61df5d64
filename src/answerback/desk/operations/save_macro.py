"""Keep a saved reply, change it, or retire it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.brand_queues import queues_of
from answerback.domain.etiquette.blanks import check_blanks
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.tag import tag_of

LONGEST_NAME = 80
LONGEST_TEXT = 5_000
#: An hour to a year.
LONGEST_SNOOZE_HOURS = 24 * 366


class MacroRefused(Refusal):
    """A saved reply that cannot be kept as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroTold:
    """A saved reply as it was typed."""

    name: str
    text: str
    tags: Sequence[str] = ()
    queue: str = ""
    snooze_hours: int = 0
    close: bool = False


@transaction.atomic
def save_macro(
    *, brand_id: int, macro_id: int | None, told: MacroTold, by: str, at: datetime
) -> int:
    """
    Keep a saved reply and return its number; `macro_id` None: a new one.

    :raises MacroRefused: when it has no name or text, the name is taken, or an action
        cannot be.
    :raises BlankRefused: when nobody could fill one of its blanks.
    :raises NotATag: when one of its tags cannot be one.
    """
    name, text = " ".join(told.name.split()), told.text.strip()
    _check(told, name=name, text=text)
    tags = list(dict.fromkeys(tag_of(tag) for tag in told.tags))
    here = models.Macro.objects.select_for_update(no_key=True).filter(
        brand_id=brand_id, retired_at__isnull=True
    )
    if here.filter(name=name).exclude(pk=macro_id or 0).exists():
        raise MacroRefused(f"There is a macro '{name}' already. Give this one another name.")
    _check_queue(told.queue, brand_id=brand_id)
    actions = {
        "tags": tags,
        "queue": told.queue,
        "snooze_hours": told.snooze_hours,
        "close": told.close,
    }
    kept = {word: value for word, value in actions.items() if value}
    row = models.Macro(brand_id=brand_id) if macro_id is None else here.get(pk=macro_id)
    row.name, row.text, row.actions, row.by, row.at = name, text, kept, by, at
    row.save()
    _record(row, what="made" if macro_id is None else "changed", by=by, at=at)
    return row.pk


@transaction.atomic
def retire_macro(*, brand_id: int, macro_id: int, by: str, at: datetime) -> None:
    """Take a saved reply out of use; what was written with it stays."""
    row = models.Macro.objects.select_for_update(no_key=True).get(
        pk=macro_id, brand_id=brand_id, retired_at__isnull=True
    )
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    _record(row, what="retired", by=by, at=at)


def _check(told: MacroTold, *, name: str, text: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME:
        raise MacroRefused(f"A macro needs a name of up to {LONGEST_NAME} characters.")
    if not 0 < len(text) <= LONGEST_TEXT:
        raise MacroRefused(
            f"A macro needs a text of up to {LONGEST_TEXT:,} characters; this one has "
            f"{len(text):,}."
        )
    check_blanks(text)
    if not 0 <= told.snooze_hours <= LONGEST_SNOOZE_HOURS:
        raise MacroRefused("A case sleeps for an hour up to a year. Write hours, or nothing.")
    if told.close and told.snooze_hours:
        raise MacroRefused("A closed case does not sleep. Choose one: close it, or let it sleep.")


def _check_queue(queue: str, *, brand_id: int) -> None:
    if not queue:
        return
    known = queues_of(brand_id=brand_id)
    if queue not in known:
        raise MacroRefused(f"There is no queue '{queue}'. The brand has: {', '.join(known)}.")


def _record(row: models.Macro, *, what: str, by: str, at: datetime) -> None:
    event = Event(
        what=EventName.MACRO_CHANGED, at=at, by=by, particulars={"macro": row.pk, "how": what}
    )
    record_events(brand_id=row.brand_id, events=[event])
