"""
Queries asked of Arrow record batches: the same function here, in many processes, on a cluster.

`match_batches` has the shape that Spark's `mapInArrow` wants: an iterator of batches in, one
out.  Nothing but Arrow crosses; importing this imports pyarrow.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import pyarrow as pa
import pyarrow.compute as pc

from answerback.channels.archive.arrow_cells import values_of
from answerback.domain.listening.facts import Language, facts_of, kept, sensible, with_languages
from answerback.domain.listening.fields import Facts, Field
from answerback.domain.listening.match import Engine, Explain, Matcher, compile_queries, explainer
from answerback.domain.listening.query import Dialect, parse
from answerback.domain.listening.syntax import Query
from answerback.domain.records.mention import Span
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal
from answerback.firehose.pool import in_order
from answerback.weights.frequencies import load_frequencies

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: What comes out: the row in its batch, the post's id (null without a column of ids), and the
#: row of the query.
PAIRS = pa.schema([("row", pa.int32()), ("id", pa.string()), ("query", pa.int32())])
_SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32())])
#: With explanations also where the words stand that carried the match, in code points of the
#: text, and the words.
EXPLAINED = pa.schema([*PAIRS, ("spans", pa.list_(_SPAN)), ("words", pa.list_(pa.string()))])
#: A column of batches that is read for a field, where it is not called as the field is.
_ALSO = {Field.DATE: "created_at"}

#: What is done with a batch: made once in each process, and so picklable.
Work = Callable[[pa.RecordBatch], pa.RecordBatch]


class WrongColumn(Refusal):
    """A batch lacks a column that is needed, or it holds something else."""


@runtime_checkable
class ReadsUtf8(Protocol):
    """An engine that reads texts where Arrow keeps them, without a copy."""

    def match_utf8(
        self, offsets: "Buffer", data: "Buffer", count: int, *, wide: bool = False
    ) -> list[tuple[int, int]]:
        """
        Return which queries match which texts, as `match` without facts.

        Shapes: `count` texts; `offsets` has one more, of four bytes each or, `wide`, of eight.
        """
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries that travel to another process as they were written: deep ones cannot otherwise."""

    queries: Sequence[Query]
    dialect: Dialect = Dialect.ANSWERBACK  #: in which they were written

    def __reduce__(self) -> tuple[Callable[..., "Asked"], tuple[list[str], Dialect]]:
        """Leave the trees behind."""
        return _asked, ([query.text for query in self.queries], self.dialect)


def _asked(texts: Sequence[str], dialect: Dialect) -> Asked:
    return Asked([parse(text, dialect=dialect) for text in texts], dialect)


@dataclass(frozen=True, slots=True)
class Explainers:
    """The function that explains each query, made when it is first asked for."""

    queries: Sequence[Query]
    _made: dict[int, Explain] = field(default_factory=dict)

    def spans(self, query: int, text: str, facts: Facts | None) -> tuple[Span, ...]:
        """Return the words of a text that made a query match."""
        if query not in self._made:
            self._made[query] = explainer(self.queries[query])
        return self._made[query](text, facts)


def matching(
    *,
    asked: Asked,
    engine: Engine = Engine.AUTO,
    language: Language | None = None,
    explain: bool = False,
) -> Work:
    """
    Return the work of matching these queries: `match_batch`, ready to be handed batches.

    :raises Refusal: when an engine is asked for by name that is not built.
    """
    return partial(
        match_batch,
        matcher=compile_queries(asked.queries, engine=engine, frequencies=load_frequencies()),
        language=language,
        explainers=Explainers(asked.queries) if explain else None,
    )


def match_batches(
    batches: Iterable[pa.RecordBatch] | pa.Table,
    *,
    build: Callable[[], Work],
    processes: int = 1,
    worth: int = 2,
) -> Iterator[pa.RecordBatch]:
    """
    Yield the pairs of each batch, in the order the batches came.

    `build` is called once in each process: `partial(matching, asked=…)`.  Other processes are
    started when there are as many batches as are `worth` it.  A table is taken chunk by chunk.

    Shapes: n batches in, n out.

    :raises WrongColumn: when a batch has no text.
    :raises WorkerLost: when the system ends a working process.
    """
    several = batches.to_batches() if isinstance(batches, pa.Table) else batches
    yield from in_order(several, start=build, processes=processes, worth=worth)


def match_batch(
    batch: pa.RecordBatch,
    *,
    matcher: Matcher,
    language: Language | None = None,
    explainers: Explainers | None = None,
) -> pa.RecordBatch:
    """
    Return which queries match which rows, as (row, query) in order.

    The batch has a `text`; it may have an `id`, and columns named as fields are (`lang`,
    `author` with `author_name`, `tag`, …): one value or a list.  A null text is an empty one.
    `language` fills in what is not told, when a query asks `lang`.

    Shapes: n rows and m queries give 0 to n·m rows with the columns `PAIRS` or `EXPLAINED`.

    :raises WrongColumn: when there is no text, or it is none.
    """
    if explainers is None and (quick := _quick_pairs(batch, matcher)) is not None:
        return pa.record_batch(_columns(batch, quick), schema=PAIRS)
    texts = [text or "" for text in _texts(batch)]
    facts = _facts(batch, fields=matcher.fields)
    if facts is not None and language is not None and Field.LANG in matcher.fields:
        facts = with_languages(facts, texts=texts, language=language)
    pairs = matcher.match(texts, facts)
    columns = _columns(batch, pairs)
    if explainers is None:
        return pa.record_batch(columns, schema=PAIRS)
    found = [
        (texts[row], explainers.spans(query, texts[row], facts[row] if facts else None))
        for row, query in pairs
    ]
    spans = [[(span.start, span.end) for span in carried] for _, carried in found]
    words = [[text[span.start : span.end] for span in carried] for text, carried in found]
    told = (spans, pa.list_(_SPAN)), (words, pa.list_(pa.string()))
    return pa.record_batch([*columns, *(pa.array(one, kind) for one, kind in told)], EXPLAINED)


