"""Model files."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from answerback.weights.store import (
    CARD_FILE,
    HEADS_FILE,
    WeightsCorrupt,
    load_card,
    load_heads,
    read_heads,
    save_heads,
)

if TYPE_CHECKING:
    from answerback.domain.understanding.heads import Heads

TIER_C = re.compile(
    r"\b(airline|airline_intents|answered|support_topics|agent_acts|suggestions|response_times|"
    r"conversations(?!:ibm_care)|twacs|twcs)\b"
)


def test_heads_come_back_as_they_were_saved_but_for_rounding(tmp_path: Path) -> None:
    heads = load_heads()
    path = tmp_path / "heads.npz"

    save_heads(heads=heads, path=path)
    again = read_heads(path=path)

    scale = np.abs(heads.weights).max(axis=0) / 127
    assert (np.abs(again.weights - heads.weights) <= scale / 2 + 1e-6).all()
    assert (again.names, again.rule_names) == (heads.names, heads.rule_names)
    assert (again.rules == heads.rules).all()


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "heads.npz"
    save_heads(heads=load_heads(), path=path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1

    path.write_bytes(content)

    with pytest.raises(WeightsCorrupt, match="heads.npz is damaged.*make train"):
        read_heads(path=path)


def test_a_missing_checksum_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "heads.npz"
    save_heads(heads=load_heads(), path=path)

    path.with_suffix(".sha256").unlink()

    with pytest.raises(WeightsCorrupt, match="heads.npz or its checksum cannot be read"):
        read_heads(path=path)


def test_the_shipped_file_is_small_and_whole() -> None:
    heads: Heads = load_heads()

    assert HEADS_FILE.stat().st_size < 6_000_000
    assert np.isfinite(heads.weights).all()
    assert heads.weights.shape == (2**18, len(heads.names))
    assert (heads.slope > 0).all()


def test_no_file_of_tier_c_is_among_what_was_trained_on() -> None:
    files = [source["file"] for source in load_card()["data"]]

    assert [name for name in files if TIER_C.search(name)] == []
    assert {source["licence_tier"] for source in load_card()["data"]} == {"A", "B"}
    assert len(files) > 10


def test_the_card_tells_of_every_head() -> None:
    moods = {f"sentiment_{mood}" for mood in ("negative", "neutral", "positive")}
    told = set(load_card()["heads"]) - {"sentiment"} | moods

    assert told == set(load_heads().names)
    assert CARD_FILE.with_name("CARD.md").exists()
