"""A file of posts through the house and into the database: what `import` and `demo` do."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from answerback.channels.archive.fetch import Archive, fingerprint, open_archive, parse_map
from answerback.channels.inbound import ChannelDown
from answerback.desk.operations.collect import Pace, collect
from answerback.desk.operations.hear_again import hear_again
from answerback.desk.operations.judge_again import judge_again
from answerback.desk.operations.keep_text import keep_text
from answerback.desk.operations.open_source import OpenSource, Stream, finish_source, open_source
from answerback.desk.operations.sort_waiting import sort_waiting
from answerback.desk.queries.brand_texts import What, fingerprint_of, read_policy, texts_of
from answerback.desk.queries.earlier_posts import EarlierPosts
from answerback.desk.queries.filter_versions import active_filter
from answerback.desk.queries.operating_point import operating_point
from answerback.desk.queries.waiting import waiting
from answerback.domain.pipeline import Stage
from answerback.domain.records.brand import Brand
from answerback.intake.pressure import breathe
from answerback.project import wiring
from answerback.project.brand_lease import brand_to_ourselves

#: Told (what is done, how much of how much): bytes or rows while reading, posts while sorting.
Watch = Callable[[str, int, int], None]

#: What rests for so many seconds.
Rest = Callable[[float], None]

READING, SORTING = "reading", "sorting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What a brand and its policy say, as they are written."""

    brand: str
    policy: str | None = None  #: None: the one that the desk has, else the house's own
    policy_given: bool = False  #: not the desk's own, so the desk shall have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to import, checked before the database is touched."""

    archive: Archive
    brand: Brand
    texts: Texts
    stream: Stream
    listening: Stage
    sorting: tuple[Stage, ...]
    at: datetime


@dataclass(kw_only=True)
class Outcome:
    """What became of one import."""

    source: OpenSource
    counts: Counter[str] = field(default_factory=Counter)  #: fetched, stored, cases_opened, …
    broke_off: ChannelDown | None = None  #: why the file could not be read to its end


def prepare(
    *,
    path: Path,
    brand: Path,
    policy: Path | None,
    mapping: str | None,
    at: datetime,
    heard_at: datetime,
) -> Job:
    """
    Read the brand file and look at the archive.

    Without a policy file the policy that the desk has for the brand holds, else the house's own.
    `at` is the moment that waits are reckoned from, and may be pretended; `heard_at` is our
    own clock, by which a post's time is judged possible or absurd.

    :raises Refusal: when one of them cannot be read, naming what, where, and what to do.
    """
    told = wiring.load_brand(brand)
    wiring.load_policy(policy)  # its refusals name the file
    return job_of(
        path=path,
        mapping=mapping,
        brand=told,
        texts=_texts(told, brand=brand, policy=policy),
        at=at,
        heard_at=heard_at,
    )


def _texts(told: Brand, *, brand: Path, policy: Path | None) -> Texts:
    text = wiring.text_of(brand, what="brand")
    if policy is not None:
        return Texts(brand=text, policy=wiring.text_of(policy, what="policy"), policy_given=True)
    held = texts_of(brand=told.name)
    return Texts(brand=text, policy=held.policy if held else None)


def job_of(
    *,
    path: Path,
    mapping: str | None,
    brand: Brand,
    texts: Texts,
    at: datetime,
    heard_at: datetime,
) -> Job:
    """
    Look at an archive, and put together what an import of it needs.

    `mapping` says which column holds what: "text=body,created_at=ts".

    :raises Refusal: when it cannot be read, naming what, where, and what to do.
    """
    columns = parse_map(mapping) if mapping else None
    archive = open_archive(path=path, heard_at=heard_at, mapping=columns)
    read_as = "".join(f":{name}={column}" for name, column in sorted((columns or {}).items()))
    return Job(
        archive=archive,
        brand=brand,
        texts=texts,
        stream=Stream(
            channel=Archive.name,
            name=archive.source,
            fingerprint=fingerprint(path) + read_as,
        ),
        listening=wiring.listening(brand=brand),
        sorting=sorting_now(brand=brand, policy=texts.policy, at=at),
        at=at,
    )


