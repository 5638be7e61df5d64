"""Every figure of an audit, worked again from the evidence file alone, by other code."""

import csv
import json
import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scipy.stats import binomtest, norm

from answerback.cli import answerback

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
HORIZONS = {"1 h": 3600, "4 h": 14_400, "24 h": 86_400, "7 d": 604_800}

Line = dict[str, str]


def invented() -> list[dict[str, Any]]:
    """
    Return a small archive with everything in it: silence, follow-ups, thanks, lost clocks.

    Acme is on two channels, and the ids of the one are ids of the other too.
    """
    rows: list[dict[str, Any]] = []

    def say(brand: str, number: int, turn: int, *, minute: float | None, **told: Any) -> str:
        name = f"{brand}-{number}-{turn}"
        clock = {}
        if minute is not None:
            clock["created_at"] = (MONDAY_9 + timedelta(minutes=minute)).isoformat()
            clock["available_at"] = (MONDAY_9 + timedelta(minutes=minute + turn)).isoformat()
        rows.append(
            {"id": name, "conversation_id": f"{brand}-{number}", "brand": brand, **clock, **told}
        )
        return name

    for channel, brand, people, silent, clock in (
        ("mastodon", "Acme", 150, 4, True),
        ("bluesky", "Acme", 90, 2, True),
        ("mastodon", "Bolt", 120, 3, False),
        ("mastodon", "Few", 12, 2, True),
    ):
        for number in range(people):
            at = number * 200.0 if clock else None
            person = {"author": f"-u{number}", "inbound": True, "channel": channel}
            desk = {"author": brand, "inbound": False, "channel": channel}
            asked = say(brand, number, 0, minute=at, text="Where is it?", **person)
            if number % silent == 0:
                continue
            wait = 1 + number * number % 1499
            came = None if at is None or number % 29 == 0 else at + wait
            answer = say(
                brand, number, 1, minute=came, text="Soon!", **desk,
                in_reply_to=asked,
            )  # fmt: skip
            if number % 7 == 6:
                continue
            later = None if at is None else at + 3000 + number
            text = "Thank you" if number % 2 else "Still nothing"
            more = say(brand, number, 2, minute=later, text=text, in_reply_to=answer, **person)
            if number % 5:
                again = None if later is None else later + number % 90
                say(
                    brand, number, 3, minute=again, text="Sorry", **desk,
                    in_reply_to=more,
                )  # fmt: skip
    return rows


@pytest.fixture
def audit(tmp_path: Path) -> tuple[dict[str, Any], list[Line]]:
    archive, out = tmp_path / "archive.jsonl", tmp_path / "evidence.csv"
    archive.write_text("".join(json.dumps(row) + "\n" for row in invented()), encoding="utf-8")
    arguments = ["audit", str(archive), "--all", "--json", "--evidence", str(out)]

    done = CliRunner().invoke(answerback, arguments, catch_exceptions=False)

    assert done.exit_code == 0
    with out.open(encoding="utf-8", newline="") as lines:
        told = [
            {name: cell.removeprefix("'") for name, cell in line.items()}
            for line in csv.DictReader(lines)
        ]
    return json.loads(done.stdout), told


def wilson(k: int, n: int) -> dict[str, Any]:
    ends = binomtest(k, n).proportion_ci(method="wilson")
    return {"share": k / n, "low": ends.low, "high": ends.high, "n": n}


def steps(lines: Sequence[Line]) -> list[tuple[float, Fraction, Fraction]]:
    """Work S(t) and Greenwood's sum at each answer, in exact fractions."""
    waits = [(float(line["seconds"]), line["state"] == "answered") for line in lines]
    left, greenwood, told = Fraction(1), Fraction(0), [(-1.0, Fraction(1), Fraction(0))]
    for step in sorted({seconds for seconds, came in waits if came}):
        at_risk = sum(seconds >= step for seconds, _ in waits)
        events = sum(came and seconds == step for seconds, came in waits)
        left *= Fraction(at_risk - events, at_risk)
        if at_risk > events:
            greenwood += Fraction(events, at_risk * (at_risk - events))
        told.append((step, left, greenwood))
    return told


