"""
What the whole house makes of the invented brand's 200 posts, against their labels.

The posts are nobody's training data and nothing is tuned to them.  Prints one JSON line
for each figure.

    python -m benchmarks.accuracy_acme
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from benchmarks.saying import say

from answerback.domain.pipeline import run
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Author, Post
from answerback.domain.records.reading import Kind
from answerback.project.wiring import load_brand, load_policy, stages

ACME = files("answerback.project") / "acme"
AT = datetime(2026, 3, 21, tzinfo=UTC)
SURE = 0.5


def main() -> None:
    text = (ACME / "posts.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    house = stages(
        brand=load_brand(Path(str(ACME / "brand.toml"))), policy=load_policy(None), at=AT
    )
    told = list(zip(rows, run([_dossier(row) for row in rows], stages=house), strict=True))

    theirs = [(row, one) for row, one in told if "needs_response" in row]
    _score("needs_response", ((row["needs_response"], _judged(one)) for row, one in theirs))
    _score("owed", ((row["needs_response"], _owed(one)) for row, one in theirs))
    for kind in Kind:
        _score(str(kind), ((row["label"] == kind, _is(one, kind)) for row, one in theirs))
    heard = [one.mention is not None and one.mention.heard for _, one in theirs]
    wanted = [row["label"] != "off_topic" for row, _ in theirs]
    _score("heard", zip(wanted, heard, strict=True))


def _dossier(row: dict[str, Any]) -> Dossier:
    at = datetime.fromisoformat(row["created_at"])
    return Dossier(
        post=Post(
            channel=row["channel"],
            source="posts.jsonl",
            external_id=row["id"],
            author=Author(handle=row["author"]),
            text=row["text"],
            created_at=at,
            heard_at=AT,
            in_reply_to=row.get("in_reply_to"),
            conversation_id=row["conversation_id"],
            inbound=row.get("inbound"),
            about=row.get("brand"),
        )
    )


def _owed(dossier: Dossier) -> bool:
    """Say what triage made of it, which is what an agent sees."""
    return dossier.plan is not None and dossier.plan.respond


def _judged(dossier: Dossier) -> bool:
    return dossier.reading is not None and dossier.reading.needs_response >= SURE


def _is(dossier: Dossier, kind: Kind) -> bool:
    return dossier.reading is not None and dossier.reading.kinds.get(kind, 0.0) >= SURE


def _score(name: str, pairs: Iterable[tuple[bool, bool]]) -> None:
    judged = list(pairs)
    right = sum(truth and verdict for truth, verdict in judged)
    told = sum(verdict for _, verdict in judged)
    true = sum(truth for truth, _ in judged)
    _say(f"acme_recall_{name}", right / true if true else None, n=true)
    _say(f"acme_precision_{name}", right / told if told else None, n=told)


def _say(name: str, value: float | None, *, n: int) -> None:
    shown = None if value is None else round(value, 3)
    say(name, value=shown, unit="share", n=n)


if __name__ == "__main__":
    main()
