"""The card of the shipped heads: what they are made of, how good, where they fail."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from answerback.domain.understanding.rules import RULES
from answerback.weights.store import CARD_FILE, HEADS_FILE
from training.figures import Figure, bootstrap, f1_of, macro_f1, wilson
from training.fit import SEED, Floats, calibration_error
from training.heads import BLEND, Pool, Trained
from training.readers_card import readers
from training.recipes import RECIPES
from training.sources import CHECKSUMS, ROOT, TIER_A

RESULTS = ROOT / "benchmarks" / "accuracy_heads.jsonl"
CUE_RESULTS = ROOT / "benchmarks" / "accuracy_rules.jsonl"
PAGES = (CARD_FILE.with_name("CARD.md"), ROOT / "docs" / "reference" / "heads.md")
SURE = 0.5
TRAINED_ON = "2026-11-21"  #: the day the card's data was fetched; not a clock, so that
#: training twice gives the same files

FAILURES = (
    'Sarcasm often reads as no complaint ("thanks for nothing, great job").',
    (
        "English is read best. Sentiment was also trained on Arabic, French, German, romanised "
        "Hindi, Italian, Portuguese and Spanish; kinds in those languages lean on the phrase rules "
        "and on words that the encoder shares with English, and other languages are hardly read."
    ),
    "The encoder reads the first 128 pieces of words of a post; the first pass reads all.",
    "Need was learned from one product's launch; elsewhere it leans on its phrases.",
    (
        "Idea was learned from 249 posts on a few topics and from silver labels, so its own "
        'figures flatter it: go by "shipped idea on suggestions".'
    ),
    (
        "Offensive was learned from files that were collected by their swear words: it hears "
        "words, not aim, and mistakes some blunt complaints."
    ),
    "A question that names customer service may also read as a complaint.",
    (
        "Probabilities are calibrated on the mix of the files below; sentiment, complaint, praise "
        "and needs_response for as many posts that are so as are not. A brand with another mix "
        "will find them shifted."
    ),
)

DEFINITIONS = {
    "sentiment": "negative, neutral, positive: people's labels; calibrated for an even mix.",
    "complaint": "An expectation was let down: complaints, and negative feeling towards a brand.",
    "question": "Asks for information: people's labels in tweet_acts; silver in service files.",
    "request": "Asks for an act: people's labels in tweet_acts; silver in service files.",
    "need": "Wants to buy or get something: purchase_intent.",
    "praise": "Positive towards a brand (brand_emotion, apple_sentiment); or, silver: a tweet that "
    "people labelled positive, that names an account and says thanks or admires.",
    "comparison": "Sets one thing above, below or beside another.",
    "idea": "Suggests what should be done or made: suggestion in tweet_acts; silver: texts of five "
    'files that say so in so many words ("it would be nice if", "you should add").',
    "spam": "Advertisement or scam.",
    "needs_response": "No public file is labelled so. Positive: complaints, questions to somebody, "
    "service intents, first posts to a care account. Negative: statements and expressions, calm "
    "tweets without a question, marketing, spam, what the care account itself says.",
    "offensive": "Offensive or hateful words.",
    "other": 'Not learned: 1 minus the likeliest kind, the upper bound of "none of these".',
}


def write_training(*, pool: Pool, trained: Sequence[Trained], threshold: float) -> None:
    """Write what training itself knows; the benchmark's figures are added by `write_card`."""
    card = {
        "version": HEADS_FILE.stem,
        "data_of": TRAINED_ON,
        "seed": SEED,
        "blended": dict(BLEND),
        "file": {"name": HEADS_FILE.name, "bytes": HEADS_FILE.stat().st_size},
        "definitions": DEFINITIONS,
        "data": _data(pool),
        "heads": {one.name: _figures(one) for one in trained},
        "rules": _rules(pool),
        "spam_discard_above": threshold,
        "known_failures": FAILURES,
    }
    CARD_FILE.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    write_card()


def write_card() -> None:
    """Add the benchmark's figures to the card, and write it as pages for people."""
    card: dict[str, Any] = json.loads(CARD_FILE.read_text())
    lines = RESULTS.read_text().splitlines() if RESULTS.exists() else []
    card["benchmark"] = [json.loads(line) for line in lines]
    CARD_FILE.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    text = _page(card)
    for page in PAGES:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)


def discard_above(spam: Trained, *, care: float) -> float:
    """
    Give the least spam probability above which the share of true spam is surely `care`.

    "Surely": the lower end of its 95 % interval, on posts of groups never seen.

    Units: 1.0 where no threshold is that safe, so that nothing is ever discarded.
    """
    for threshold in (0.9, 0.95, 0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.997, 0.998, 0.999):
        said = spam.chances > threshold
        if said.any() and wilson(int(spam.truth[said].sum()), int(said.sum()))[0] >= care:
            return threshold
    return 1.0


