"""The invented brand: 200 posts in which everything happens that happens to a brand."""

import json
from collections import Counter
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from answerback.channels.archive.fetch import Archive
from answerback.channels.inbound import Fetched
from answerback.domain.community.content_mix import ContentClass, content_mix
from answerback.domain.etiquette.check import review_answers
from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import parse
from answerback.domain.pipeline import run
from answerback.domain.records.brand import Brand
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Author, Post
from answerback.domain.records.reading import Kind, Reading
from answerback.domain.sharing.guideline import Matches, carry
from answerback.domain.triage.brand_file import parse_brand
from answerback.project.wiring import listening

ACME = files("answerback.project") / "acme"
KINDS = frozenset(Kind)
HANDLE = "acmeparcels"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    lines = (ACME / "posts.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def brand() -> Brand:
    return parse_brand((ACME / "brand.toml").read_text(encoding="utf-8"), file="brand.toml")


def moment(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["created_at"])


def matcher(query: str) -> Matches:
    engine = compile_queries([parse(query)])

    def matches(text: str, _: Post | None = None) -> bool:
        return bool(engine.match([text]))

    return matches


def dossiers(rows: list[dict[str, Any]]) -> list[Dossier]:
    """Return the posts with the reading that their label tells: what a perfect reader would say."""
    return [
        Dossier(
            post=Post(
                channel=row["channel"],
                source="posts.jsonl",
                external_id=row["id"],
                author=Author(handle=row["author"]),
                text=row["text"],
                created_at=moment(row),
                heard_at=moment(row),
                in_reply_to=row.get("in_reply_to"),
                conversation_id=row["conversation_id"],
                inbound=row.get("inbound"),
                about=row.get("brand"),
            ),
            reading=_labelled(row["label"]),
        )
        for row in rows
    ]


def _labelled(label: str) -> Reading | None:
    if label not in KINDS:
        return None
    return Reading(
        language="und",
        language_probability=0.0,
        sentiment={},
        kinds={Kind(label): 1.0},
        needs_response=0.0,
        urgency=0.0,
        offensive=0.0,
    )


def test_there_are_200_posts_with_their_own_ids_in_the_order_of_a_week(
    rows: list[dict[str, Any]],
) -> None:
    moments = [moment(row) for row in rows]

    assert len(rows) == 200
    assert len({row["id"] for row in rows}) == 200
    assert moments == sorted(moments)
    assert datetime(2026, 3, 13, tzinfo=UTC) <= moments[0]
    assert moments[-1] < datetime(2026, 3, 21, tzinfo=UTC)


def test_every_reply_answers_an_earlier_post_of_its_channel_and_conversation(
    rows: list[dict[str, Any]],
) -> None:
    by_id = {row["id"]: row for row in rows}

    strays = [
        row["id"]
        for row in rows
        if (to := row.get("in_reply_to")) is not None
        and (
            to not in by_id
            or moment(by_id[to]) >= moment(row)
            or by_id[to]["channel"] != row["channel"]
            or by_id[to]["conversation_id"] != row["conversation_id"]
        )
    ]

    assert strays == []


def test_every_sort_of_post_is_there(rows: list[dict[str, Any]]) -> None:
    labels = Counter(row["label"] for row in rows)
    flaws = Counter(row["flaw"] for row in rows if "flaw" in row)
    sorts = {"answer", "original", "promotion", "off_topic", *KINDS}

    assert set(labels) == sorts
    assert min(labels.values()) >= 4
    assert 50 <= labels["answer"] <= 65
    assert flaws == {"promotion": 3, "repetition": 5, "decline": 2, "privacy": 2}
    assert {row["channel"] for row in rows} == {"mastodon", "bluesky", "reviews"}


def test_about_a_third_of_those_who_need_an_answer_never_get_one(
    rows: list[dict[str, Any]],
) -> None:
    answered = {row.get("in_reply_to") for row in rows if row["label"] == "answer"}
    asked = [row["id"] for row in rows if row.get("needs_response")]

    unanswered = [one for one in asked if one not in answered]

    assert len(asked) >= 50  # the smallest sample that a report accepts
    assert 0.3 < len(unanswered) / len(asked) < 0.4


def test_a_post_may_be_said_twice_by_the_same_person(rows: list[dict[str, Any]]) -> None:
    said = Counter((row["author"], row["text"]) for row in rows if row["author"] != HANDLE)

    assert [count for count in said.values() if count > 1] == [2]


def test_the_broken_file_has_two_doubled_rows_and_two_that_cannot_be_read() -> None:
    lines = (ACME / "broken.jsonl").read_text(encoding="utf-8").splitlines()
    counts = Counter(lines)

    def readable(line: str) -> bool:
        try:
            return isinstance(json.loads(line)["text"], str)
        except json.JSONDecodeError:
            return False

    assert sorted(counts.values()) == [1, 1, 2, 2]
    assert [count for line, count in counts.items() if not readable(line)] == [1, 1]


def test_the_query_hears_acme_parcels_and_neither_anvils_nor_bread(
    rows: list[dict[str, Any]], brand: Brand
) -> None:
    hears = matcher(brand.query)
    theirs = [row for row in rows if row["author"] != HANDLE]

    wrong = [row["id"] for row in theirs if row["label"] == "off_topic" and hears(row["text"])]
    missed = [
        row["text"][:30]
        for row in theirs
        if "brand" in row and not hears(row["text"]) and "in_reply_to" not in row
    ]

    assert wrong == []
    assert missed == ['my toddler calls every van "ac']  # spelt as a toddler would


def test_the_guidelines_carry_their_examples_and_none_is_idle(
    rows: list[dict[str, Any]], brand: Brand
) -> None:
    rules = {guideline.name: matcher(guideline.query) for guideline in brand.guidelines}
    theirs = dossiers([row for row in rows if row.get("inbound")])

    carried = carry(dossiers=theirs, guidelines=brand.guidelines, matches=rules)

    assert carried.wrong == ()
    assert [(rule.name, len(took)) for rule, took in carried.by_guideline] == [
        ("Fire and danger", 10),
        ("Prices", 6),
        ("The app", 3),
        ("Crooks", 2),
        ("How a driver behaved", 7),
        ("Ideas", 4),
    ]


def test_etiquette_finds_the_flawed_answers_and_leaves_the_good_ones_alone(
    rows: list[dict[str, Any]], brand: Brand
) -> None:
    review = review_answers(dossiers=dossiers(rows), brand=brand)
    flawed = {row["id"]: row["flaw"] for row in rows if "flaw" in row}
    first_copy = next(row["id"] for row in rows if row.get("flaw") == "repetition")

    found = {one.answer.external_id: one.findings[0].check.value for one in review.flagged}

    assert review.answers == 57
    assert found == {key: flaw for key, flaw in flawed.items() if key != first_copy}


def test_the_content_mix_counts_every_post_of_the_brand(
    rows: list[dict[str, Any]], brand: Brand
) -> None:
    mix = content_mix(dossiers=dossiers(rows), brand=brand)

    assert {name: len(ids) for name, ids in mix.posts.items()} == {
        ContentClass.ORIGINAL: 4,
        ContentClass.ENGAGEMENT: 54,
        ContentClass.PROMOTION: 7,  # four broadcasts, and three answers that sell
    }


def test_the_brand_file_tells_hours_targets_topics_and_the_bank_holiday(brand: Brand) -> None:
    assert brand.hours is not None
    assert brand.hours.timezone == "Europe/London"
    assert sorted(brand.hours.week) == [0, 1, 2, 3, 4, 5]
    assert {day.isoformat() for day in brand.hours.holidays} == {"2026-03-17"}
    assert {topic.name for topic in brand.topics} == {
        "safety",
        "lockers",
        "prices",
        "refunds",
        "app",
        "delivery",
    }
    assert set(brand.targets) == {Kind.COMPLAINT, Kind.REQUEST, Kind.QUESTION, Kind.NEED}


def test_the_archive_reads_all_200_and_sets_the_two_broken_rows_aside() -> None:
    def read(name: str) -> list[Fetched]:
        path = Path(str(ACME / name))
        return list(Archive(path=path, heard_at=datetime(2026, 3, 21, tzinfo=UTC)).fetch(None))

    posts, broken = read("posts.jsonl"), read("broken.jsonl")

    assert [one.failure for one in posts] == [None] * 200
    assert [one.failure is not None for one in broken] == [False, False, True, False, False, True]


def test_listening_hears_all_that_is_about_the_brand_and_sets_the_rest_aside(
    rows: list[dict[str, Any]], brand: Brand
) -> None:
    told = run(dossiers(rows), stages=[listening(brand=brand)])

    aside = Counter(one.discarded for one in told)
    unheard = [row["label"] for row, one in zip(rows, told, strict=True) if _unheard(one)]
    assert aside[DiscardReason.OWN_POST] == 65
    assert unheard == ["off_topic"] * 8


def _unheard(dossier: Dossier) -> bool:
    return dossier.discarded in {DiscardReason.NOT_HEARD, DiscardReason.EXCLUDED}
