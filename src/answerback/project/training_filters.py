"""Train a brand's filter from what the database knows, and keep it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from answerback.desk.operations.train_filter import Learned, train_filter
from answerback.desk.queries.audited import under_audit
from answerback.desk.queries.filter_versions import active_filter, corrections
from answerback.desk.queries.inbox import brand_id_of
from answerback.domain.records.brand import Brand
from answerback.domain.records.correction import Correction
from answerback.domain.relevance.state import lessons_in, to_bytes
from answerback.project.brand_filters import (
    Audited,
    Made,
    NothingToLearn,
    make_filter,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The new version."""

    number: int
    made: Made


def train(
    *,
    brand: Brand,
    more: Sequence[Correction],
    note: str,
    by: str | None,
    at: datetime,
) -> Trained:
    """
    Learn from all that was said of the brand's posts, and make that the next version.

    That is what the active version knew, `more` of a file, and the corrections of the brand's
    posts; where they disagree on a text, the last of these counts.  Posts under audit
    are left out, and whatever has the words of one.

    :raises NothingToLearn: when there are none, or all are under audit.
    :raises NoSuchBrand: when nothing was imported for the brand yet.
    """
    brand_id = brand_id_of(brand.name)
    before = active_filter(brand=brand.name).state
    told = [
        *([] if before is None else lessons_in(before)),
        *more,
        *corrections(brand_id=brand_id),
    ]
    if not told:
        raise NothingToLearn(
            f"Nobody has corrected a post of '{brand.name}' yet. Say of a few whether they are "
            "about it: answerback filter correct ID --as irrelevant, or give --corrections FILE."
        )
    drawn = under_audit(brand_id=brand_id)
    audited = Audited(ids=drawn.ids, texts=drawn.texts)
    made = make_filter(brand=brand, corrections=told, audited=audited, before=before)
    learned = Learned(
        state=to_bytes(made.brand_filter),
        relevant=made.relevant,
        irrelevant=made.irrelevant,
        audited=made.lessons.audited,
        note=note,
    )
    return Trained(number=train_filter(brand_id=brand_id, learned=learned, by=by, at=at), made=made)
