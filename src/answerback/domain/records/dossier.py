"""What the house knows of one post so far."""

from dataclasses import dataclass
from datetime import datetime

from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.mention import Mention
from answerback.domain.records.plan import Plan
from answerback.domain.records.post import Post
from answerback.domain.records.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One post on its way through the stages; each stage fills in its own part."""

    post: Post
    mention: Mention | None = None  #: filled in by listening
    reading: Reading | None = None  #: filled in by understanding; None for a discarded post
    plan: Plan | None = None  #: filled in by triage; None for a discarded post
    #: An edit that asks for more than its older words did: when that was; its clock begins there.
    asks_since: datetime | None = None
    discarded: DiscardReason | None = None  #: once set, later stages leave the dossier as it is
