"""Give a brand another text: what is listened for, in which languages, with which topics."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.change_policy import with_one_end
from answerback.desk.operations.keep_text import check_based_on, keep_text
from answerback.desk.queries.brand_texts import What, newest_texts, read_brand, read_policy
from answerback.domain.records.refusal import Refusal
from answerback.domain.triage.decide import decider


class NameStays(Refusal):
    """A brand's name is what its posts and people hang on."""


@transaction.atomic
def change_brand(
    *,
    brand_id: int,
    text: str,
    by: str,
    at: datetime,
    note: str = "",
    based_on: int | None = None,
) -> int:
    """
    Let a brand's text hold from now on: a new version, and one event.

    All its posts are heard and planned anew in the background (`project/brand_work.py`).
    `based_on`: the number of the version that the writer began with; None: whatever holds.

    Returns the number of the version.

    :raises NotHere: when there is no such brand.
    :raises TomlRefused: naming the line and the key, in queries also the character.
    :raises NameStays: when the text gives the brand another name.
    :raises NeverOpen: when the open hours cannot hold one of the targets.
    :raises ChangedMeanwhile: when another version holds by now.
    """
    text = with_one_end(text)
    held = newest_texts(brand_id=brand_id)
    brand = read_brand(text)
    if brand.name != held.name:
        raise NameStays(
            f"This text is of a brand '{brand.name}', and posts, people and figures hang on the "
            f"name '{held.name}'. Keep the name, or make another brand."
        )
    decider(policy=read_policy(held.policy), brand=brand, at=at)
    check_based_on(brand_id=brand_id, what=What.BRAND, based_on=based_on)
    models.Brand.objects.filter(pk=brand_id).update(handles=list(brand.handles))
    return keep_text(brand_id=brand_id, what=What.BRAND, text=text, by=by, at=at, note=note.strip())
