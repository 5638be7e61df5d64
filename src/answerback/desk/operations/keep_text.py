"""Keep a new version of a brand's text, or of its policy's."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.brand_texts import What
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal

_TOLD = {What.BRAND: EventName.BRAND_CHANGED, What.POLICY: EventName.POLICY_CHANGED}


class ChangedMeanwhile(Refusal):
    """Somebody else saved a version after this one was opened."""


@transaction.atomic
def keep_text(
    *,
    brand_id: int,
    what: What,
    text: str,
    by: str | None,
    at: datetime,
    note: str = "",
) -> int:
    """
    Make a text the version that holds, and write one event; a text that holds already stays.

    The text was read before (`change_brand`, `change_policy`, an import): here nothing is
    checked.  The brand is locked, so numbers have no gap however many save at once.

    Returns the number that holds now.

    :raises NotHere: when there is no such brand.
    """
    number, held = newest_locked(brand_id=brand_id, what=what)
    if held == text:
        return number
    models.BrandText.objects.create(
        brand_id=brand_id, what=what, number=number + 1, text=text, at=at, by=by, note=note
    )
    told = Event(what=_TOLD[what], at=at, by=by, particulars={"number": number + 1})
    record_events(brand_id=brand_id, events=[told])
    return number + 1


def newest_locked(*, brand_id: int, what: What) -> tuple[int, str | None]:
    """
    Lock a brand, and return the number and words of the version that holds; 0 for none.

    :raises NotHere: when there is no such brand.
    """
    if not models.Brand.objects.filter(pk=brand_id).exists():
        raise NotHere
    hold_brand(brand_id)
    versions = models.BrandText.objects.filter(brand_id=brand_id, what=what)
    newest = versions.order_by("-number").values_list("number", "text").first()
    return newest or (0, None)


def check_based_on(*, brand_id: int, what: What, based_on: int | None) -> None:
    """
    Do nothing when the version somebody began with still holds; lock the brand.

    :raises ChangedMeanwhile: naming who saved another one, and when.
    """
    number, _ = newest_locked(brand_id=brand_id, what=what)
    if based_on is None or based_on == number:
        return
    newest = models.BrandText.objects.get(brand_id=brand_id, what=what, number=number)
    raise ChangedMeanwhile(
        f"@{newest.by or 'import'} saved version {number} at {newest.at:%H:%M} UTC, after you "
        f"had opened version {based_on}. Nothing of yours is lost: compare the two, then save "
        "again to put yours on top."
    )
