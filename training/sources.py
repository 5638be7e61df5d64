"""The public files that may be trained on, checked before a row is used."""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CHECKSUMS = Path(__file__).parent / "data.sha256"

#: Licence tiers, as the data's own README states them.  C may never reach a shipped weight.
TIER_A = (
    *("tweet_acts", "comparatives_jl", "intent_banking77", "intent_clinc150", "intent_bitext"),
    *("toxic_davidson", "multilingual_sentiment", "purchase_intent"),
    *("entities_wnut17", "entities_btc", "relevance_crisis"),
    "conversations:ibm_care",
)
TIER_B = (
    *("sentiment", "tweeteval_offensive", "complaints", "corporate_messaging", "brand_emotion"),
    *("apple_sentiment", "comparisons", "spam_youtube", "spam_sms", "spam_utkml"),
    *("relevance_sanders", "relevance_entity", "topic_sentiment"),
    *("tweeteval_hate", "tweeteval_irony", "tweeteval_emotion"),
)

Row = Mapping[str, Any]


class WrongData(SystemExit):
    """The data is absent, or is not the data that the card describes."""


def folder() -> Path:
    """
    Find the folder of public data.

    :raises WrongData: when it is not there.
    """
    told = os.environ.get("ANSWERBACK_DATA")
    path = Path(told) if told else ROOT.parent / "shared" / "data"
    if not (path / "README.md").exists():
        raise WrongData(
            "The public data is not where it is looked for. Set ANSWERBACK_DATA to its folder."
        )
    return path


def rows(name: str) -> list[Row]:
    """
    Read one file for training, with its checksum checked.

    :raises WrongData: when the file is of tier C, unknown, or differs from data.sha256.
    """
    if name not in TIER_A and name not in TIER_B:
        raise WrongData(f"'{name}' is not of licence tier A or B: it may not be trained on.")
    stem, _, part = name.partition(":")
    found = list(_parsed(_checked(stem)))
    return [row for row in found if row["source"] == part] if part else found


def any_rows(name: str) -> list[Row]:
    """Read a file of any tier, for figures only; nothing read here may be trained into weights."""
    return list(_parsed((folder() / f"{name}.jsonl").read_bytes()))


def record_checksums() -> None:
    """Write down which data the weights are trained on; for when the data is renewed on purpose."""
    stems = sorted({name.partition(":")[0] for name in (*TIER_A, *TIER_B)})
    lines = []
    for stem in stems:
        content = (folder() / f"{stem}.jsonl").read_bytes()
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {stem}.jsonl\n")
    CHECKSUMS.write_text("".join(lines))


def _checked(stem: str) -> bytes:
    content = (folder() / f"{stem}.jsonl").read_bytes()
    recorded = CHECKSUMS.read_text().splitlines()
    if f"{hashlib.sha256(content).hexdigest()}  {stem}.jsonl" not in recorded:
        raise WrongData(
            f"{stem}.jsonl is not the file that the card describes (its SHA-256 differs from "
            "training/data.sha256). If the data was renewed on purpose, run: "
            "python -m training --record-checksums, and look at every figure again."
        )
    return content


def _parsed(content: bytes) -> Iterator[Row]:
    for line in content.splitlines():
        if line.strip():
            yield json.loads(line)


_PLACEHOLDER = re.compile(r"\{link\}|@mention\b", re.IGNORECASE)


def text_of(row: Row) -> str:
    """Give the text as a network would show it: one file writes {link} and @mention."""
    text: str = row["text"]
    return _PLACEHOLDER.sub(lambda at: "http://x" if at[0] == "{link}" else "@user", text)


def same_text(text: str) -> str:
    """Give the key under which near-duplicates meet: letters only, without case, first 60."""
    return "".join(filter(str.isalpha, text.lower()))[:60]


def near_duplicates(texts: Sequence[str]) -> list[str]:
    """Give each text the key of its near-duplicates, so that a fold never splits them."""
    return [same_text(text) or text for text in texts]
