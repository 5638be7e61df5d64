"""What triage decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from answerback.domain.records.reading import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Respond or not, where, how soon, and why."""

    respond: bool
    kind: Kind  #: the leading kind
    queue: str
    priority: float  #: from 0 to 1
    priority_parts: Mapping[str, float]  #: what each part added; they sum to `priority`
    respond_by: datetime | None  #: None: no response is owed, or the post has no clock
    reasons: tuple[str, ...]  #: sentences, most telling first