def bounds(lines: Sequence[Line], *, until: float) -> dict[str, Any] | None:
    _, left, greenwood = [step for step in steps(lines) if step[0] <= until][-1]
    if until > max(float(line["seconds"]) for line in lines) and left > 0:
        return None
    assert 0 < left < 1  # the fixture keeps off the ends
    spread = norm.ppf(0.975) * math.sqrt(greenwood) / math.log(left)
    low, high = 1 - float(left) ** math.exp(spread), 1 - float(left) ** math.exp(-spread)
    return {"share": float(1 - left), "low": low, "high": high, "n": len(lines)}


def quantile(lines: Sequence[Line], share: Fraction) -> float | None:
    reached = [(step, left) for step, left, _ in steps(lines) if left <= 1 - share]
    if not reached:
        return None
    (step, left), *later = reached
    return (step + later[0][0]) / 2 if left == 1 - share and later else step


def response(lines: Sequence[Line], measure: str) -> dict[str, Any]:
    """Work one response block of the report from the rows counted in it."""
    by_clock = [line for line in lines if f"{measure}_by_clock" in line["counted_in"].split(";")]
    by_order = [line for line in lines if f"{measure}_by_order" in line["counted_in"].split(";")]
    came = sum(line["answer_id"] != "" for line in by_order)
    states = Counter(line["state"] for line in by_clock)
    enough = len(by_clock) >= 50
    return {
        "counts": {
            "asked": len(by_clock) + len(by_order),
            "answered": states["answered"] + came,
            "open": states["open"],
            "never": states["never"],
            "unanswered_untimed": len(by_order) - came,
        },
        "counted": len(by_clock) + len(by_order),
        "with_clock": len(by_clock),
        "untimed": sum(line["created_at"] != "" for line in by_order),
        "without_clock": len(by_order),
        "answered_at_all": wilson(came, len(by_order)) if len(by_order) >= 50 else None,
        "clocked": {
            "n": len(by_clock),
            "answered": states["answered"],
            "never": states["never"],
            "open": states["open"],
            "shares": {name: bounds(by_clock, until=t) for name, t in HORIZONS.items()},
            "median": quantile(by_clock, Fraction(1, 2)),
            "p90": quantile(by_clock, Fraction(9, 10)),
        }
        if enough
        else None,
    }


def talk(lines: Sequence[Line], *, at: str) -> dict[str, Any] | None:
    """Work both sides of the talk from all rows of a brand."""
    talks = [
        sorted(told, key=lambda line: int(line["place"]))
        for _, told in groupby(
            sorted(lines, key=conversation),
            key=conversation,
        )
    ]
    n = len(talks)
    if n < 50:
        return None
    turns = [[side for side, _ in groupby(line["side"] for line in told)] for told in talks]
    thanked = [any(line["thanks"] for line in last_turn(told)) for told in talks]
    abandoned = [
        told[-1]["side"] == "customer"
        and not thanks
        and (not told[-1]["created_at"] or days(told[-1]["created_at"], at) >= 7)
        for told, thanks in zip(talks, thanked, strict=True)
    ]
    return {
        "conversations": n,
        "customer_posts": sum(line["side"] == "customer" for line in lines),
        "brand_posts": sum(line["side"] == "brand" for line in lines),
        "customer_turns": sum(side == "customer" for told in turns for side in told),
        "brand_turns": sum(side == "brand" for told in turns for side in told),
        "middle_turns": sorted(map(len, turns))[(n - 1) // 2],
        "begun_by_brand": wilson(sum(told[0]["side"] == "brand" for told in talks), n),
        "without_brand": wilson(sum("brand" not in told for told in turns), n),
        "brand_spoke_last": wilson(sum(told[-1]["side"] == "brand" for told in talks), n),
        "ended_with_thanks": wilson(sum(thanked), n),
        "abandoned": wilson(sum(abandoned), n),
    }


def conversation(line: Line) -> tuple[str, str]:
    return line["channel"], line["conversation"]


def last_turn(told: Sequence[Line]) -> list[Line]:
    """Return the customer's last posts in a row."""
    ends = max(place for place, line in enumerate(told) if line["side"] == "customer")
    turn = []
    for line in reversed(told[: ends + 1]):
        if line["side"] == "brand":
            break
        turn.append(line)
    return turn


def days(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)) / timedelta(days=1)


