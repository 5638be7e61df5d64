"""Posts, batches and stages that are right by default; a test names only what it is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.domain.pipeline import Stage
from answerback.domain.records.brand import Brand
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.records.plan import Plan
from answerback.domain.records.post import Author, Post
from answerback.domain.records.reading import Kind, Reading, Sentiment

#: A Monday morning on which all examples happen.
MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEXT_DAY = MONDAY_9 + timedelta(days=1)
LATER = timedelta(minutes=1)

ACME = Brand(name="Acme", handles=("acme",))


def make_post(external_id: str = "1", **told: object) -> Post:
    """Return Ada's complaint to Acme, on Monday at nine."""
    author = told.pop("author", "ada")
    post = Post(
        channel="archive",
        source="posts.jsonl",
        external_id=external_id,
        author=Author(handle=str(author)),
        text="@acme my kettle leaks",
        created_at=MONDAY_9,
        heard_at=NEXT_DAY,
    )
    return replace(post, **told)  # type: ignore[arg-type]  # a builder takes any field


def fetched(*things: Post | Failure) -> list[Fetched]:
    """Return what a channel gives for these posts and failures, line by line."""
    return [
        Fetched(
            cursor=Cursor(str(line)),
            raw=f"line {line}",
            line=line,
            post=thing if isinstance(thing, Post) else None,
            failure=thing if isinstance(thing, Failure) else None,
        )
        for line, thing in enumerate(things, start=1)
    ]


@dataclass(kw_only=True)
class Shelf:
    """A channel whose things lie in memory: the real contract without a disk."""

    things: Sequence[Fetched]
    name: str = "archive"
    asked: list[str] = field(default_factory=list)  #: the cursors it was asked to go on after

    def fetch(self, since: Cursor | None) -> Iterator[Fetched]:
        self.asked.append(since or "")
        yield from self.things[int(since or 0) :]


def small_listening() -> Stage:
    """Hear what names or answers Acme: a real stage, small enough to see through."""

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        return [_listened(dossier) for dossier in dossiers]

    return Stage(name="listening", step=step)


def _listened(dossier: Dossier) -> Dossier:
    discarded: DiscardReason | None = None
    if dossier.post.author.handle.casefold() == "acme":
        discarded = DiscardReason.OWN_POST
    elif "@acme" not in dossier.post.text.casefold():
        discarded = DiscardReason.NOT_HEARD
    heard = discarded is None
    mention = Mention(
        heard=heard, addressed=heard, relevance=1.0 if heard else 0.0, discarded=discarded
    )
    return replace(dossier, mention=mention, discarded=discarded)


#: What the small triage makes of a text that holds the word; any other post owes nothing.
OWED: Mapping[str, tuple[Kind, str, timedelta, float]] = MappingProxyType(
    {
        "leaks": (Kind.COMPLAINT, "repairs", timedelta(hours=2), 0.5),
        "burns": (Kind.COMPLAINT, "safety", timedelta(hours=1), 0.9),
        "where": (Kind.QUESTION, "shop", timedelta(hours=8), 0.2),
    }
)


def small_sorting() -> tuple[Stage, ...]:
    """Read and decide by a handful of words: real stages, small enough to see through."""

    def read(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        return [replace(dossier, reading=_reading()) for dossier in dossiers]

    def decide(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        return [replace(dossier, plan=_plan(dossier)) for dossier in dossiers]

    return (Stage(name="understanding", step=read), Stage(name="triage", step=decide))


def _reading() -> Reading:
    return Reading(
        language="en",
        language_probability=0.9,
        sentiment={Sentiment.NEGATIVE: 0.5, Sentiment.NEUTRAL: 0.3, Sentiment.POSITIVE: 0.2},
        kinds={Kind.COMPLAINT: 0.8, Kind.PRAISE: 0.1},
        needs_response=0.7,
        urgency=0.2,
        urgency_reasons=("It leaks.",),
        offensive=0.0,
        why=("'leaks' speaks for a complaint.",),
    )


def _plan(dossier: Dossier) -> Plan:
    post = dossier.post
    word = next((word for word in OWED if word in post.text), None)
    kind, queue, target, priority = OWED[word] if word else (Kind.OTHER, "none", LATER, 0.1)
    clock = dossier.asks_since or (None if post.created_at_assumed else post.created_at)
    return Plan(
        respond=word is not None,
        kind=kind,
        queue=queue,
        priority=priority,
        priority_parts={"urgency": priority},
        respond_by=clock + target if word and clock else None,
        reasons=(f"It says '{word}'.",) if word else ("Nothing is asked.",),
    )
