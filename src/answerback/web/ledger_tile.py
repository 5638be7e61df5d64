"""The loss ledger of all sources as one sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from answerback.desk.queries.ledger import SourceLedger


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTile:
    """Every source together, and each that does not balance."""

    sources: tuple[SourceLedger, ...]
    alarms: tuple[SourceLedger, ...]
    fetched: int
    stored: int
    duplicate: int
    discarded: int
    failed: int
    repaired: int


def ledger_tile(sources: Sequence[SourceLedger]) -> LedgerTile:
    """Return the sum of the sources."""
    return LedgerTile(
        sources=tuple(sources),
        alarms=tuple(source for source in sources if not source.balances),
        fetched=sum(source.fetched for source in sources),
        stored=sum(source.stored for source in sources),
        duplicate=sum(source.duplicate for source in sources),
        discarded=sum(source.discarded for source in sources),
        failed=sum(source.failed for source in sources),
        repaired=sum(source.repaired for source in sources),
    )