def _quick_pairs(batch: pa.RecordBatch, matcher: Matcher) -> list[tuple[int, int]] | None:
    """Return the pairs by an engine that reads Arrow's own bytes; None where it cannot."""
    if matcher.fields or not isinstance(matcher, ReadsUtf8) or "text" not in batch.schema.names:
        return None
    column = batch.column("text")
    wide = pa.types.is_large_string(column.type)
    if not (wide or pa.types.is_string(column.type)) or not batch.num_rows:
        return None
    column = column.fill_null("")
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return None  # a broken byte, which the way over Python's own texts mends
    _, offsets, data = column.buffers()
    width = 8 if wide else 4
    own = offsets.slice(column.offset * width, (len(column) + 1) * width)
    return matcher.match_utf8(own, data if data is not None else b"", len(column), wide=wide)


def _columns(batch: pa.RecordBatch, pairs: Sequence[tuple[int, int]]) -> list[pa.Array]:
    rows = pa.array([row for row, _ in pairs], pa.int32())
    return [rows, _ids(batch, rows), pa.array([query for _, query in pairs], pa.int32())]


def batch_of(posts: Sequence[Post], *, fields: Collection[Field]) -> pa.RecordBatch:
    """
    Return posts as a batch that `match_batch` takes: text, id, and a column for each field asked.

    Shapes: n posts in, n rows out, in the order given.
    """
    asked = [one for one in kept(fields) if one is not Field.ID]
    told = [facts_of(post, fields=asked) for post in posts]
    columns: dict[str, pa.Array] = {
        "text": pa.array([post.text for post in posts], pa.string()),
        "id": pa.array([post.external_id for post in posts], pa.string()),
    }
    for one in asked:
        values = [facts.get(one) for facts in told]
        columns[one.value] = pa.array(values, pa.list_(pa.string()))
    return pa.record_batch(columns)


def _texts(batch: pa.RecordBatch) -> list[str | None]:
    """
    Return the texts of a batch, whatever Arrow keeps them in.

    :raises WrongColumn: when there is no such column, or it holds no text.
    """
    if "text" not in batch.schema.names:
        raise WrongColumn(
            f"The batch has no column 'text'; it has: {', '.join(batch.schema.names) or 'none'}. "
            "Rename the one that holds the text."
        )
    column = _plain(batch.column("text"))
    return [_text(value, kind=column.type) for value in values_of(column)]


def _text(value: object, *, kind: pa.DataType) -> str | None:
    """Return a text; one broken byte of it is U+FFFD, for it must not stop the other rows."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    raise WrongColumn(f"The column 'text' holds {kind}, not text. Cast it to string.")


def _plain(column: pa.Array) -> pa.Array:
    """Return a column without what saves room in it: dictionary, runs, views."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
    elif pa.types.is_run_end_encoded(kind):
        column = pc.run_end_decode(column)
    return column.cast(pa.large_string()) if pa.types.is_string_view(column.type) else column


def _ids(batch: pa.RecordBatch, rows: pa.Array) -> pa.Array:
    if "id" not in batch.schema.names:
        return pa.nulls(len(rows), pa.string())
    column = _plain(batch.column("id")).take(rows)
    try:
        return column.cast(pa.string())
    except pa.ArrowException as wrong:
        raise WrongColumn(
            f"The column 'id' holds {column.type}, which is no identifier. Cast it to string."
        ) from wrong


def _facts(batch: pa.RecordBatch, *, fields: Collection[Field]) -> list[Facts] | None:
    """Return what each row tells of the fields; None when none is asked."""
    if not fields:
        return None
    names = set(batch.schema.names)
    columns: dict[str, list[tuple[str, ...]]] = {}
    for asked in kept(fields):
        name = asked.value if asked.value in names else _ALSO.get(asked, "")
        if name in names:
            values = [_strings(told) for told in values_of(_plain(batch.column(name)))]
            if asked is Field.AUTHOR:
                columns[asked.value] = _with_names(values, batch)
            else:
                columns[asked.value] = [sensible(asked, several) for several in values]
    return [
        {name: told for name, values in columns.items() if (told := values[row])}
        for row in range(batch.num_rows)
    ]


def _with_names(handles: list[tuple[str, ...]], batch: pa.RecordBatch) -> list[tuple[str, ...]]:
    """Return handles with the display names behind them, where there is a column of those."""
    if "author_name" not in batch.schema.names:
        return handles
    names = (_strings(told) for told in values_of(_plain(batch.column("author_name"))))
    return [
        (*(handle or ("",)), *name) if handle or name else ()
        for handle, name in zip(handles, names, strict=True)
    ]


def _strings(told: object) -> tuple[str, ...]:
    """Return a cell's values as facts have them."""
    if told is None or told != told:  # noqa: PLR0124 - NaN is how a data frame writes "none"
        return ()
    if isinstance(told, list | tuple):
        return tuple([word for one in told for word in _strings(one)])
    if isinstance(told, bool):
        return ("true",) if told else ("false",)
    if isinstance(told, date):
        return (told.isoformat(),)
    if isinstance(told, Mapping | bytes):
        return ()
    return (str(told),)
