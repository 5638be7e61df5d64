"""The house's verdicts on Arrow record batches, as typed columns: a row out for each row in."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa

from answerback.channels.archive.arrow_cells import values_of
from answerback.channels.archive.columns import NoSuchColumn, check_columns
from answerback.channels.archive.rows import Frame, Row, posts_of
from answerback.channels.archive.times import SLACK
from answerback.channels.inbound import Cursor
from answerback.channels.unreadable import Unreadable
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import Post
from answerback.domain.records.reading import Kind, Sentiment
from answerback.domain.records.told_in_json import comparison_told, names_told
from answerback.firehose.arrow_stage import WrongColumn
from answerback.firehose.lines import is_heard
from answerback.firehose.pool import in_order

_SHARE = pa.float64()
_PLACE = [("start", pa.int64()), ("end", pa.int64())]
_NAME = pa.struct([("name", pa.string()), ("whose", pa.string()), *_PLACE, ("known", pa.string())])
_THING = pa.struct([("name", pa.string()), *_PLACE])
_COMPARED = pa.struct(
    [
        ("first", _THING),
        ("second", _THING),
        ("direction", pa.string()),
        ("rule", pa.string()),
        *_PLACE,
    ]
)
#: A row that could not be read is null but for `discarded` and `why`.
SORTED = pa.schema(
    [
        ("id", pa.string()),
        ("heard", pa.bool_()),
        ("discarded", pa.string()),
        ("relevance", _SHARE),
        ("language", pa.string()),
        ("sentiment", pa.struct([(str(one), _SHARE) for one in Sentiment])),
        ("kinds", pa.struct([(str(one), _SHARE) for one in Kind])),
        ("needs_response", _SHARE),
        ("urgency", _SHARE),
        ("offensive", _SHARE),
        ("unsure", pa.list_(pa.string())),
        ("names", pa.list_(_NAME)),
        ("compared", _COMPARED),
        ("topics", pa.list_(pa.string())),
        ("respond", pa.bool_()),
        ("priority", _SHARE),
        ("queue", pa.string()),
        ("respond_by", pa.timestamp("us", "UTC")),
        ("why", pa.list_(pa.string())),
        ("copy_of", pa.string()),  #: told of a stream (`firehose/batch.py`), null for one batch
        ("copies", pa.int64()),
    ]
)

Build = Callable[[], Sequence[Stage]]


def sort_record_batches(
    batches: Iterable[pa.RecordBatch] | pa.Table,
    *,
    build: Build,
    heard_at: datetime,
    processes: int = 1,
) -> Iterator[pa.RecordBatch]:
    """
    Yield the verdicts on each batch, in the order the batches came: `mapInArrow`'s shape.

    `build` makes the stages, once in each process.

    Shapes: n batches in, n out, each as long as the one it answers.

    :raises WrongColumn: when a batch has no text.
    :raises WorkerLost: when the system ends a working process.
    """
    several = batches.to_batches() if isinstance(batches, pa.Table) else batches
    start = partial(_sorting, build=build, heard_at=heard_at)
    yield from in_order(several, start=start, processes=processes)


def sort_record_batch(
    batch: pa.RecordBatch, *, stages: Sequence[Stage], heard_at: datetime
) -> pa.RecordBatch:
    """
    Send the rows of a batch through the house; columns are known by the names archives have.

    Shapes: n rows in, n rows of `SORTED` out, in the order given.

    :raises WrongColumn: when no column is known to hold the text.
    :raises RowsNotConserved: when a stage loses a post.
    """
    posts = _posts(batch, heard_at=heard_at)
    asked = [Dossier(post=one) for one in posts if isinstance(one, Post)]
    told = iter(run(asked, stages=stages))
    rows = [_row(next(told)) if isinstance(one, Post) else _failed(one) for one in posts]
    return pa.RecordBatch.from_pylist(rows, schema=SORTED)


def verdicts_of(lines: Sequence[str]) -> pa.RecordBatch:
    """
    Return lines of `sort` (`firehose/lines.py`) as the rows that `sort_record_batch` gives.

    Shapes: n lines in, n rows of `SORTED` out, in the order given.
    Error: the relevance and the priority have four decimals, as the lines have them.
    """
    rows = [_verdict(json.loads(line)) for line in lines]
    return pa.RecordBatch.from_pylist(rows, schema=SORTED)


def _verdict(told: dict[str, Any]) -> dict[str, Any]:
    if told["discarded"] == DiscardReason.UNREADABLE:
        return {"discarded": told["discarded"], "why": told["why"]}
    due = told["respond_by"]
    return {
        **told,
        "topics": list(told["topics"]),
        "respond_by": datetime.fromisoformat(due) if due else None,
    }


def _sorting(*, build: Build, heard_at: datetime) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    return partial(sort_record_batch, stages=build(), heard_at=heard_at)


def _posts(batch: pa.RecordBatch, *, heard_at: datetime) -> list[Post | Unreadable]:
    try:
        columns = replace(check_columns(batch.schema.names, mapping=None), layout="columns")
    except NoSuchColumn as no:
        raise WrongColumn(f"The batch cannot be sorted: {no}.") from no
    frame = Frame(channel=None, source="arrow", heard_at=heard_at, latest=heard_at + SLACK)
    names = batch.schema.names
    values = [values_of(column) for column in batch.columns]
    posts: list[Post | Unreadable] = []
    for number, cells in enumerate(zip(*values, strict=True), start=1):
        row = Row(
            line=number, cursor=Cursor(""), raw="", cells=dict(zip(names, cells, strict=True))
        )
        try:
            posts.extend(posts_of(row, columns=columns, frame=frame))
        except Unreadable as no:
            posts.append(no)
    return posts


def _row(dossier: Dossier) -> dict[str, Any]:
    mention, reading, plan = dossier.mention, dossier.reading, dossier.plan
    row: dict[str, Any] = {
        "id": dossier.post.external_id,
        "heard": is_heard(dossier),
        "discarded": dossier.discarded,
        "relevance": mention.relevance if mention else None,
        "topics": [name for name, _ in mention.topics] if mention else [],
        "respond": bool(plan and plan.respond),
        "why": [
            *(plan.reasons if plan else ()),
            *(reading.why if reading else ()),
            *(mention.why if mention else ()),
        ],
    }
    if reading is not None:
        row |= {
            "language": reading.language,
            "sentiment": {str(name): share for name, share in reading.sentiment.items()},
            "kinds": {str(name): share for name, share in reading.kinds.items()},
            "needs_response": reading.needs_response,
            "urgency": reading.urgency,
            "offensive": reading.offensive,
            "unsure": list(reading.unsure),
            "names": names_told(reading.names),
            "compared": comparison_told(reading.compared),
        }
    if plan is not None:
        row |= {"priority": plan.priority, "queue": plan.queue, "respond_by": plan.respond_by}
    return row


def _failed(no: Unreadable) -> dict[str, Any]:
    return {"discarded": DiscardReason.UNREADABLE, "why": [no.sentence]}
