"""Begin to listen for another brand."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.change_policy import with_one_end
from answerback.desk.operations.keep_text import keep_text
from answerback.desk.queries.brand_texts import What, read_brand
from answerback.desk.queries.house_policy import house_policy
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import NotAllowed, Role
from answerback.domain.triage.decide import decider


class BrandIsThere(Refusal):
    """A brand of that name is here already."""


@transaction.atomic
def found_brand(*, text: str, by: str, at: datetime, note: str = "") -> int:
    """
    Make a brand from its text (docs/reference/brand-file.md), owned by who makes it.

    The house's own policy holds until it gets one (`change_policy`).  One event: version 1 of
    its text.  `domain.triage.brand_text.brand_text` writes a text from a few fields.

    Returns the brand's id.

    :raises TomlRefused: naming the line and the key, in queries also the character.
    :raises NeverOpen: when the open hours cannot hold one of the targets.
    :raises NotAllowed: when others own brands here, and `by` owns none.
    :raises BrandIsThere: when there is one of that name.
    """
    founder = models.User.objects.get(handle=by)
    owners = models.Membership.objects.filter(role=Role.OWNER)
    if owners.exists() and not owners.filter(user=founder).exists():
        raise NotAllowed("Only owners of a brand may add another. Ask one of them.")
    text = with_one_end(text)
    brand = read_brand(text)
    decider(policy=house_policy(), brand=brand, at=at)
    row, made = models.Brand.objects.get_or_create(
        name=brand.name, defaults={"handles": list(brand.handles)}
    )
    if not made:
        raise BrandIsThere(
            f"There is a brand '{brand.name}' already. Give this one another name, or change "
            "that one."
        )
    models.Membership.objects.create(user=founder, brand=row, role=Role.OWNER)
    keep_text(brand_id=row.pk, what=What.BRAND, text=text, by=by, at=at, note=note.strip())
    return row.pk
