"""A brand's posts in the background: files handed in are read, changed texts are heard anew."""

import logging
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from answerback.channels.inbound import ChannelDown
from answerback.desk.operations.collect import Pace, collect
from answerback.desk.operations.follow_upload import (
    MOST_TRIES,
    begin_upload,
    end_upload,
    follow_upload,
)
from answerback.desk.operations.hand_in_file import said_on_a_page, upload_path
from answerback.desk.operations.hear_again import steps_of_hearing
from answerback.desk.operations.judge_again import steps_of_judging
from answerback.desk.operations.lease import end_lease, keep_lease, take_lease
from answerback.desk.operations.open_source import finish_source, open_source
from answerback.desk.operations.sort_waiting import sort_waiting
from answerback.desk.queries.brand_texts import fingerprint_of, newest_texts, read_brand
from answerback.desk.queries.uploads import UploadLine, brands_with_work, waiting_uploads
from answerback.desk.queries.waiting import waiting
from answerback.domain.pipeline import Stage
from answerback.domain.records.brand import Brand
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.upload import UploadState
from answerback.project import wiring
from answerback.project.brand_lease import LEASE, lease_of
from answerback.project.importing import Job, Texts, job_of, sorting_now

_LOG = logging.getLogger("answerback.work")

#: Posts sorted in one step: few, because other jobs wait meanwhile (a send, a deadline).
SORT_AT_ONCE: Final = 50
READ_AT_ONCE: Final = 250


@dataclass(slots=True)
class _Piece:
    """The work on one brand that this process is at."""

    token: int
    steps: Iterator[None]


class BrandWork:
    """The job: one step of one brand's work each time, the brands in turn."""

    def __init__(self) -> None:
        self._pieces: dict[int, _Piece] = {}
        self._at: datetime | None = None

    def do_one(self, *, at: datetime) -> bool:
        """
        Go one step on with what is under way, or begin what waits; say whether there was any.

        Steps are a batch long.  A process that ends or is killed leaves a lease of a minute
        behind, and then another goes on where the database says it stopped.
        """
        self._at = at
        while self._pieces:
            brand_id, piece = next(iter(self._pieces.items()))
            del self._pieces[brand_id]  # behind the others, when it has taken its step
            if keep_lease(name=lease_of(brand_id), token=piece.token, until=at + LEASE):
                self._step(brand_id, piece=piece, at=at)
                return True
        for brand_id in brands_with_work():
            token = take_lease(name=lease_of(brand_id), at=at, until=at + LEASE)
            if token is not None:
                self._pieces[brand_id] = _Piece(
                    token=token, steps=_steps(brand_id, clock=self._clock)
                )
                return True
        return False

    def _step(self, brand_id: int, *, piece: _Piece, at: datetime) -> None:
        try:
            next(piece.steps)
        except StopIteration:
            end_lease(name=lease_of(brand_id), token=piece.token, at=at)
        except Refusal as no:  # said where it can be seen; the lease rests it for a while
            _LOG.warning("Brand %s: %s", brand_id, no)
        else:
            self._pieces[brand_id] = piece

    def _clock(self) -> datetime:
        if self._at is None:
            raise RuntimeError("No step was asked for yet.")
        return self._at


def _steps(brand_id: int, *, clock: Callable[[], datetime]) -> Iterator[None]:
    texts = newest_texts(brand_id=brand_id)
    if texts.brand is None:
        return
    brand = read_brand(texts.brand)
    stages = sorting_now(brand=brand, policy=texts.policy, at=clock())
    yield
    yield from steps_of_hearing(
        brand_id=brand_id,
        fingerprint=fingerprint_of(brand=texts.brand, policy=texts.policy),
        listening=wiring.listening_again(brand=brand),
        triage=stages[-1],
        at=clock(),
    )
    yield from steps_of_judging(brand_id=brand_id, at=clock())
    for one in waiting_uploads(brand_id=brand_id):
        if begin_upload(upload_id=one.upload_id) > MOST_TRIES:
            end_upload(upload_id=one.upload_id, at=clock(), sentence=_GIVEN_UP)
            continue
        yield from _upload(
            one,
            brand=brand,
            texts=Texts(brand=texts.brand, policy=texts.policy),
            clock=clock,
        )
    yield from _sorted(brand_id, stages=stages, clock=clock)  # nothing, behind a file


_GIVEN_UP = (
    "Reading it ended badly three times in a row; the log of the background work tells why. "
    "What was taken in is safe. Hand it in again when the cause is mended."
)


def _upload(
    one: UploadLine, *, brand: Brand, texts: Texts, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Read a file to its end, and sort what came; a file that cannot be read says why."""
    path = upload_path(folder=one.folder, name=one.name)
    try:
        job = job_of(
            path=path,
            mapping=one.mapping or None,
            brand=brand,
            texts=texts,
            at=clock(),
            heard_at=clock(),
        )
    except Refusal as no:
        end_upload(upload_id=one.upload_id, at=clock(), sentence=said_on_a_page(no, path=path))
        return
    yield
    source_id, broke_off = yield from _read(one, job=job, clock=clock)
    sentence = said_on_a_page(broke_off, path=path) if broke_off else ""
    yield from _sorted(
        one.brand_id, stages=job.sorting, clock=clock, upload_id=one.upload_id, source_id=source_id
    )
    if not sentence:
        finish_source(source_id=source_id, at=clock())
    end_upload(upload_id=one.upload_id, at=clock(), sentence=sentence)


def _read(
    one: UploadLine, *, job: Job, clock: Callable[[], datetime]
) -> Generator[None, None, tuple[int, ChannelDown | None]]:
    """Take the posts in; return the source, and why the file could not be read to its end."""
    source = open_source(brand=job.brand, stream=job.stream, at=clock())
    lines = collect(
        channel=job.archive,
        source=source,
        listening=job.listening,
        at=clock(),
        pace=Pace(sleep=_no_rest, most_rows=READ_AT_ONCE),
    )
    try:
        for _ in lines:
            follow_upload(
                upload_id=one.upload_id,
                state=UploadState.READING,
                done=job.archive.done,
                total=job.archive.total,
                source_id=source.source_id,
            )
            yield
            yield from _live_first(one.brand_id, stages=job.sorting, clock=clock)
    except ChannelDown as wrong:
        return source.source_id, wrong
    return source.source_id, None


def _live_first(
    brand_id: int, *, stages: tuple[Stage, ...], clock: Callable[[], datetime]
) -> Iterator[None]:
    """Sort what live sources brought meanwhile: somebody waits there, and nobody in a file."""
    while sort_waiting(
        brand_id=brand_id,
        stages=stages,
        at=clock(),
        most_rows=SORT_AT_ONCE,
        live_only=True,
    ):
        yield


def _sorted(
    brand_id: int,
    *,
    stages: tuple[Stage, ...],
    clock: Callable[[], datetime],
    upload_id: int | None = None,
    source_id: int | None = None,
) -> Iterator[None]:
    done, total = 0, waiting(brand_id=brand_id)
    while turn := sort_waiting(
        brand_id=brand_id, stages=stages, at=clock(), most_rows=SORT_AT_ONCE
    ):
        done += turn.posts
        if upload_id is not None:
            follow_upload(
                upload_id=upload_id,
                state=UploadState.SORTING,
                done=done,
                total=max(done, total),
                source_id=source_id,
            )
        yield


def _no_rest(_seconds: float) -> None:
    """Go on at once: the loop of jobs is between two steps."""
