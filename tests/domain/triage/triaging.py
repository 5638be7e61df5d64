"""Builders for the tests of triage: right by default; a test names only what it is about."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from answerback.domain.records.brand import Brand, OpenHours, Topic
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.records.post import Author, Post
from answerback.domain.records.reading import Kind, Reading, Sentiment
from answerback.domain.triage import policy as policy_module
from answerback.domain.triage.policy import Policy, parse_policy

DEFAULT_POLICY = Path(policy_module.__file__).parent / "default_policy.toml"
DOCS = Path(__file__).parents[3] / "docs" / "reference"

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
OFFICE_HOURS = OpenHours(week={day: ((time(9), time(17)),) for day in range(5)})


def make_policy(overrides: str = "") -> Policy:
    default = parse_policy(DEFAULT_POLICY.read_text(encoding="utf-8"), file=DEFAULT_POLICY.name)
    return parse_policy(overrides, file="ours.toml", base=default) if overrides else default


def make_brand(
    *,
    topics: tuple[Topic, ...] = (),
    languages: tuple[str, ...] = (),
    hours: OpenHours | None = None,
    targets: Mapping[Kind, timedelta] | None = None,
) -> Brand:
    return Brand(
        name="Fernweh Ferries",
        handles=("fernweh",),
        topics=topics,
        languages=languages,
        hours=hours,
        targets=targets or {},
    )


def make_post(
    text: str = "the gangway is broken",
    *,
    created_at: datetime | None = MONDAY_9,
    external_id: str = "1",
    followers: int | None = None,
    inbound: bool | None = None,
) -> Post:
    return Post(
        channel="archive",
        source="file",
        external_id=external_id,
        author=Author(handle="ada", followers=followers),
        text=text,
        created_at=created_at,
        heard_at=MONDAY_9 + timedelta(minutes=1),
        inbound=inbound,
    )


def make_reading(  # noqa: PLR0913 - a builder takes any field
    kinds: Mapping[Kind, float] | None = None,
    *,
    needs_response: float = 0.9,
    urgency: float = 0.0,
    offensive: float = 0.0,
    negative: float = 0.0,
    positive: float = 0.0,
    language: str = "en",
) -> Reading:
    return Reading(
        language=language,
        language_probability=0.95,
        sentiment={
            Sentiment.NEGATIVE: negative,
            Sentiment.NEUTRAL: 1 - negative - positive,
            Sentiment.POSITIVE: positive,
        },
        kinds={Kind.COMPLAINT: 0.9} if kinds is None else kinds,
        needs_response=needs_response,
        urgency=urgency,
        urgency_reasons=("It says 'now': it has to be now.",) if urgency else (),
        offensive=offensive,
    )


def make_mention(
    *,
    addressed: bool = True,
    relevance: float = 0.9,
    topics: tuple[tuple[str, float], ...] = (),
) -> Mention:
    return Mention(heard=True, addressed=addressed, relevance=relevance, topics=topics)


def make_dossier(
    *,
    post: Post | None = None,
    reading: Reading | None = None,
    mention: Mention | None = None,
) -> Dossier:
    return Dossier(
        post=post or make_post(),
        reading=reading or make_reading(),
        mention=mention or make_mention(),
    )


def make_hours(
    timezone: str, *spans: tuple[time, time], holidays: frozenset[date] = frozenset()
) -> OpenHours:
    return OpenHours(
        timezone=timezone, week={day: tuple(spans) for day in range(7)}, holidays=holidays
    )
