"""One post's verdicts as one line of JSON."""

import json
from collections.abc import Mapping
from typing import Any

from answerback.channels.inbound import Failure
from answerback.domain.listening.duplicates import Judged
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.reading import Reading
from answerback.domain.records.told_in_json import comparison_told, names_told

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False).encode

_UNREAD: Mapping[str, Any] = {
    "language": None,
    "sentiment": None,
    "kinds": None,
    "needs_response": None,
    "urgency": None,
    "offensive": None,
    "unsure": [],
    "names": [],
    "compared": None,
}
_UNPLANNED: Mapping[str, Any] = {
    "respond": False,
    "priority": None,
    "queue": None,
    "respond_by": None,
}
#: Which post a post copies is known only when all before it are: it stands last in a line.
_NO_COPY: Mapping[str, Any] = {"copy_of": None, "copies": None}
_NO_COPY_END = _encode(_NO_COPY).removeprefix("{")


def is_heard(dossier: Dossier) -> bool:
    """Say whether a post concerns the brand, by listening and by every stage after it."""
    return dossier.discarded is None and dossier.mention is not None and dossier.mention.heard


def line_of(dossier: Dossier) -> str:
    """Return the verdicts on one post as JSON; what no stage filled in is null."""
    mention, plan = dossier.mention, dossier.plan
    why: list[str] = list(plan.reasons if plan else ())
    why += dossier.reading.why if dossier.reading else ()
    why += mention.why if mention else ()
    return _encode(
        {
            "id": dossier.post.external_id,
            "heard": is_heard(dossier),
            "discarded": dossier.discarded,
            "relevance": round(mention.relevance, 4) if mention else None,
            **(_read(dossier.reading) if dossier.reading else _UNREAD),
            "topics": dict(mention.topics) if mention else {},
            **(
                {
                    "respond": plan.respond,
                    "priority": round(plan.priority, 4),
                    "queue": plan.queue,
                    "respond_by": plan.respond_by.isoformat() if plan.respond_by else None,
                }
                if plan
                else _UNPLANNED
            ),
            "why": why,
            **_NO_COPY,
        }
    )


def line_with_copy(line: str, *, judged: Judged[tuple[str, str]]) -> str:
    """Return a line of `line_of` that says whose copy its post is, and of how many so far."""
    told = {"copy_of": judged.copy_of and judged.copy_of[1], "copies": judged.number}
    return line.removesuffix(_NO_COPY_END) + _encode(told).removeprefix("{")


def line_of_failure(failure: Failure, *, line: int | None) -> str:
    """Return the line that stands for a row which could not be read, so that none is missing."""
    return _encode(
        {
            "id": None,
            "line": line,
            "heard": False,
            "discarded": DiscardReason.UNREADABLE,
            "relevance": None,
            **_UNREAD,
            "topics": {},
            **_UNPLANNED,
            "why": [failure.sentence],
            **_NO_COPY,
        }
    )


def _read(reading: Reading) -> dict[str, Any]:
    return {
        "language": reading.language,
        "sentiment": dict(reading.sentiment),
        "kinds": dict(reading.kinds),
        "needs_response": reading.needs_response,
        "urgency": reading.urgency,
        "offensive": reading.offensive,
        "unsure": list(reading.unsure),
        "names": names_told(reading.names),
        "compared": comparison_told(reading.compared),
    }
