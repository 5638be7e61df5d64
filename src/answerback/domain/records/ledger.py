"""Where every fetched post went."""

from dataclasses import dataclass
from datetime import datetime

from answerback.domain.records.refusal import Refusal


class LedgerOutOfBalance(Refusal):
    """A batch lost or invented a post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """
    What became of one batch from one source: it balances, or it cannot be made.

    Units: posts; a row that could not be read counts as one.
    Source: GLOSSARY.md, "loss ledger".
    """

    source: str
    batch: int
    at: datetime
    fetched: int
    stored: int  #: kept and passed on for at least one brand
    duplicate: int  #: we had that version
    discarded: int  #: set aside with a reason, kept for the audit
    failed: int  #: could not be parsed or written, raw kept for replay

    def __post_init__(self) -> None:
        """
        Refuse a line that does not add up.

        :raises LedgerOutOfBalance: when the sum differs, or a part is negative.
        """
        parts = (self.stored, self.duplicate, self.discarded, self.failed)
        if sum(parts) != self.fetched or min(parts) < 0:
            raise LedgerOutOfBalance(
                f"Batch {self.batch} of '{self.source}' fetched {self.fetched}, but stored "
                f"{self.stored} + duplicate {self.duplicate} + discarded {self.discarded} + "
                f"failed {self.failed} = {sum(parts)}. Nothing was written; report this as a bug."
            )