def sorting_now(*, brand: Brand, policy: str | None, at: datetime) -> tuple[Stage, ...]:
    """Return the stages after listening, for posts in the database, as things stand now."""
    return wiring.sorting(
        brand=brand,
        policy=read_policy(policy),
        at=at,
        contacts=EarlierPosts(brand=brand.name),
        points=partial(operating_point, brand=brand.name),
        learned=active_filter(brand=brand.name).state,
    )


def import_posts(job: Job, *, watch: Watch) -> Outcome:
    """
    Take every post in once, and sort all that wait, whoever left them waiting.

    Stop it anywhere and call it again: it goes on where the database says it stopped.  A
    file that breaks off is imported up to there, and `broke_off` says so.  The background work
    of a desk that runs leaves the brand alone meanwhile.
    """
    source = open_source(brand=job.brand, stream=job.stream, at=job.at)
    outcome = Outcome(source=source)
    with brand_to_ourselves(source.brand_id) as rest:
        _keep_texts(job.texts, brand_id=source.brand_id, at=job.at)
        _hear_again(job, outcome=outcome, rest=rest)
        try:
            _read(job, outcome=outcome, watch=watch, rest=rest)
        except ChannelDown as wrong:
            outcome.broke_off = wrong
        _sort(job, outcome=outcome, watch=watch, rest=rest)
        if outcome.broke_off is None:
            finish_source(source_id=source.source_id, at=job.at)
    return outcome


def _hear_again(job: Job, *, outcome: Outcome, rest: Rest) -> None:
    brand_id = outcome.source.brand_id
    again = hear_again(
        brand_id=brand_id,
        fingerprint=fingerprint_of(brand=job.texts.brand, policy=job.texts.policy),
        listening=wiring.listening_again(brand=job.brand),
        triage=job.sorting[-1],
        at=job.at,
        sleep=rest,
    )
    judged = judge_again(brand_id=brand_id, at=job.at, sleep=rest)
    outcome.counts.update(heard_anew=again.verdicts, planned_anew=again.plans)
    outcome.counts.update(above_the_point=judged.heard, below_the_point=judged.set_aside)


def _keep_texts(texts: Texts, *, brand_id: int, at: datetime) -> None:
    """Let the desk have what the files say: its pages show it, and change it."""
    keep_text(brand_id=brand_id, what=What.BRAND, text=texts.brand, by=None, at=at)
    if texts.policy_given and texts.policy is not None:
        keep_text(brand_id=brand_id, what=What.POLICY, text=texts.policy, by=None, at=at)


def _read(job: Job, *, outcome: Outcome, watch: Watch, rest: Rest) -> None:
    lines = collect(
        channel=job.archive,
        source=outcome.source,
        listening=job.listening,
        at=job.at,
        pace=Pace(sleep=rest),
    )
    for line in lines:
        outcome.counts.update(
            fetched=line.fetched + line.again,
            stored=line.stored,
            duplicate=line.duplicate,
            discarded=line.discarded,
            failed=line.failed,
        )
        watch(READING, job.archive.done, job.archive.total)
    outcome.counts["times_unbelieved"] = job.archive.unbelieved


def _sort(job: Job, *, outcome: Outcome, watch: Watch, rest: Rest) -> None:
    brand_id = outcome.source.brand_id
    total, done = waiting(brand_id=brand_id), 0
    while turn := sort_waiting(brand_id=brand_id, stages=job.sorting, at=job.at):
        done += turn.posts
        outcome.counts.update(
            sorted=turn.posts,
            cases_opened=turn.cases_opened,
            answers_seen=turn.answers_seen,
            cases_closed=turn.cases_closed,
        )
        watch(SORTING, done, max(total, done))
        breathe(sleep=rest)
