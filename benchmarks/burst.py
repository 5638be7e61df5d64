"""
Ten times as much as usual for ten minutes: what is lost, who is sorted first, how pages fare.

    python -m benchmarks.burst [--rate 5000] [--minutes 10] [--data out/burst] [--save]

A network of ours offers `rate` posts a second; one in twenty is about the brand, one in ten of
those presses.  `answerback listen`, `work --no-listening` and `web` run beside each other, on one
machine and one database (PostgreSQL: `python -m tests.postgres python -m benchmarks.burst`).
Meanwhile an agent opens the inbox or a case each second.  When all is fetched, the ledger must
balance and every post that was offered must be there once.  Prints one JSON line a figure; exits 1
when something was lost or doubled.

Units: seconds from when a post was said to when it was sorted, so that an agent sees it;
milliseconds for a page, from the request to the last byte.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.burst_network import Burst
from benchmarks.saying import ROOT, commit, say
from benchmarks.speed_desk import Agent, Server

_KEY: Final = "a-key-of-the-benchmark-of-the-burst-that-nobody-else-has"
_KEPT: Final = ROOT / "benchmarks" / "burst.jsonl"
_BRAND: Final = 'name = "Acme"\nhandles = ["acme"]\nquery = "acme"\n'
#: The processes load their models before the burst begins.
_WARMING: Final = 20.0
#: After the last post was offered, fetching may go on for so long.
_CATCHING_UP: Final = 1_800.0


def main() -> None:
    """Measure, print, and keep."""
    told = _told()
    os.environ["ANSWERBACK_SECRET_KEY"] = _KEY
    figures: list[dict[str, Any]] = []

    def keep(name: str, **figure: Any) -> None:
        say(name, **figure)
        figures.append({"name": name, **figure, "commit": commit()})

    with tempfile.TemporaryDirectory() as folder:
        _make_installed(Path(folder))
        whole = _measured(told, keep=keep)
    if told.save:
        lines = [json.dumps(one) for one in figures]
        _KEPT.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    sys.exit(0 if whole else 1)


def _told() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "out" / "burst")
    parser.add_argument("--rate", type=int, default=5_000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--save", action="store_true")
    return parser.parse_args()


def _make_installed(folder: Path) -> None:
    """Let the network be found by its entry point, as one of other people is."""
    about = folder / "burst_network-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: burst-network\nVersion: 1\n")
    entry = f"[answerback.networks]\nburst = {Burst.__module__}:{Burst.__name__}\n"
    (about / "entry_points.txt").write_text(entry)
    there = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = f"{ROOT / 'src'}:{ROOT}:{folder}:{there}"
    sys.path.insert(0, str(folder))


def _measured(told: argparse.Namespace, *, keep: Any) -> bool:
    most = int(told.rate * told.minutes * 60)
    cookie = _founded(told.data, rate=told.rate, most=most)
    from answerback.project.start import desk

    begin = time.monotonic() + _WARMING
    with ExitStack() as running:
        for command in ("listen", "work"):
            running.enter_context(_running(command, data=told.data))
        server = running.enter_context(_served(told.data))
        with desk(told.data, create=False, signs=True):
            took = _looked(server, cookie=cookie, until=begin + told.minutes * 60)
            keep("offered", posts=most, per_second=told.rate, minutes=told.minutes)
            keep("pages in the burst", unit="ms", **_spread(took), web_mib=server.peak_mib())
            keep("fetched in the burst", **_ledger())
            fetched_after = _until_fetched(most, begin=begin)
            whole = _told_of(most, fetched_after=fetched_after, keep=keep)
    return whole


def _founded(data: Path, *, rate: int, most: int) -> str:
    """Make the desk, its brand and its account; return an agent's session."""
    from answerback.project.start import desk

    with desk(data, create=True, signs=True):
        from tests.people import make_user
        from tests.whole.served import session_of

        from answerback.desk import models
        from answerback.desk.operations.follow_streams import follow_streams
        from answerback.desk.operations.found_brand import found_brand
        from answerback.desk.queries.accounts import opened

        at = datetime.fromtimestamp(time.time(), UTC)
        make_user("olga", role=None)
        found_brand(text=_BRAND, by="olga", at=at)
        begin = at + timedelta(seconds=_WARMING)
        account = models.ChannelAccount.objects.create(
            brand=models.Brand.objects.get(),
            channel="burst",
            name="burst",
            settings={"begin": begin.isoformat(), "rate": str(rate), "most": str(most)},
            added_at=at,
        )
        streams = Burst(opened(account.pk)).streams()
        follow_streams(account_id=account.pk, streams=streams, at=at)
        return session_of("olga")


