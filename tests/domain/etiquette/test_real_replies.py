"""The checks on real answers of support desks; the figures: docs/reference/etiquette.md."""

import json
from collections import Counter
from datetime import datetime
from itertools import islice
from pathlib import Path

from tests.builders import MONDAY_9, make_post

from answerback.domain.etiquette.check import findings
from answerback.domain.etiquette.repetition import SAME, fingerprint, likeness, repetition
from answerback.domain.records.reply import Check, Reply


def test_repetition_finds_every_answer_repeated_word_for_word(shared_data: Path) -> None:
    with (shared_data / "brand_replies.jsonl").open(encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: str(row["created_at"]))
    said = [
        Reply(
            text=row["text"],
            to=row.get("to") or "",
            sent_at=datetime.fromisoformat(row["created_at"]),
        )
        for row in rows
    ]

    flagged, missed, seen = 0, 0, dict[frozenset[tuple[str, ...]], Reply]()
    for place, reply in enumerate(said):
        assert reply.sent_at is not None
        found = repetition(reply=reply, recent=said[:place], at=reply.sent_at)
        flagged += bool(found)
        words = fingerprint(reply.text)
        twin = seen.get(words) if words else None
        if twin is not None and twin.to != reply.to and not found:
            missed += 1
        seen[words] = reply

    assert len(said) == 1045
    assert 0.07 < flagged / len(said) < 0.10  # measured 8.1 %, 40 of 40 read were repetitions
    assert missed <= 3  # the twin was said more than 24 hours before


def test_few_real_answers_are_found_fault_with(shared_data: Path) -> None:
    with (shared_data / "conversations.jsonl").open(encoding="utf-8") as lines:
        ours = (row for row in map(json.loads, lines) if not row["inbound"])
        texts = [row["text"] for row in islice(ours, 0, 40_000, 20)]

    found = Counter(
        one.check
        for text in texts
        for one in findings(
            reply=Reply(text=text, to="ada"),
            conversation=[make_post()],
            recent=[],
            at=MONDAY_9,
        )
    )

    assert found[Check.PROMOTION] == 0  # desks seldom sell
    assert found[Check.PRIVACY] < 0.005 * len(texts)
    assert 0 < found[Check.DECLINE] < 0.02 * len(texts)


def test_likeness_is_the_same_both_ways() -> None:
    one, other = "the van is late and we are sorry", "the van is late and we are very sorry"

    assert likeness(one, other) == likeness(other, one)
    assert SAME > likeness(one, "the kettle is early and nobody minds that at all") == 0.0
