"""The one place where the house is put together."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from answerback.desk.queries.house_policy import house_policy
from answerback.domain.community.content_mix import MEANS
from answerback.domain.listening.asked_words import wanted_words
from answerback.domain.listening.hear import listener
from answerback.domain.listening.set_aside import PointNow, setter
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.brand import Brand, Topic
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.operating_point import OperatingPoint
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal
from answerback.domain.relevance.brand_filter import BrandFilter, first_filter
from answerback.domain.relevance.description import Description
from answerback.domain.relevance.judge import judge
from answerback.domain.relevance.state import from_bytes
from answerback.domain.triage.brand_file import parse_brand
from answerback.domain.triage.decide import Contacts, decider
from answerback.domain.triage.policy import Policy, parse_policy
from answerback.domain.understanding.encoder import Matrix
from answerback.domain.understanding.heads import softmax
from answerback.domain.understanding.in_text import Known
from answerback.domain.understanding.language import UNDETERMINED
from answerback.domain.understanding.read import reader
from answerback.domain.understanding.tell_topics import topic_teller
from answerback.domain.understanding.topics import AboutTopic, TopicJudge, topic_judge
from answerback.weights.day_one import load_day_one
from answerback.weights.encoder import load_encoder
from answerback.weights.language import load_language
from answerback.weights.prior import load_prior
from answerback.weights.second import load_second
from answerback.weights.store import load_heads

#: Asked once for each batch: how often has the author of each post written to us before?
EarlierContacts = Callable[[Sequence[Post]], Contacts]


class FileNotReadable(Refusal):
    """A brand or policy file is not there, or is no text."""


def stages(
    *, brand: Brand | None, policy: Policy, at: datetime, point: OperatingPoint | None = None
) -> tuple[Stage, ...]:
    """
    Return the house's stages for one brand (None: every post counts as heard).

    Without a `point` nothing is set aside for its relevance.

    :raises Refusal: when the brand's query cannot be read, or a weight is damaged.
    """
    points = None if point is None else partial(_same, point)
    return (
        listening(brand=brand),
        *sorting(brand=brand, policy=policy, at=at, points=points),
    )


def _same(point: OperatingPoint) -> OperatingPoint:
    return point


def describe(brand: Brand) -> Description:
    """
    Tell the brand filter of a brand, with the words that its query looks for.

    :raises Refusal: when the query cannot be understood.
    """
    words = wanted_words(brand.query) if brand.query.strip() else ()
    return Description.of(brand, words=words)


def day_one_filter(brand: Brand) -> BrandFilter:
    """
    Return the filter that a brand has before anybody has corrected it.

    :raises Refusal: when its query cannot be understood, or a weight is damaged.
    """
    return first_filter(day_one=load_day_one(), description=describe(brand), meanings=meanings)


def listening(*, brand: Brand | None) -> Stage:
    """Return the first stage alone: intake needs its verdict before it writes the ledger."""
    return Stage(
        name="listening", step=listener(brand=brand, prior=load_prior(), language=languages)
    )


def listening_again(*, brand: Brand | None) -> Stage:
    """Return listening with the learned topics behind it, for posts that were sorted before."""
    steps = (listening(brand=brand), *_topics(brand))

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        return run(dossiers, stages=steps)

    return Stage(name="listening", step=step)


def languages(texts: Sequence[str]) -> list[str | None]:
    """
    Return the language of each text for queries that ask; None where it cannot be told.

    The model, half a second of loading, is loaded when it is first asked.

    Shapes: n texts in, n out, in the order given.
    Units: ISO 639-1.
    """
    told = load_language().identify(texts)
    return [None if code == UNDETERMINED else code for code, _ in told]


def sorting(
    *,
    brand: Brand | None,
    policy: Policy,
    at: datetime,
    contacts: EarlierContacts | None = None,
    learned: bytes | None = None,
    points: PointNow | None = None,
) -> tuple[Stage, ...]:
    """
    Return the stages after listening.

    Without `contacts`, as in `sort`, nobody has written before.  `learned` is the active version
    of the brand filter; without one its first day scores, if the brand file tells enough for
    that, and else the prior share stays.  Without `points` nothing is set aside for its relevance.

    :raises Refusal: when that version cannot be read, or a weight is damaged.
    """
    return (
        Stage(
            name="understanding",
            step=reader(
                heads=load_heads(),
                language=load_language(),
                second=load_second(),
                known=Known.of(brand),
            ),
        ),
        *_relevance(brand=brand, learned=learned),
        *_operating_point(points),
        *_topics(brand),
        _triage(brand=brand, policy=policy, at=at, contacts=contacts),
    )


def _operating_point(points: PointNow | None) -> tuple[Stage, ...]:
    if points is None:
        return ()
    return (Stage(name="operating point", step=setter(point=points)),)


def _relevance(*, brand: Brand | None, learned: bytes | None) -> tuple[Stage, ...]:
    if learned is not None:
        brand_filter = from_bytes(learned, day_one=load_day_one())
    elif brand is not None and (brand.about or brand.examples or brand.counter_examples):
        brand_filter = day_one_filter(brand)
    else:
        return ()
    return (Stage(name="relevance", step=judge(brand_filter=brand_filter, meanings=meanings)),)


def _topics(brand: Brand | None) -> tuple[Stage, ...]:
    """
    Return the stage that tells learned topics; none where the brand has none.

    They are learned when the first batch comes, because every process makes the stages.
    """
    topics = tuple(topic for topic in brand.topics if topic.learned) if brand else ()
    if not topics:
        return ()
    load_encoder()  # a damaged weight is told before the first post is read

    def judge(texts: Sequence[str]) -> list[tuple[AboutTopic, ...]]:
        return _learned(topics).judge(texts)

    return (Stage(name="topics", step=topic_teller(topics=topics, judge=judge)),)


@lru_cache(maxsize=4)
def _learned(topics: tuple[Topic, ...]) -> TopicJudge:
    return topic_judge(topics=topics, meanings_of=meanings)


def meanings(texts: Sequence[str]) -> Matrix:
    """
    Return what texts mean, as the encoder has it.

    Shapes: n texts in, (n, d) out, rows of length 1.
    """
    return load_encoder().read(texts).meanings


def content_chances(texts: Sequence[str]) -> list[Mapping[str, float]]:
    """Ask the encoder what posts of ours are for: information, dialogue or action."""
    encoder = load_encoder()
    columns = [encoder.columns.index(f"content:{name}") for name in MEANS]
    shares = softmax(encoder.read(texts).logits[:, columns].astype(float))
    return [dict(zip(MEANS, row, strict=True)) for row in shares.tolist()]


def _triage(
    *, brand: Brand | None, policy: Policy, at: datetime, contacts: EarlierContacts | None
) -> Stage:
    if contacts is None:
        return Stage(name="triage", step=decider(policy=policy, brand=brand, at=at))
    asked: list[Contacts] = []

    def earlier(post: Post) -> int:
        return asked[-1](post)

    decide = decider(policy=policy, brand=brand, at=at, contacts=earlier)

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        asked[:] = [contacts([dossier.post for dossier in dossiers])]
        return decide(dossiers)

    return Stage(name="triage", step=step)


def load_brand(path: Path) -> Brand:
    """
    Read a brand file.

    :raises Refusal: naming the file, the line and the key.
    """
    return parse_brand(text_of(path, what="brand"), file=path.name)


def load_policy(path: Path | None) -> Policy:
    """
    Read a policy file over the policy that comes with the house; None: that one alone.

    :raises Refusal: naming the file, the line and the key.
    """
    if path is None:
        return house_policy()
    return parse_policy(text_of(path, what="policy"), file=path.name, base=house_policy())


def text_of(path: Path, *, what: str) -> str:
    """
    Return what a brand's or a policy's file says.

    :raises FileNotReadable: when it is not there, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as wrong:
        raise FileNotReadable(
            f"There is no {what} file at {path}. docs/reference/{what}-file.md shows one."
        ) from wrong
    except (OSError, UnicodeDecodeError) as wrong:
        raise FileNotReadable(
            f"The {what} file {path} cannot be read as UTF-8 text: {wrong}."
        ) from wrong