@contextmanager
def _running(command: str, *, data: Path) -> Iterator["subprocess.Popen[str]"]:
    line = [sys.executable, "-m", "answerback", command, "--data", str(data)]
    line += {"web": ["--port", "0"], "work": ["--no-listening"]}.get(command, [])
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603  our own words
        try:
            yield running
        finally:
            running.terminate()


@contextmanager
def _served(data: Path) -> Iterator[Server]:
    with _running("web", data=data) as running:
        assert running.stdout is not None  # noqa: S101  it was asked for
        port = int(running.stdout.readline().partition("127.0.0.1:")[2].partition("/")[0])
        yield Server(port=port, pid=running.pid)


def _looked(server: Server, *, cookie: str, until: float) -> list[float]:
    """Look at the inbox and at its first case in turn, a page a second."""
    from django.db import connection

    from answerback.desk import models

    agent, took, turn = Agent(server=server, cookie=cookie), [], 0
    while time.monotonic() < until:
        first = models.Case.objects.order_by("-pk").values_list("pk", flat=True).first()
        address = "/inbox" if first is None or turn % 2 == 0 else f"/cases/{first}"
        took.append(agent.ask(address))
        turn += 1
        time.sleep(1.0)
    connection.close()
    return took


def _until_fetched(most: int, *, begin: float) -> float:
    """Wait for all that was offered and what presses of it; return when the last was fetched."""
    from answerback.desk import models

    until = time.monotonic() + _CATCHING_UP
    while time.monotonic() < until and _ledger()["fetched"] < most:
        time.sleep(2.0)
    fetched_after = time.monotonic() - begin
    pressing = models.Post.objects.filter(lane=0, sorted_at__isnull=True)
    while time.monotonic() < until and pressing.exists():
        time.sleep(1.0)
    return fetched_after


def _ledger() -> dict[str, Any]:
    from answerback.desk.queries.ledger import ledger

    lines = [one for one in ledger() if one.channel == "burst"]
    parts = ("fetched", "stored", "duplicate", "discarded", "failed")
    told = {part: sum(getattr(one, part) for one in lines) for part in parts}
    return {**told, "balances": all(one.balances for one in lines)}


def _told_of(most: int, *, fetched_after: float, keep: Any) -> bool:
    from django.db.models import Count

    from answerback.desk import models

    line = _ledger()
    posts = models.Post.objects.filter(channel="burst")
    there = posts.aggregate(rows=Count("pk"), different=Count("external_id", distinct=True))
    lost, doubled = most - there["different"], there["rows"] - there["different"]
    keep("ledger", lost=lost, doubled=doubled, fetched_after_s=round(fetched_after), **line)
    for name, lane in (("pressing posts", 0), ("other posts about the brand", 1)):
        rows = posts.filter(lane=lane, discard_reason__isnull=True)
        told = rows.filter(sorted_at__isnull=False).values_list("created_at", "sorted_at")
        waits = [(done - said).total_seconds() for said, done in told if said and done]
        waiting = rows.filter(sorted_at__isnull=True).count()
        keep(name, unit="s until sorted", still_waiting=waiting, **_spread(waits))
    return lost == doubled == 0 and bool(line["balances"])


def _spread(values: Sequence[float]) -> dict[str, Any]:
    if len(values) < 2:  # noqa: PLR2004  what quantiles need
        return {"n": len(values)}
    marks = statistics.quantiles(values, n=100, method="inclusive")
    middle, late, latest = marks[49], marks[94], marks[98]
    return {
        "n": len(values),
        "p50": round(middle, 1),
        "p95": round(late, 1),
        "p99": round(latest, 1),
        "max": round(max(values), 1),
    }


if __name__ == "__main__":
    main()
