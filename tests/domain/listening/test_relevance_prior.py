"""The shipped relevance prior is what its script counts."""

import importlib.util
import json
from pathlib import Path

import pytest

from answerback.domain.listening.relevance import HeardBy, RelevancePrior
from answerback.domain.records.refusal import Refusal
from answerback.weights.prior import load_prior

ROOT = Path(__file__).parents[3]
FILE = ROOT / "src/answerback/weights/files/relevance_prior.json"


def test_the_shipped_shares_are_shares_within_their_intervals() -> None:
    shares = load_prior().shares

    assert set(shares) == set(HeardBy)
    assert all(0 <= one.low <= one.share <= one.high <= 1 for one in shares.values())
    assert shares[HeardBy.MENTION].share > shares[HeardBy.WORDS].share


def test_a_spoilt_prior_is_refused_with_what_it_needs() -> None:
    told = json.loads(FILE.read_text("utf-8"))
    told["heard_by"]["tag"]["relevant"] = told["heard_by"]["tag"]["labelled"] + 1

    with pytest.raises(Refusal, match="needs relevant, labelled, brands, low and high"):
        RelevancePrior.of(told)
    with pytest.raises(Refusal, match="heard_by"):
        RelevancePrior.of({})


@pytest.mark.usefixtures("shared_data")
def test_counting_again_gives_the_shipped_counts() -> None:
    script = importlib.util.spec_from_file_location("prior", ROOT / "training/relevance_prior.py")
    assert script is not None
    assert script.loader is not None
    counting = importlib.util.module_from_spec(script)
    script.loader.exec_module(counting)

    by_brand, _ = counting.counted()

    shares = load_prior().shares
    assert {
        way: [sum(brand[way][i] for brand in by_brand.values()) for i in (0, 1)] for way in HeardBy
    } == {way: [shares[way].relevant, shares[way].labelled] for way in HeardBy}
