"""
Which posts to an airline triage says are owed an answer, by how the labellers felt them.

Nobody labelled "needs a response"; mood stands in for it: a negative post that speaks to
the brand should nearly always be owed one, a positive one rarely.  The airline data is for
figures only and in no weight.  One JSON line a figure, with the mood rule on and off.

    python -m benchmarks.accuracy_triage     (needs ../shared/data or ANSWERBACK_DATA)
"""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from answerback.cli.reading import rows_of
from answerback.domain.measure.rate import Rate
from answerback.domain.pipeline import run
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Post
from answerback.domain.records.reading import Kind
from answerback.domain.triage.policy import Policy, parse_policy
from answerback.project import wiring

DATA = Path(os.environ.get("ANSWERBACK_DATA", "../shared/data"))
AT = datetime(2015, 2, 25, tzinfo=UTC)
BATCH = 1_000


def main() -> None:
    archive = DATA / "airline.jsonl"
    moods = _moods(archive)
    posts = [one.post for one in rows_of(archive, heard_at=AT) if one.post is not None]
    _say_complaints(posts, moods=moods)
    for content_from in (0.0, 0.5):
        policy = parse_policy(
            f"respond.content_from = {content_from}", file="bench", base=wiring.load_policy(None)
        )
        owed = _owed([Dossier(post=post) for post in posts], policy=policy)
        for mood in ("negative", "neutral", "positive"):
            of = [ident for ident, label in moods.items() if label == mood]
            rate = Rate.of(sum(ident in owed for ident in of), len(of))
            _say(name=f"owed an answer: {mood}, content_from={content_from}", rate=rate)


def _say_complaints(posts: Sequence[Post], *, moods: Mapping[str, str]) -> None:
    """Say how well "complaint", as the policy counts it, finds the negative posts."""
    from_ = wiring.load_policy(None).kinds[Kind.COMPLAINT].holds_from
    for threshold in (from_, 0.5):
        told = {
            one.post.external_id
            for one in _sorted(
                [Dossier(post=post) for post in posts], policy=wiring.load_policy(None)
            )
            if one.reading is not None and one.reading.kinds[Kind.COMPLAINT] >= threshold
        }
        negative = {ident for ident, label in moods.items() if label == "negative"}
        both = len(told & negative)
        _say(
            name=f"complaint from {threshold}: precision on negative", rate=Rate.of(both, len(told))
        )
        _say(
            name=f"complaint from {threshold}: recall of negative",
            rate=Rate.of(both, len(negative)),
        )


def _moods(archive: Path) -> dict[str, str]:
    with archive.open(encoding="utf-8") as lines:
        return {row["id"]: row["label"] for row in map(json.loads, lines)}


def _owed(dossiers: Sequence[Dossier], *, policy: Policy) -> set[str]:
    done = _sorted(dossiers, policy=policy)
    return {one.post.external_id for one in done if one.plan is not None and one.plan.respond}


def _sorted(dossiers: Sequence[Dossier], *, policy: Policy) -> list[Dossier]:
    stages = wiring.stages(brand=None, policy=policy, at=AT)
    batches = (dossiers[i : i + BATCH] for i in range(0, len(dossiers), BATCH))
    return [one for batch in batches for one in run(batch, stages=stages)]


def _say(*, name: str, rate: Rate) -> None:
    print(json.dumps({"name": name, "value": str(rate), "unit": "share of posts"}))


if __name__ == "__main__":
    main()
