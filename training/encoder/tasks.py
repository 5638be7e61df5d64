"""
What each public file teaches the encoder, and which groups it never sees.

The kinds come from the same recipes as the n-gram heads'.  Beside them each file has a head
of its own labels, so that its figure can be compared with what others published.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.recipes import HEADS, MOODS, examples
from training.sources import Row, rows, same_text, text_of

HELD_ONE_IN = 6  #: groups of the large files that no training ever sees
UNKNOWN = -1

#: Heads that choose one of several, in the order of the encoder's columns.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "mood": MOODS,
    "topic_mood": ("negative", "positive"),
    "offensive_tweets": ("not_offensive", "offensive"),
    "abuse": ("neither", "offensive", "hate"),
    "hate": ("not_hate", "hate"),
    "irony": ("non_irony", "irony"),
    "emotion": ("anger", "joy", "optimism", "sadness"),
    "complaint_tweets": ("not_complaint", "complaint"),
    "content": ("information", "dialogue", "action"),
    "act": ("statement", "expression", "question", "request", "suggestion"),
    "intent": ("intent", "no_intent", "undefined"),
    "comparative": ("not_comparative", "comparative"),
    "preference": ("none", "better", "worse"),
    "brand_emotion": ("negative", "none", "positive"),
    "spam_youtube": ("ham", "spam"),
    "spam_sms": ("ham", "spam"),
    "spam_utkml": ("quality", "spam"),
}
#: Heads that tag each word.
TAGS: Mapping[str, tuple[str, ...]] = {
    "named": ("none", "company", "product", "person", "place", "other"),
    "compared": ("none", "thing"),
}
COLUMNS: tuple[str, ...] = (
    *HEADS,
    *(f"{task}:{label}" for tasks in (CHOICES, TAGS) for task, ls in tasks.items() for label in ls),
)

#: file, its head, and the column that groups its rows (None: near-duplicates).
LARGE = (
    ("sentiment", "mood", None),
    ("multilingual_sentiment", "mood", None),
    ("topic_sentiment", "topic_mood", "brand"),
    ("tweeteval_offensive", "offensive_tweets", None),
    ("toxic_davidson", "abuse", None),
    ("tweeteval_hate", "hate", None),
    ("tweeteval_irony", "irony", None),
    ("tweeteval_emotion", "emotion", None),
    ("spam_youtube", "spam_youtube", "video"),
    ("spam_sms", "spam_sms", None),
    ("spam_utkml", "spam_utkml", None),
)
SMALL = (
    ("complaints", "complaint_tweets", "domain"),
    ("corporate_messaging", "content", "brand"),
    ("comparatives_jl", "comparative", "doc"),
    ("comparisons", "preference", "object_a"),
    ("tweet_acts", "act", None),
    ("purchase_intent", "intent", None),
    ("brand_emotion", "brand_emotion", None),
)
_SMALL_FILES = frozenset(file for file, _, _ in SMALL) | {"apple_sentiment"}
_ENTITY = dict.fromkeys(("company", "corporation", "group", "ORG"), "company") | {
    "product": "product",
    **dict.fromkeys(("person", "PER"), "person"),
    **dict.fromkeys(("location", "LOC"), "place"),
}


@dataclass(slots=True, kw_only=True)
class Lesson:
    """One text and all that it teaches; what is unknown is absent."""

    text: str
    source: str
    group: str
    kinds: dict[str, int] = field(default_factory=dict)
    chosen: dict[str, int] = field(default_factory=dict)  #: task to class
    tags: dict[str, list[int]] = field(default_factory=dict)  #: task to class by word
    raw: str = ""  #: the text before names were masked in it

    @property
    def small(self) -> bool:
        return self.source in _SMALL_FILES

    @property
    def key(self) -> str:
        """Give what copies of this text have in common."""
        return met(self.raw or self.text)

    @property
    def held(self) -> bool:
        """Say whether this text's group is one that no training of a large file sees."""
        return zlib.crc32(self.group.encode()) % HELD_ONE_IN == 0


