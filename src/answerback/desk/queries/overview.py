"""What an overview tells: three tiles, over some brands, at a moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from answerback.desk.queries.answered import PERIOD, AnsweredShare, answered_share
from answerback.desk.queries.ledger import SourceLedger, ledger
from answerback.desk.queries.measured_recall import BrandRecall, filter_recall
from answerback.desk.queries.posts_behind import (
    Behind,
    PostLine,
    count_never_answered,
    posts_behind,
)

_FEW: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What tells whether we hear, and whether we answer."""

    at: datetime  #: when it was reckoned
    sources: tuple[SourceLedger, ...]
    recalls: tuple[BrandRecall, ...]
    never_answered: int
    latest: tuple[PostLine, ...]  #: of those never answered, the last few
    answered: AnsweredShare


def overview(
    *, brand_ids: Collection[int], at: datetime, period: timedelta | None = PERIOD
) -> Overview:
    """
    Return the overview of some brands; `period` is that of the answered share alone.

    Fifteen questions to the database at most, some of which look at every post: a page keeps
    the answer for a while.
    """
    return Overview(
        at=at,
        sources=tuple(ledger(brand_ids=brand_ids)),
        recalls=tuple(filter_recall(brand_ids=brand_ids)),
        never_answered=count_never_answered(brand_ids=brand_ids, at=at),
        latest=posts_behind(Behind.NEVER_ANSWERED, brand_ids=brand_ids, at=at, limit=_FEW).lines,
        answered=answered_share(brand_ids=brand_ids, at=at, period=period),
    )
