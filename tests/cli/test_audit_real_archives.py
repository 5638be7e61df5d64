"""`answerback audit` on the real public archives."""

import json
import statistics
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from answerback.cli import answerback
from answerback.cli.audit import measure
from answerback.domain.measure.delays import answered_curve

pytestmark = pytest.mark.slow  # reads 20 MB and more


def test_the_medians_of_all_brands_are_those_worked_from_the_file_itself(
    shared_data: Path,
) -> None:
    path = shared_data / "response_times.jsonl"
    soonest: dict[tuple[str, str], int] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        key = (pair["brand"], pair["post_id"])
        soonest[key] = min(pair["seconds"], soonest.get(key, pair["seconds"]))
    direct = defaultdict(list)
    for (brand, _), seconds in soonest.items():
        direct[brand].append(seconds)

    audit = measure(source=path, brand=None, every=True, mapping=None, moment=None, judge="all")

    ours = {told.figures.brand: answered_curve(told.counted).quantile(0.5) for told in audit.told}
    assert ours == {brand: statistics.median(waits) for brand, waits in direct.items()}
    assert audit.from_answers


def test_every_post_of_the_conversations_is_counted_and_every_brand_told(
    shared_data: Path,
) -> None:
    path = shared_data / "conversations.jsonl"
    done = CliRunner().invoke(
        answerback, ["audit", str(path), "--all", "--json"], catch_exceptions=False
    )

    document = json.loads(done.stdout)

    assert document["rows"] == {
        "posts": 64_801, "set_aside": {}, "duplicates": 0, "sideless": 0, "without_brand": 0,
    }  # fmt: skip
    assert len(document["brands"]) == 57
    assert sum(brand["posts"] for brand in document["brands"]) == 64_801
    assert document["collected_from_answers"] is True
    assert all(
        brand["first"]["clocked"] is None or brand["first"]["clocked"]["shares"] is None
        for brand in document["brands"]
    )
