"""
How quickly archives are parsed, and in how much memory.

Makes files of invented posts in a temporary folder and reads each in a fresh process, so
that the peak is its own.  Prints one JSON line for each figure; rates are per second of
processor time of one core.

    python benchmarks/speed_archive.py [POSTS]
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = ("jsonl", "jsonl.gz", "jsonl.zst", "csv", "csv.gz", "parquet")
SAID = "my parcel kettle never came back please where is it thanks für die schnelle Hilfe 😀"
BATCH = 10_000


def main() -> None:
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            told = [measure(make(Path(folder), kind=kind, posts=n), n) for n in (posts, 10 * posts)]
            (rate, small), (_, large) = told
            say(f"parse {kind}", rate, "posts/s", posts)
            say(f"peak memory {kind}", small, "MiB", posts)
            say(f"peak memory {kind}", large, "MiB", 10 * posts)


def say(name: str, value: float, unit: str, n: int) -> None:
    print(json.dumps({"name": name, "value": round(value, 1), "unit": unit, "n": n}), flush=True)


def measure(path: Path, posts: int) -> tuple[float, float]:
    """Read a file in a process of its own; return posts a second and its peak in MiB."""
    asked = [sys.executable, __file__, "--read", str(path)]
    told = json.loads(
        subprocess.run(asked, check=True, capture_output=True).stdout  # noqa: S603 - ourselves
    )
    path.unlink()
    if told["posts"] != posts:
        raise SystemExit(f"{path.name} holds {posts} posts, and {told['posts']} were read.")
    return posts / told["seconds"], told["peak"]


def read(path: Path) -> None:
    from answerback.channels.archive.fetch import open_archive

    archive = open_archive(path=path, heard_at=BEGIN + timedelta(days=99))
    begin = time.process_time()
    posts = sum(one.post is not None for one in archive.fetch(None))
    seconds = time.process_time() - begin
    print(json.dumps({"posts": posts, "seconds": seconds, "peak": peak()}))


def peak() -> float:
    """Return this program's own peak in MiB; `ru_maxrss` would count its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    told = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(told.split()[1]) / 1024


def rows(posts: int) -> Iterator[dict[str, object]]:
    chance = random.Random(2026)  # noqa: S311 - invented words, the same each time
    for n in range(posts):
        yield {
            "id": f"p-{n}",
            "conversation_id": f"c-{n // 3}",
            "brand": "Acme",
            "author": f"u_{chance.getrandbits(40):010x}",
            "inbound": n % 2 == 0,
            "created_at": (BEGIN + timedelta(seconds=n)).isoformat(),
            "text": "@acme " + " ".join(chance.choices(SAID.split(), k=22)),
            "in_reply_to": f"p-{n - 1}" if n % 3 else None,
        }


def make(folder: Path, *, kind: str, posts: int) -> Path:
    """Write a file batch by batch, for ten times the posts must not need ten times the memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / f"posts.{kind}"
    if kind == "parquet":
        batches = batched(posts)
        with pq.ParquetWriter(path, pa.Table.from_pylist(first := next(batches)).schema) as file:
            file.write_table(pa.Table.from_pylist(first))
            for batch in batches:
                file.write_table(pa.Table.from_pylist(batch))
        return path
    form, _, pack = kind.partition(".")
    packing = {"gz": "gzip", "zst": "zstd"}.get(pack)
    with pa.output_stream(str(path), compression=packing) as out:
        if form == "csv":
            out.write((",".join(next(rows(1))) + "\n").encode())
        for row in rows(posts):
            out.write(line(row, form=form).encode())
    return path


def line(row: dict[str, object], *, form: str) -> str:
    if form == "jsonl":
        return json.dumps(row, ensure_ascii=False) + "\n"
    return ",".join("" if cell is None else f'"{cell}"' for cell in row.values()) + "\n"


def batched(posts: int) -> Iterator[list[dict[str, object]]]:
    batch: list[dict[str, object]] = []
    for row in rows(posts):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]))
    else:
        main()
