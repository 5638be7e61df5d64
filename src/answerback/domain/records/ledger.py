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

    A row that had failed and is read again leaves "failed": it comes in once more, as `again`,
    so that of a whole source `fetched` = `stored` + `duplicate` + `discarded` + what failed less
    what was read again.

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
    again: int = 0  #: had failed in an earlier batch, and is among the parts of this one

    def __post_init__(self) -> None:
        """
        Refuse a line that does not add up.

        :raises LedgerOutOfBalance: when the sum differs, or a part is negative.
        """
        parts = (self.stored, self.duplicate, self.discarded, self.failed)
        if sum(parts) != self.fetched + self.again or min(*parts, self.again) < 0:
            again = f" and read {self.again} again" if self.again else ""
            raise LedgerOutOfBalance(
                f"Batch {self.batch} of '{self.source}' fetched {self.fetched}{again}, but stored "
                f"{self.stored} + duplicate {self.duplicate} + discarded {self.discarded} + "
                f"failed {self.failed} = {sum(parts)}. Nothing was written; report this as a bug."
            )