def near(told: Any) -> Any:
    """Make every number in a document approximate, for comparison."""
    if isinstance(told, dict):
        return {name: near(value) for name, value in told.items()}
    return pytest.approx(told, abs=1e-9) if isinstance(told, float) else told


@pytest.mark.parametrize("brand", ["Acme", "Bolt", "Few"])
@pytest.mark.parametrize("block", ["first", "next", "follow_up"])
def test_each_response_figure_can_be_worked_from_the_evidence(
    audit: tuple[dict[str, Any], list[Line]], brand: str, block: str
) -> None:
    document, lines = audit
    told = next(one for one in document["brands"] if one["brand"] == brand)[block]
    if told["clocked"]:
        told["clocked"] |= {key: told["clocked"]["spread"][key] for key in ("median", "p90")}
        del told["clocked"]["spread"]
    measure = block if block == "follow_up" else f"{block}_response"

    worked = response([line for line in lines if line["brand"] == brand], measure)

    assert told == near(worked)


@pytest.mark.parametrize("brand", ["Acme", "Bolt", "Few"])
def test_the_other_figures_can_be_worked_from_the_evidence(
    audit: tuple[dict[str, Any], list[Line]], brand: str
) -> None:
    document, lines = audit
    told = next(one for one in document["brands"] if one["brand"] == brand)
    mine = [line for line in lines if line["brand"] == brand]
    clocks = [line["created_at"] for line in mine if line["created_at"]]
    at = max(clocks, default="")
    delays = sorted(
        days(line["created_at"], line["available_at"]) * 86400
        for line in mine
        if line["available_at"] and line["available_at"] <= at
    )

    assert told["talk"] == near(talk(mine, at=at))
    assert told["posts"] == len(mine)
    assert told["posts_with_clock"] == len(clocks)
    assert (told["begun_at"] or "") == min(clocks, default="")
    assert (told["at"] or "") == at
    assert told["conversations"] == len(set(map(conversation, mine)))
    assert told["voices"] == list(
        dict.fromkeys(line["author"] for line in mine if line["side"] == "brand")
    )
    assert [(post["channel"], post["post_id"]) for post in told["never_answered"]] == [
        (line["channel"], line["post_id"])
        for line in sorted(mine, key=lambda line: line["created_at"])
        if line["state"] == "never" and line["clock"] == "first"
    ]
    if told["delay"]:
        assert told["delay"]["n"] == len(delays)
        assert told["delay"]["spread"]["median"] == delays[(len(delays) - 1) // 2]


def test_the_evidence_holds_every_post_once_and_no_text(
    audit: tuple[dict[str, Any], list[Line]],
) -> None:
    _, lines = audit

    assert [(line["channel"], line["post_id"]) for line in lines] == [
        (row["channel"], row["id"]) for row in invented()
    ]
    assert "nothing" not in "".join(cell for line in lines for cell in line.values())


def test_each_row_agrees_with_itself(audit: tuple[dict[str, Any], list[Line]]) -> None:
    _, lines = audit
    known = {(line["channel"], line["post_id"]): line for line in lines}

    for line in lines:
        if line["state"] == "answered":
            answer = known[line["channel"], line["answer_id"]]
            assert answer["created_at"] == line["answered_at"]
            seconds = days(line["created_at"], line["answered_at"]) * 86400
        elif line["censored_at"]:
            seconds = days(line["created_at"], line["censored_at"]) * 86400
        else:
            assert line["seconds"] == ""
            continue
        assert float(line["seconds"]) == pytest.approx(seconds)