def _data(pool: Pool) -> list[dict[str, Any]]:
    count = Counter(example.source for example in pool.examples)
    told = [line.split("  ") for line in CHECKSUMS.read_text().splitlines() if line]
    sums = {name: checksum for checksum, name in told}
    return [
        {
            "file": source,
            "licence_tier": "A" if source in TIER_A else "B",
            "rows": count[source],
            "silver": recipe.silver,
            "sha256": sums[f"{source.partition(':')[0]}.jsonl"],
        }
        for source, recipe in RECIPES.items()
    ]


def _figures(one: Trained) -> dict[str, Any]:
    if one.name == "sentiment":
        said = one.chances.argmax(axis=1)
        low, high = bootstrap(truth=one.truth, said=said, metric=macro_f1)
        right = (said == one.truth) * 1.0
        figure = Figure(
            name=one.name,
            value=macro_f1(one.truth, said),
            unit="macro-F1, unseen groups",
            n=len(said),
            low=low,
            high=high,
            ece=calibration_error(chances=one.chances.max(axis=1), truth=right),
        )
        return _rounded(figure)
    said = (one.chances >= SURE) * 1
    low, high = bootstrap(truth=one.truth, said=said, metric=f1_of(1))
    figure = Figure(
        name=one.name,
        value=f1_of(1)(one.truth, said),
        unit="F1 at 0.5, unseen groups",
        n=len(said),
        low=low,
        high=high,
        ece=calibration_error(chances=one.chances, truth=one.truth * 1.0),
    )
    return {
        **_rounded(figure),
        "positives": int(one.truth.sum()),
        "precision": _share(one.truth[said == 1]),
        "recall": _share(said[one.truth == 1]),
    }


def _rounded(figure: Figure) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(figure).items()}


def _share(held: Floats) -> dict[str, float | int]:
    if not len(held):
        return {"value": 0.0, "low": 0.0, "high": 1.0, "n": 0}
    low, high = wilson(int(held.sum()), len(held))
    value = float(np.mean(held))
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4), "n": len(held)}


def _rules(pool: Pool) -> dict[str, Any]:
    """Measure each rule alone: of the labelled texts in which it fired, how many are its kind."""
    table = {}
    for at, rule in enumerate(RULES):
        kind = rule.partition(":")[0]
        truth = [
            example.labels[kind]
            for example, fired in zip(pool.examples, pool.rules[:, at], strict=True)
            if fired and kind in example.labels
        ]
        table[rule] = _share(np.array(truth, dtype=np.float64))
    return table


def _page(card: Mapping[str, Any]) -> str:
    return "\n".join(
        [
            "# The heads: what they read, how well, and what they are made of",
            "",
            (
                f"Version `{card['version']}`, seed {card['seed']}, data of {card['data_of']}, "
                f"{card['file']['bytes'] / 1e6:.1f} MB. Written by `make train` and `make "
                "accuracy`; do not edit."
            ),
            "",
            (
                "Hashed character 2-5-grams and word 1-2-grams, one logistic regression a head, "
                "phrase rules beside them, Platt scaling on posts of whole brands, domains, "
                "intents or near-duplicate groups that were held out. Intervals are 95 %."
            ),
            "",
            _blended(card["blended"]),
            "",
            *_definitions(card),
            *_heads(card),
            *readers(),
            *_benchmark(card),
            *_rule_table(card),
            *_cue_table(),
            *_urgency(),
            "## Known failures",
            "",
            *(f"- {failure}" for failure in card["known_failures"]),
            "",
            *_sources(card),
        ]
    )


def _blended(blended: Mapping[str, float]) -> str:
    named = " and ".join(f"{name} (blend {blend})" for name, blend in blended.items())
    return (
        "While some heads were fitted, each n-gram also counted by how much its presence tells "
        "the class from the rest (the naive Bayes log count ratio, without its sign, mixed with "
        f"an even count): {named}. It is part of their weights and costs nothing to read."
    )


def _definitions(card: Mapping[str, Any]) -> list[str]:
    rows = [f"| {name} | {text} |" for name, text in card["definitions"].items()]
    return ["## What each head means", "", "| head | means |", "|---|---|", *rows, ""]


def _heads(card: Mapping[str, Any]) -> list[str]:
    rows = []
    for name, one in card["heads"].items():
        precise = one.get("precision", {}).get("value", "")
        recall = one.get("recall", {}).get("value", "")
        rows.append(
            f"| {name} | {one['n']} | {one.get('positives', '')} | {one['value']:.3f} "
            f"({one['low']:.3f}-{one['high']:.3f}) | {precise} | {recall} | {one['ece']:.3f} |"
        )
    return [
        "## The shipped heads on groups they had not seen",
        "",
        (
            "Pooled over all their files, silver labels included; sentiment is macro-F1, the "
            "others F1 at 0.5."
        ),
        "",
        "| head | posts | positive | F1 | precision | recall | ECE |",
        "|---|--:|--:|--:|--:|--:|--:|",
        *rows,
        "",
        (
            "By this pass alone a post would be set aside as spam above "
            f"{card['spam_discard_above']}; what holds is said below, of both readers."
        ),
        "",
    ]