def lessons() -> list[Lesson]:
    """Gather everything, one lesson for each text of a file, in a fixed order."""
    found: dict[tuple[str, str], Lesson] = {}
    for example in examples():
        lesson = Lesson(text=example.text, source=example.source, group=example.group)
        lesson.kinds = dict(example.labels)
        if example.mood:
            lesson.chosen["mood"] = MOODS.index(example.mood)
        found[example.source, example.text] = lesson
    for file, task, column in (*LARGE, *SMALL):
        for row in rows(file):
            label = row["label"]
            if label not in CHOICES[task]:
                continue
            raw = text = text_of(row)
            if task == "preference":
                _compare(found, row)
                text = masked(text, row["object_a"], row["object_b"])
            group = f"{file}/{row[column]}" if column else same_text(text)
            at = (file, text)
            lesson = found.setdefault(at, Lesson(text=text, source=file, group=group, raw=raw))
            lesson.group = group
            lesson.chosen[task] = CHOICES[task].index(label)
    for file in ("entities_wnut17", "entities_btc"):
        for row in rows(file):
            lesson = _entities(file, row)
            found[file, lesson.text] = lesson
    return list(found.values())


_ADDRESS = re.compile(r"@\w+|(?:https?://|www\.)\S+|\brt\b", re.IGNORECASE)


def met(text: str) -> str:
    """
    Give the key under which copies of one post meet, in whatever file.

    Two files may hold one post with and without its mentions, links and "RT", and a text
    without letters is only itself.
    """
    return same_text(_ADDRESS.sub(" ", text)) or text


def masked(text: str, first: str, second: str) -> str:
    """Put two names for the two things that are compared, so that no product is learned."""
    for name, mark in sorted(((first, "alpha"), (second, "beta")), key=lambda pair: -len(pair[0])):
        text = re.sub(re.escape(name), f" {mark} ", text, flags=re.IGNORECASE)
    return text


def _compare(found: Mapping[tuple[str, str], Lesson], row: Row) -> None:
    text = text_of(row)
    lesson = found.get(("comparisons", text))
    if lesson is None:
        return
    names = {part for name in (row["object_a"], row["object_b"]) for part in name.lower().split()}
    there = row["label"] != "none"
    lesson.tags["compared"] = [
        int(there and word.lower().strip(".,;:!?()'\"") in names) for word in text.split()
    ]


def _entities(file: str, row: Row) -> Lesson:
    tokens = [token.replace(" ", "") or "." for token in row["tokens"]]
    tags = [0] * len(tokens)
    names = TAGS["named"]
    for entity in row["entities"]:
        tag = names.index(_ENTITY.get(entity["type"], "other"))
        for at in range(entity["start"], min(entity["end"], len(tokens))):
            tags[at] = tag
    text = " ".join(tokens)
    return Lesson(text=text, source=file, group=same_text(text), tags={"named": tags})


def labels_of(chosen: Sequence[Lesson]) -> tuple[NDArray[np.float32], dict[str, NDArray[np.int64]]]:
    """
    Lay the labels out as arrays.

    Shapes: n lessons; kinds (n, k) with NaN for unknown; each task (n,) with -1 for unknown.
    """
    kinds = np.full((len(chosen), len(HEADS)), np.nan, dtype=np.float32)
    tasks = {task: np.full(len(chosen), UNKNOWN, dtype=np.int64) for task in CHOICES}
    for at, lesson in enumerate(chosen):
        for kind, label in lesson.kinds.items():
            kinds[at, HEADS.index(kind)] = label
        for task, label in lesson.chosen.items():
            tasks[task][at] = label
    return kinds, tasks


def columns_of(task: str) -> slice:
    """Say which of the encoder's columns are a task's."""
    where = [at for at, name in enumerate(COLUMNS) if name.startswith(f"{task}:")]
    return (
        slice(where[0], where[-1] + 1) if where else slice(HEADS.index(task), HEADS.index(task) + 1)
    )


def count(chosen: Sequence[Lesson]) -> Iterator[tuple[str, Any]]:
    """Tell how many lessons each source gives."""
    sources = [lesson.source for lesson in chosen]
    for source in dict.fromkeys(sources):
        yield source, sources.count(source)
