"""Files that people handed in, and which brands have work waiting."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from answerback.desk import models
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.brand_texts import all_texts
from answerback.domain.records.upload import UNDER_WAY, UploadState


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLine:
    """One file that somebody handed in."""

    upload_id: int
    brand_id: int
    brand: str
    name: str
    folder: str
    size: int  #: bytes
    mapping: str
    by: str
    at: datetime
    state: UploadState
    source_id: int | None
    done: int  #: of `total`, in the unit of its state
    total: int
    sentence: str  #: why it was refused
    ended_at: datetime | None

    @property
    def percent(self) -> int | None:
        """How much of the present state is done; None: nobody can tell."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY


def upload(*, upload_id: int, brand_ids: frozenset[int]) -> UploadLine:
    """
    Return one file that was handed in for one of these brands.

    :raises NotHere: when there is none.
    """
    found = models.Upload.objects.filter(pk=upload_id, brand_id__in=brand_ids)
    for line in _lines(found):
        return line
    raise NotHere


def uploads(*, brand_ids: frozenset[int], limit: int = 20) -> list[UploadLine]:
    """Return the files that were handed in for some brands, the newest first.  One question."""
    found = models.Upload.objects.filter(brand_id__in=brand_ids)
    return _lines(found.order_by("-pk")[:limit])


def waiting_uploads(*, brand_id: int) -> list[UploadLine]:
    """Return the files of a brand that are to be read, the oldest first."""
    found = models.Upload.objects.filter(brand_id=brand_id, state__in=UNDER_WAY)
    return _lines(found.order_by("pk"))


def _lines(rows: QuerySet[models.Upload]) -> list[UploadLine]:
    return [
        UploadLine(
            upload_id=row.pk,
            brand_id=row.brand_id,
            brand=row.brand.name,
            name=row.name,
            folder=row.folder,
            size=row.size,
            mapping=row.mapping,
            by=row.by,
            at=row.at,
            state=UploadState(row.state),
            source_id=row.source_id,
            done=row.done,
            total=row.total,
            sentence=row.sentence,
            ended_at=row.ended_at,
        )
        for row in rows.select_related("brand")
    ]


def brands_with_work() -> list[int]:
    """
    Return the brands whose posts the background work should look at.

    A file waits to be read, posts wait to be sorted, the brand's text, its policy or the house's
    own has changed since its posts were heard, or another operating point holds.  A brand without
    a text of its own is left to the command that imports it.  Three questions to the database.
    """
    waits = models.Brand.objects.filter(
        Exists(models.Upload.objects.filter(brand=OuterRef("pk"), state__in=UNDER_WAY))
        | Exists(models.Post.objects.filter(brand=OuterRef("pk"), sorted_at__isnull=True))
        | Q(operating_point__isnull=False)
        & (Q(judged_by__isnull=True) | ~Q(judged_by=F("operating_point")))
    )
    busy = set(waits.values_list("pk", flat=True))
    heard = dict(models.Brand.objects.values_list("pk", "fingerprint"))
    return [
        texts.brand_id
        for texts in all_texts()
        if texts.brand is not None
        and (texts.brand_id in busy or texts.fingerprint != heard.get(texts.brand_id))
    ]
