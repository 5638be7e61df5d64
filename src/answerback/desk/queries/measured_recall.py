"""Filter recall of each brand, from the newest draw that people labelled."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery

from answerback.desk import models
from answerback.domain.measure.limits import IntervalKind
from answerback.domain.measure.recall import Estimate, recall_of
from answerback.domain.measure.sampled import Side, Tally

#: A stratum is one of these by its name, or it was set aside, by rank.
_SIDES: Mapping[str, Side] = {"kept": Side.KEPT, "not_heard": Side.NOT_HEARD}


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandRecall:
    """What is known of one brand's filter recall."""

    brand_id: int
    brand: str
    estimate: Estimate | None  #: None: not yet measured
    drawn_at: datetime | None  #: when the sample was drawn; None: none ever was
    labelled: int  #: posts of it that somebody looked at
    drawn: int


def filter_recall(*, brand_ids: Collection[int]) -> list[BrandRecall]:
    """
    Return each brand's filter recall, by name.  Four questions to the database.

    A draw of which a stratum has no label yet measures nothing.
    """
    brands = models.Brand.objects.filter(pk__in=brand_ids).order_by("name")
    newest = _newest(brand_ids)
    samples = {
        sample.brand_id: sample for sample in models.AuditSample.objects.filter(pk__in=newest)
    }
    said = _said(newest)
    return [_told(brand, sample=samples.get(brand.pk), said=said) for brand in brands]


def _newest(brand_ids: Collection[int]) -> list[int]:
    """Return the newest draw of each brand that has a label, or the newest of all."""
    draws = models.AuditSample.objects.filter(brand_id__in=brand_ids).order_by()
    looked_at = models.AuditLabel.objects.filter(item__sample=OuterRef("pk"))
    found: dict[int, tuple[bool, int]] = {}
    rows = draws.annotate(labelled=Exists(looked_at)).values_list("brand_id", "labelled", "pk")
    for brand_id, labelled, pk in rows:
        found[brand_id] = max(found.get(brand_id, (False, 0)), (labelled, pk))
    return [pk for _, pk in found.values()]


def _said(samples: Collection[int]) -> Mapping[int, Counter[tuple[str, str | None]]]:
    newest = models.AuditLabel.objects.filter(item=OuterRef("pk")).order_by("-pk")
    rows = models.AuditItem.objects.filter(sample_id__in=samples).annotate(
        label=Subquery(newest.values("label")[:1])
    )
    found: dict[int, Counter[tuple[str, str | None]]] = {}
    for sample, stratum, label in rows.order_by().values_list("sample_id", "stratum", "label"):
        found.setdefault(sample, Counter())[stratum, label] += 1
    return found


def _told(
    brand: models.Brand,
    *,
    sample: models.AuditSample | None,
    said: Mapping[int, Counter[tuple[str, str | None]]],
) -> BrandRecall:
    counts = said.get(sample.pk, Counter()) if sample else Counter[tuple[str, str | None]]()
    tallies = [
        Tally(
            stratum=name,
            side=_SIDES.get(name, Side.SET_ASIDE),
            population=population,
            relevant=counts[name, "relevant"],
            irrelevant=counts[name, "irrelevant"],
            unsure=counts[name, "unsure"],
            unlabelled=counts[name, None],
        )
        for name, population in (sample.strata if sample else {}).items()
    ]
    asked = [one for one in tallies if one.side is not Side.NOT_HEARD and one.population]
    ready = bool(asked) and all(one.labelled for one in asked)
    return BrandRecall(
        brand_id=brand.pk,
        brand=brand.name,
        estimate=recall_of(tallies, kind=IntervalKind.MID_P) if ready else None,
        drawn_at=sample.at if sample else None,
        labelled=sum(one.labelled for one in tallies),
        drawn=counts.total(),
    )
