"""The part of the card about the encoder, and about both readers together."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from answerback.weights.encoder import ENCODER_FILE
from answerback.weights.second import SECOND_FILE
from training.sources import ROOT

READERS = ROOT / "benchmarks" / "accuracy_readers.jsonl"
SPEEDS = ROOT / "benchmarks" / "speed_cascade.jsonl"
ADVERSARIAL = ROOT / "benchmarks" / "accuracy_adversarial.jsonl"


def readers() -> list[str]:
    """Give the card's lines about the encoder; none where it was never trained."""
    if not SECOND_FILE.exists():
        return []
    second = json.loads(SECOND_FILE.read_text())
    return [*_what(), *_heads(second), *_files(), *_speeds(), ""]


def _what() -> Iterator[str]:
    size = ENCODER_FILE.stat().st_size / 1e6
    yield "\n## The second reader\n"
    yield (
        f"`{ENCODER_FILE.name}`, {size:.1f} MB: all-MiniLM-L6-v2 (Apache-2.0, six layers), "
        "fine-tuned on the files below and on topic_sentiment, tweeteval_hate, tweeteval_irony, "
        "tweeteval_emotion (tier B), entities_wnut17 and entities_btc (tier A); nothing of tier C. "
        "It reads what the first pass leaves open, at most 128 pieces of words of a post. A "
        "logistic layer, learned on groups that neither reader saw, puts both together (ADR 0017)."
    )


def _heads(second: Mapping[str, Any]) -> Iterator[str]:
    yield "\n### Both readers, head by head\n"
    yield (
        f"On posts that neither reader had seen, {second['folds']}. Unsure: the share marked "
        '"a person should look"; beside it, how often the rest is right. Sentiment is macro-F1. '
        f"{_spam(second['spam_discard_above'])}\n"
    )
    yield (
        "| head | posts | F1, first pass | F1, both | ECE | surest 80 % right | unsure "
        "| rest right |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for name, told in second["figures"].items():
        both = told["both"]
        yield (
            f"| {name} | {both['posts']} | {told['first']['f1']:.3f} | {both['f1']:.3f} "
            f"({both['low']:.3f}-{both['high']:.3f}) | {both['ece']:.3f} "
            f"| {both['accuracy_of_surest_80']:.3f} | {told['unsure']:.3f} "
            f"| {told['accuracy_of_rest']:.3f} |"
        )


def _spam(above: float) -> str:
    if above >= 1:
        return "No threshold was safe enough to set a post aside as spam, so none is."
    return f"A post is set aside as spam above a chance of {above}."


def _files() -> Iterator[str]:
    if not READERS.exists():
        return
    yield "\n### Both readers, file by file\n"
    yield (
        "`make accuracy`. First: the n-grams alone; encoder: its own head for that file, as it "
        "is; both: with the logits of both, over whole groups. The floor is the data README's, "
        "measured on its own held-out part, so it compares only roughly.\n"
    )
    yield (
        "| file | metric | first | encoder | both | floor | ECE | surest 80 % right | posts "
        "| best published | how |"
    )
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|---|---|"
    for line in READERS.read_text().splitlines():
        one = json.loads(line)
        own = "" if one["encoder"] is None else f"{one['encoder']:.3f}"
        yield (
            f"| {one['name']} | {one['unit']} | {one['first']:.3f} | {own} | {one['both']:.3f} "
            f"({one['low']:.3f}-{one['high']:.3f}) | {one['floor']:.3f} | {one['ece']:.3f} "
            f"| {one['accuracy_of_surest_80']:.3f} | {one['posts']} | {one['published']} "
            f"| {one['how']} |"
        )


def _speeds() -> Iterator[str]:
    if not SPEEDS.exists():
        return
    yield "\n### How fast\n"
    yield "`python -m benchmarks.speed_cascade`; of one run, two cores.\n"
    yield from speed_table(map(json.loads, SPEEDS.read_text().splitlines()))


def speed_table(lines: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give the table of what `benchmarks/speed_cascade.py` measured."""
    yield "| what | value | unit |"
    yield "|---|--:|---|"
    for one in lines:
        yield f"| {one['name']} | {one['value']:,} | {one['unit']} |"
