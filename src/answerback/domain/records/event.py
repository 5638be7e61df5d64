"""What happened, once, in past tense: a closed list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class EventName(StrEnum):
    """Every event there is.  Add one in the commit that writes it."""

    BATCH_TAKEN_IN = "batch_taken_in"
    POST_READ = "post_read"
    CASE_OPENED = "case_opened"
    CASE_MOVED = "case_moved"
    ANSWER_SEEN = "answer_seen"  #: the brand's own words on the network, a native reply
    CASE_CLOSED = "case_closed"
    BRAND_HEARD_AGAIN = "brand_heard_again"  #: its file changed; its posts were heard anew
    OPERATING_POINT_CHOSEN = "operating_point_chosen"  #: by a person, who told why
    POSTS_JUDGED_AGAIN = "posts_judged_again"  #: by another operating point
    POST_EDITED = "post_edited"  #: a newer version took the place of an older one in its case
    POST_CORRECTED = "post_corrected"  #: somebody said whether it is about the brand
    FILTER_TRAINED = "filter_trained"  #: the brand filter has a new version
    FILTER_ROLLED_BACK = "filter_rolled_back"  #: an earlier version is active again
    AUDIT_DRAWN = "audit_drawn"  #: posts were drawn by chance, to measure recall on
    AUDIT_LABELLED = "audit_labelled"  #: a person said of drawn posts whether they are relevant


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, once; never updated or deleted.  Holds ids and closed words only."""

    what: EventName
    at: datetime
    by: str | None = None  #: None: the machine
    case_id: int | None = None
    post_id: int | None = None
    particulars: Mapping[str, str | int | float | None] = field(
        default_factory=lambda: MappingProxyType({})
    )
