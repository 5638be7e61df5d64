"""The brands on which the brand filter is measured, each with posts labelled about it or not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from training.relevance_filter import Labelled, labelled
from training.sources import any_rows

from answerback.domain.records.brand import Brand
from answerback.domain.relevance.day_one import Meanings
from answerback.project.wiring import describe

MOST_POSTS = 1_000  #: about an airline
FEWEST = 20  #: posts of each label, or a brand's curve would be noise

_PASSENGERS = "Passengers talk about flights, delays, cancellations, bags, seats, crew and booking."
AIRLINES: Mapping[str, Brand] = {
    "United": Brand(
        name="United Airlines",
        handles=("united",),
        query="united",
        about=f"United Airlines is an airline. {_PASSENGERS}",
    ),
    "American": Brand(
        name="American Airlines",
        handles=("americanair",),
        query="american",
        about=f"American Airlines is an airline. {_PASSENGERS}",
    ),
}
BAGGAGE = Brand(
    name="Baggage",
    query="bag OR bags OR baggage OR luggage OR suitcase*",
    about="Lost, late or damaged bags, luggage and suitcases of air passengers.",
)
#: Where other posts with the same word in them come from.
OTHERS = (
    *("sentiment", "disaster", "topic_sentiment", "tweet_acts"),
    *("tweeteval_emotion", "tweeteval_offensive", "toxic_davidson", "complaints"),
)
_ABOUT_FLYING = re.compile(r"@united\b|@americanair\b|airline|flight", re.IGNORECASE)
_HANDLES = re.compile(r"@(?:united|americanair)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One brand to measure on; `trains`: day one may learn from it when another is measured."""

    labelled: Labelled
    trains: bool


def cases(meanings: Meanings) -> list[Case]:
    """Return every brand with enough posts of both labels, those that train nothing behind."""
    own = [Case(labelled=one, trains=True) for one in labelled(meanings)]
    others = [
        Case(labelled=one, trains=False) for one in (*_ambiguous(meanings), _narrow(meanings))
    ]
    return [*own, *others]


def measurable(case: Case) -> bool:
    relevant = int(case.labelled.relevant.sum())
    return min(relevant, len(case.labelled.texts) - relevant) >= FEWEST


def _ambiguous(meanings: Meanings) -> Iterator[Labelled]:
    """Yield posts to an airline, its handle written as its name, and others with that word."""
    rows = any_rows("airline")
    other = dict.fromkeys(row["text"] for file in OTHERS for row in any_rows(file))
    for name, brand in AIRLINES.items():
        word = re.compile(rf"\b{name}\b", re.IGNORECASE)
        ours = [row["text"] for row in rows if row["brand"] == name][:MOST_POSTS]
        named = [_HANDLES.sub(name.lower(), text) for text in ours]
        theirs = [t for t in other if word.search(t) and not _ABOUT_FLYING.search(t)]
        yield _labelled(
            "name ambiguity",
            brand=brand,
            texts=[*named, *theirs],
            relevant=[True] * len(named) + [False] * len(theirs),
            meanings=meanings,
        )


def baggage_posts() -> tuple[list[str], list[bool]]:
    """
    Return posts to airlines, of which a baggage desk wants those that people said are about bags.

    Shapes: n texts, and for each whether it is.
    """
    rows: Sequence[Mapping[str, Any]] = any_rows("airline")[: 5 * MOST_POSTS]
    bags = ("Lost Luggage", "Damaged Luggage")
    return [row["text"] for row in rows], [row.get("reason") in bags for row in rows]


def _narrow(meanings: Meanings) -> Labelled:
    texts, relevant = baggage_posts()
    return _labelled(
        "narrow topic", brand=BAGGAGE, texts=texts, relevant=relevant, meanings=meanings
    )


def _labelled(
    file: str, *, brand: Brand, texts: Sequence[str], relevant: Sequence[bool], meanings: Meanings
) -> Labelled:
    return Labelled(
        file=file,
        brand=brand.name,
        description=describe(brand),
        texts=tuple(texts),
        relevant=np.array(relevant),
        meanings=meanings(texts),
    )
