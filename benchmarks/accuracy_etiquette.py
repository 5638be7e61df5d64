"""
What the etiquette checks find in the real answers of support desks, and what a look costs.

Prints one JSON line for each figure.  Whether a finding is right, a reader says: `--draw`
writes fifty declines drawn with a seed, and every privacy finding, to a file outside the
repository, since they are other people's words.  The reader sets each "right" to "all" (the
reply is a no, or asks for private data, and all that the finding says of it holds), "part"
(something it says is lacking is there) or "none", and `--judged` counts that file.

    python -m benchmarks.accuracy_etiquette [--draw FILE | --judged FILE]
"""

import argparse
import json
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.saying import ROOT, say
from training.sources import any_rows

from answerback.domain.etiquette.check import findings
from answerback.domain.measure.rate import Rate
from answerback.domain.records.post import Author, Post
from answerback.domain.records.reply import Check, Finding, Reply

#: For texts without a clock; no check but repetition asks the time.
AT = datetime(2026, 1, 1, tzinfo=UTC)
SEED = 20_261_121
DRAWN = 50
EARLIER = 600
ROUNDS = 3
VERDICTS = ("all", "part", "none")

#: A reply's row in the data, and what was amiss with it.
Found = tuple[dict[str, Any], Finding]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    only = options.add_mutually_exclusive_group()
    only.add_argument("--draw", type=Path, help="write what a reader is to judge to this file")
    only.add_argument("--judged", type=Path, help="count a file that a reader has judged")
    asked = options.parse_args()
    if asked.judged is not None:
        _count(asked.judged)
        return
    if asked.draw is not None and asked.draw.resolve().is_relative_to(ROOT):
        raise SystemExit(
            f"{asked.draw} lies in the repository, where other people's words may not be. "
            "Name a file outside it."
        )
    found = _say_desks()
    if asked.draw is not None:
        _draw(found, into=asked.draw)
    said = _signed()
    _say_repetition(said)
    _say_speed(said)


def _say_desks() -> dict[Check, list[Found]]:
    """Look at each answer alone, with the thread above it; most of them have no clock."""
    rows = {row["id"]: dict(row) for row in any_rows("conversations")}
    answers = [row for row in rows.values() if not row["inbound"]]
    found: dict[Check, list[Found]] = defaultdict(list)
    for row in answers:
        reply = Reply(text=row["text"], to="somebody", in_reply_to=row.get("in_reply_to"))
        seen = findings(reply=reply, conversation=_above(row, rows), recent=(), at=AT)
        for check in {one.check for one in seen}:
            found[check].append((row, next(one for one in seen if one.check is check)))
    for check in (Check.DECLINE, Check.PRIVACY, Check.PROMOTION):
        say(f"etiquette_{check}", value=len(found[check]), unit="replies found", n=len(answers))
    return found


def _above(row: dict[str, Any], rows: dict[str, dict[str, Any]]) -> list[Post]:
    """Return what an answer answers, nearest first."""
    thread: dict[str, dict[str, Any]] = {}
    above = rows.get(row.get("in_reply_to") or "")
    while above is not None and above["id"] not in thread:
        thread[above["id"]] = above
        above = rows.get(above.get("in_reply_to") or "")
    return [
        Post(
            channel="archive",
            source="conversations.jsonl",
            external_id=one["id"],
            author=Author(handle=one["author"]),
            text=one["text"],
            heard_at=AT,
            inbound=one["inbound"],
        )
        for one in thread.values()
    ]


def _signed() -> list[Reply]:
    """Return one desk's replies in the order they were sent."""
    rows = sorted(any_rows("brand_replies"), key=lambda row: str(row["created_at"]))
    return [
        Reply(
            text=row["text"],
            to=row.get("to") or "",
            in_reply_to=row.get("in_reply_to"),
            sent_at=datetime.fromisoformat(row["created_at"]),
        )
        for row in rows
    ]


def _say_repetition(said: Sequence[Reply]) -> None:
    found = sum(
        any(one.check is Check.REPETITION for one in _look(reply, said[:place]))
        for place, reply in enumerate(said)
    )
    say("etiquette_repetition", value=found, unit="replies found", n=len(said))
    say("etiquette_repetition_share", value=round(found / len(said), 3), unit="share", n=len(said))


def _say_speed(said: Sequence[Reply]) -> None:
    """Time one look each, the quickest of a few, so that the neighbours' work counts less."""
    taken = []
    for place in range(EARLIER, len(said)):
        earlier = said[place - EARLIER : place]
        taken.append(1000 * min(_seconds(said[place], earlier) for _ in range(ROUNDS)))
    load = round(os.getloadavg()[0], 1)
    for name, value in (("median", median(taken)), ("most", max(taken))):
        say(
            f"etiquette_one_draft_{name}",
            value=round(value, 2),
            unit=f"ms of one core, against {EARLIER} earlier replies",
            n=len(taken),
            load=load,
        )


def _seconds(reply: Reply, earlier: Sequence[Reply]) -> float:
    began = time.process_time()
    _look(reply, earlier)
    return time.process_time() - began


def _look(reply: Reply, earlier: Sequence[Reply]) -> tuple[Finding, ...]:
    return findings(reply=reply, conversation=(), recent=earlier, at=reply.sent_at or AT)


def _draw(found: dict[Check, list[Found]], *, into: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same draw each time, not a secret
    drawn = chance.sample(found[Check.DECLINE], DRAWN) + found[Check.PRIVACY]
    with into.open("w", encoding="utf-8") as out:
        for row, finding in drawn:
            line = {
                "check": finding.check,
                "id": row["id"],
                "text": row["text"],
                "finding": finding.sentence,
                "right": None,
            }
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def _count(judged: Path) -> None:
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    with judged.open(encoding="utf-8") as lines:
        for number, row in enumerate(map(json.loads, lines), start=1):
            if row["right"] not in VERDICTS:
                raise SystemExit(
                    f'{judged}, line {number}: "right" is {row["right"]!r}. '
                    f"Set it to one of {', '.join(VERDICTS)} in every line, and count again."
                )
            verdicts[row["check"]][row["right"]] += 1
    for check, seen in verdicts.items():
        _say_right(f"etiquette_{check}_all_right", k=seen["all"], n=seen.total())
        _say_right(f"etiquette_{check}_part_right", k=seen["all"] + seen["part"], n=seen.total())


def _say_right(name: str, *, k: int, n: int) -> None:
    rate = Rate.of(k, n)
    low, high = round(rate.low, 3), round(rate.high, 3)
    say(name, value=k, unit="findings", share=round(rate.share, 3), low=low, high=high, n=n)


if __name__ == "__main__":
    main()