def _benchmark(card: Mapping[str, Any]) -> list[str]:
    rows = []
    for line in card["benchmark"]:
        floor = "" if line["floor"] is None else f"{line['floor']:.3f}"
        error = "" if line["ece"] is None else f"{line['ece']:.3f}"
        rows.append(
            f"| {line['name']} | {line['unit']} | {line['value']:.3f} ({line['low']:.3f}-"
            f"{line['high']:.3f}) | {line['n']} | {floor} | {error} | {line['note']} |"
        )
    return [
        "## The same features, file by file",
        "",
        (
            "Cross-validated (`make accuracy`). The floor is the data README's, on its own "
            "held-out part, so it compares only roughly; where a note gives TF-IDF with logistic "
            "regression on the very same folds, that is the fair comparison, against the figure "
            "without class shifts. A class shift is added to a class's logit before the likeliest "
            "class is said; it is chosen for the metric inside the training folds, never on the "
            "fold that is scored, and the ECE is of the chances without it. Shifts are used only "
            "for files that lay below the floor without them. A blend is tried, and taken "
            "or not inside the training folds too, where a figure lay below the floor even with "
            "shifts and the shipped head of the same matter is blended itself. The shipped heads "
            "have no such shifts: their chances are calibrated, and policies set thresholds on "
            "them. "
            'Lines that begin with "shipped" score both readers as they ship, on files that '
            "never trained them."
        ),
        "",
        "| file | metric | value | posts | floor | ECE | note |",
        "|---|---|--:|--:|--:|--:|---|",
        *rows,
        "",
    ]


def _rule_table(card: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| {name} | {one['value']:.3f} ({one['low']:.3f}-{one['high']:.3f}) | {one['n']} |"
        for name, one in card["rules"].items()
    ]
    return [
        "## The rules, each alone",
        "",
        "Of the labelled texts in which a rule fired, the share that is its kind.",
        "",
        "| rule | precision | fired |",
        "|---|--:|--:|",
        *rows,
        "",
    ]


def _cue_table() -> list[str]:
    """Tell of the cues, which no head knows: figures of `benchmarks/accuracy_rules.py`."""
    if not CUE_RESULTS.exists():
        return []
    rows = []
    for line in map(json.loads, CUE_RESULTS.read_text().splitlines()):
        if line["unit"].startswith("posts/s"):
            rows.append(f"| {line['name']} | {line['unit']} | {line['value']:,.0f} | {line['n']} |")
            continue
        span = f"{line['value']:.3f} ({line['low']:.3f}-{line['high']:.3f})"
        rows.append(f"| {line['name']} | {line['unit']} | {span} | {line['n']} |")
    return [
        "## The cues: ideas, comparisons, questions, requests, names",
        "",
        (
            "Patterns with points (`domain/understanding/cues.py`); two points make an idea, a "
            "tip, a question or a request. Measured by `benchmarks/accuracy_rules.py`, the "
            "files of tier C for figures only. The idea and tip cues were written while looking "
            'at the "seen" half of their file: quote the other. A rule\'s precision is the share '
            "of the texts in which it fired, with whatever else, that are its kind; a low one "
            "belongs to a cue that speaks against, or that needs company. Tips are advice to "
            "other customers and no ideas; hotel reviews hold little else. Questions, requests, "
            "comparisons and names were not tuned apart from what they are scored on, but for "
            "the unseen halves named so. The content rules were written while looking at their "
            "file."
        ),
        "",
        "| what | metric | value | texts |",
        "|---|---|--:|--:|",
        *rows,
        "",
    ]


def _urgency() -> list[str]:
    return [
        "## Urgency",
        "",
        (
            'Words only, with weights chosen by hand: danger, being stuck, theft, health, "now", a '
            "near time, having asked before, leaving, something down, cancelled, late or missing. "
            'What says that it can wait ("no rush") leaves three tenths of them, a laugh half; the '
            "same words count a quarter where nobody seems to need anything. No public file is "
            "labelled with urgency; the benchmark says how it ranks airline posts by the reason "
            "people gave them (cancelled, late or lost above the rest), which the signs for late, "
            "cancelled and missing were written for: it flatters them."
        ),
        "",
    ]


def _sources(card: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| {one['file']} | {one['licence_tier']} | {one['rows']} | "
        f"{'silver' if one['silver'] else 'people'} |"
        for one in card["data"]
    ]
    return [
        "## Data and licences",
        "",
        (
            "Tier A: permissive as stated. Tier B: no or unclear licence, commonly used to train "
            "released models. No text of any file is shipped, only weights."
        ),
        "",
        "| file | tier | rows | labels by |",
        "|---|---|--:|---|",
        *rows,
        "",
    ]


def page_paths() -> Sequence[Path]:
    return PAGES
