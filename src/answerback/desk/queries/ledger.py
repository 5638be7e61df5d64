"""Where every fetched post went."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Max, Sum

from answerback.desk import models

#: The fingerprint of the source under which stands what we said from here: nothing of it was
#: fetched, so it has no ledger.
SENT_FROM_HERE = "sent-from-here"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLedger:
    """One source: what was fetched, in its four parts, against what the tables hold."""

    source_id: int
    brand: str
    channel: str
    source: str
    opened_at: datetime
    finished_at: datetime | None  #: None: interrupted, or still being read
    batches: int
    fetched: int
    stored: int
    duplicate: int
    discarded: int
    failed: int  #: less what was read again and became something
    discarded_by: Mapping[str, int]  #: by the reason that holds now
    failed_by: Mapping[str, int]  #: different rows by reason; a file read twice counts once
    problems: tuple[str, ...]  #: sentences; none: it balances
    tombstones: int = 0  #: of the stored: word that a post is gone, not a post
    repaired: int = 0  #: posts told no time or an absurd one: the moment of hearing stands for it

    @property
    def balances(self) -> bool:
        return not self.problems


def ledger(
    *,
    source_id: int | None = None,
    brand_ids: Collection[int] | None = None,
    account_id: int | None = None,
) -> list[SourceLedger]:
    """
    Return every source (or one, or those of some brands or of an account), oldest first.

    A source balances when its lines add up, none is missing, and the posts that the lines
    tell of are in the tables.  One that takes posts in while it is counted is counted again, and is
    not judged when it goes on doing so.  Six questions to the database, however many sources; one
    more for a part of them.
    """
    for _ in range(_COUNTED_AGAIN):
        lines = _counted(source_id=source_id, brand_ids=brand_ids, account_id=account_id)
        now = dict(models.Source.objects.values_list("pk", "batches"))
        if all(now[line.source_id] == line.batches for line in lines):
            return lines
    still = [now[line.source_id] == line.batches for line in lines]
    return [
        line if stood else replace(line, problems=())
        for line, stood in zip(lines, still, strict=True)
    ]


#: A page is taken in whole: as many batches after as before means that nothing moved meanwhile.
_COUNTED_AGAIN = 3


def _counted(
    *,
    source_id: int | None,
    brand_ids: Collection[int] | None,
    account_id: int | None,
) -> list[SourceLedger]:
    fetched = models.Source.objects.exclude(fingerprint=SENT_FROM_HERE)
    sources = fetched.select_related("brand").order_by("pk")
    if source_id is not None:
        sources = sources.filter(pk=source_id)
    if brand_ids is not None:
        sources = sources.filter(brand_id__in=brand_ids)
    if account_id is not None:
        sources = sources.filter(account_id=account_id)
    of_all = source_id is None and account_id is None
    # Read first: how many batches there are is what the counts are held against.
    read = list(sources)
    only = None if of_all else [source.pk for source in read]
    sums = _sums(only)
    posts, repaired = _posts(only)
    stones = _tombstones(only)
    failed = _failed(only)
    return [
        _told(
            source=source,
            sums=sums.get(source.pk, {}),
            posts=posts.get(source.pk, {}),
            tombstones=stones.get(source.pk, 0),
            failed_by=failed.get(source.pk, {}),
            repaired=repaired.get(source.pk, 0),
        )
        for source in read
    ]


_PARTS = ("fetched", "stored", "duplicate", "discarded", "failed")
_COUNTED = (*_PARTS, "again")


def _sums(only: Collection[int] | None) -> dict[int, dict[str, int]]:
    lines = models.LedgerLine.objects.order_by()
    if only is not None:
        lines = lines.filter(source_id__in=only)
    rows = lines.values_list("source_id").annotate(
        Count("pk"), Max("batch"), *(Sum(part) for part in _COUNTED)
    )
    names = ("lines", "last", *_COUNTED)
    return {source: dict(zip(names, sums, strict=True)) for source, *sums in rows}


def _posts(
    only: Collection[int] | None,
) -> tuple[dict[int, dict[str | None, int]], dict[int, int]]:
    """Return each source's posts by why they were set aside, and how many were repaired."""
    found: dict[int, dict[str | None, int]] = {}
    repaired: dict[int, int] = {}
    stored = models.Post.objects.order_by()
    if only is not None:
        stored = stored.filter(origin_id__in=only)
    rows = stored.values_list("origin_id", "discard_reason", "created_at_assumed")
    for source, reason, assumed, count in rows.annotate(rows=Count("pk")):
        reasons = found.setdefault(source, {})
        reasons[reason] = reasons.get(reason, 0) + count
        repaired[source] = repaired.get(source, 0) + count * assumed
    return found, repaired


def _tombstones(only: Collection[int] | None) -> dict[int, int]:
    """Return of how many posts each source was the first to say that they are gone."""
    stones = models.Tombstone.objects.order_by()
    if only is not None:
        stones = stones.filter(origin_id__in=only)
    return dict(stones.values_list("origin_id").annotate(Count("pk")))


def _failed(only: Collection[int] | None) -> dict[int, dict[str | None, int]]:
    found: dict[int, dict[str | None, int]] = {}
    aside = models.FailedRow.objects.order_by()
    if only is not None:
        aside = aside.filter(source_id__in=only)
    rows = aside.values_list("source_id", "reason")
    for source, reason, count in rows.annotate(rows=Count("pk")):
        found.setdefault(source, {})[reason] = count
    return found


def _told(
    *,
    source: models.Source,
    sums: Mapping[str, int],
    posts: Mapping[str | None, int],
    tombstones: int,
    failed_by: Mapping[str | None, int],
    repaired: int,
) -> SourceLedger:
    part = {name: sums.get(name, 0) for name in _PARTS}
    part["failed"] -= sums.get("again", 0)
    return SourceLedger(
        source_id=source.pk,
        brand=source.brand.name,
        channel=source.channel,
        source=source.name,
        opened_at=source.opened_at,
        finished_at=source.finished_at,
        batches=source.batches,
        discarded_by=_by_word(posts),
        failed_by=_by_word(failed_by),
        problems=tuple(
            _problems(source=source, sums=sums, part=part, kept=sum(posts.values()) + tombstones)
        ),
        repaired=repaired,
        tombstones=tombstones,
        **part,
    )


def _by_word(counts: Mapping[str | None, int]) -> dict[str, int]:
    return {word: counts[word] for word in sorted(word for word in counts if word is not None)}


def _problems(
    *,
    source: models.Source,
    sums: Mapping[str, int],
    part: Mapping[str, int],
    kept: int,
) -> list[str]:
    problems: list[str] = []
    gone = part["stored"] + part["duplicate"] + part["discarded"] + part["failed"]
    if gone != part["fetched"]:
        problems.append(f"fetched {part['fetched']}, but the parts add up to {gone}")
    lines, last = sums.get("lines", 0), sums.get("last", 0)
    if not lines == last == source.batches:
        problems.append(
            f"{source.batches} batches were taken in, but the ledger has {lines} lines, "
            f"the last of batch {last}"
        )
    told = part["stored"] + part["discarded"]
    if told != kept:
        problems.append(f"the ledger tells of {told} posts kept, but {kept} are in the database")
    return problems
