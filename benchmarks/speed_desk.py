"""
How quick a full desk is: a million posts, a hundred thousand open cases, thirty agents.

    python -m benchmarks.speed_desk [--data out/desk] [--posts N] [--open N] [--seconds N] [--save]

Serves the desk of `desk_data` with `answerback web` and asks it over a real socket: each page
alone, then thirty agents at once, who look at a page every few seconds; a stream is open beside
them.  Prints one JSON line a figure.  --save keeps them in benchmarks/speed_desk.jsonl and
renews the table of docs/reference/speed.md.  On PostgreSQL:

    python -m tests.postgres python -m benchmarks.speed_desk

Units: milliseconds, from the request to the last byte, as the asker sees it; "processor" is what
the server's process used for it, which a busy machine does not stretch.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from benchmarks.desk_data import ready
from benchmarks.saying import ROOT, commit, renew, say

_KEY: Final = "a-key-of-the-benchmark-of-the-desk-that-nobody-else-has"
_KEPT: Final = ROOT / "benchmarks" / "speed_desk.jsonl"
_AGENTS: Final = 30
_THINKING: Final = 4.0  #: seconds between two pages of one agent
_BEGIN, _END = "<!-- desk: written by benchmarks/speed_desk.py -->", "<!-- end of desk -->"


def main() -> None:
    """Measure, print, and keep."""
    told = _told()
    os.environ["ANSWERBACK_SECRET_KEY"] = _KEY  # before Django starts: it signs their sessions
    ready(told.data, posts=told.posts, open_cases=told.open)
    desk = _cast(told.data)
    figures: list[dict[str, Any]] = []

    def keep(name: str, **figure: Any) -> None:
        figure = {"database": desk.vendor, **figure}
        say(name, **figure)
        figures.append({"name": name, **figure, "commit": commit()})

    with _served(told.data) as server:
        for name, address in desk.pages.items():
            keep(name, **_alone(server, address, cookie=desk.cookies[0]))
        keep("event to screen", **_event_to_screen(server, desk=desk))
        for name, figure in _together(server, desk=desk, seconds=told.seconds).items():
            keep(f"{name}, 30 agents", **figure)
        keep("memory", peak_mib=server.peak_mib())
    if told.save:
        _save(figures, vendor=desk.vendor)


def _told() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "out" / "desk")
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--save", action="store_true")
    return parser.parse_args()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who asks what."""

    vendor: str
    cookies: Sequence[str]  #: of thirty agents
    pages: Mapping[str, str]
    cases: Sequence[int]


def _cast(data: Path) -> Cast:
    """Sign thirty agents in, and choose what they look at."""
    from answerback.project.start import desk

    with desk(data, create=True, signs=True):
        from django.db import connection
        from tests.whole.served import session_of

        from answerback.desk import models

        open_cases = models.Case.objects.exclude(state="closed").order_by("turn")
        cases = list(open_cases.filter(brand_id=1).values_list("pk", flat=True)[:200])
        return Cast(
            vendor=connection.vendor,
            cookies=[session_of(f"agent{number}") for number in range(_AGENTS)],
            cases=cases,
            pages={
                "list": "/inbox",
                "list, one view": "/inbox?owner=me",
                "list, filtered": "/inbox?overdue=1&kind=complaint",
                "counts": "/inbox/rail",
                "search, common words": "/inbox?q=parcel+late",
                "search, a rare word": "/inbox?q=zuvotofi",
                "case": f"/cases/{cases[0]}",
                "case, 10,000 messages": "/cases/1",
                "overview, kept": "/overview",
                "never answered": "/overview/never-answered",
            },
        )


@dataclass(slots=True, kw_only=True)
class Server:
    """The process that is measured."""

    port: int
    pid: int

    def processor_ms(self) -> float:
        """Return what it used so far."""
        told = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def peak_mib(self) -> int:
        """Return the most memory it ever held."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
        return round(int(peak) / 1024)


@contextmanager
def _served(data: Path) -> Iterator[Server]:
    line = [sys.executable, "-m", "answerback", "web", "--data", str(data), "--port", "0"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603  our own words
        assert running.stdout is not None  # noqa: S101  it was asked for
        port = int(running.stdout.readline().partition("127.0.0.1:")[2].partition("/")[0])
        try:
            yield Server(port=port, pid=running.pid)
        finally:
            running.terminate()


@dataclass(slots=True, kw_only=True)
class Agent:
    """One browser of one agent: its connection stays open."""

    server: Server
    cookie: str
    connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.server.port, timeout=120)

    def ask(self, address: str) -> float:
        """Ask for a page and return how long it took."""
        begin = time.perf_counter()
        headers = {"Cookie": f"sessionid={self.cookie}", "Host": "localhost"}
        self.connection.request("GET", address, headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 200:  # noqa: PLR2004  HTTP's own
            sys.exit(f"{address} answered {answer.status}.")
        return (time.perf_counter() - begin) * 1000


def _alone(server: Server, address: str, *, cookie: str, times: int = 25) -> dict[str, Any]:
    """Ask for a page again and again, with nobody else there."""
    agent = Agent(server=server, cookie=cookie)
    first = agent.ask(address)
    before = server.processor_ms()
    took = [agent.ask(address) for _ in range(times)]
    used = (server.processor_ms() - before) / times
    return {**_summary(took), "first_ms": round(first), "processor_ms": round(used, 1)}


def _summary(took: Sequence[float]) -> dict[str, Any]:
    marks = statistics.quantiles(took, n=20, method="inclusive")
    return {"p50_ms": round(statistics.median(took)), "p95_ms": round(marks[-1]), "n": len(took)}


def _together(server: Server, *, desk: Cast, seconds: float) -> dict[str, dict[str, Any]]:
    """Let thirty agents work at once: a list, a case, a search, each every few seconds."""
    took: dict[str, list[float]] = {"list": [], "case": [], "search": []}
    end = time.perf_counter() + seconds
    before = server.processor_ms()

    def work(number: int) -> None:
        agent = Agent(server=server, cookie=desk.cookies[number])
        time.sleep(_THINKING * number / _AGENTS)
        turn = number
        while time.perf_counter() < end:
            case = desk.cases[(turn * 7) % len(desk.cases)]
            kind, address = (
                ("list", "/inbox"),
                ("case", f"/cases/{case}"),
                ("search", "/inbox?q=parcel+late"),
            )[turn % 3]
            took[kind].append(agent.ask(address))
            turn += 1
            time.sleep(_THINKING)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(_AGENTS)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    asked = sum(len(times) for times in took.values())
    used = round((server.processor_ms() - before) / max(asked, 1), 1)
    return {name: {**_summary(times), "processor_ms": used} for name, times in took.items()}


def _event_to_screen(server: Server, *, desk: Cast, times: int = 10) -> dict[str, Any]:
    """Take a case in one browser, and see how long until another one's stream tells of it."""
    arrived: list[float] = []
    stream = HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Cookie": f"sessionid={desk.cookies[2]}", "Host": "localhost"}
    stream.request("GET", "/live", headers={**headers, "Accept": "text/event-stream"})
    answer = stream.getresponse()
    for turn in range(times):
        time.sleep(0.5)
        case = desk.cases[100 + turn]
        begin = time.perf_counter()
        _note(server, case=case, cookie=desk.cookies[1])
        while str(case) not in answer.readline().decode():
            pass
        arrived.append((time.perf_counter() - begin) * 1000)
    stream.close()
    return _summary(arrived)


def _note(server: Server, *, case: int, cookie: str) -> None:
    """Write a note to a case, as its page does."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    token = "x" * 32
    headers = {
        "Cookie": f"sessionid={cookie}; csrftoken={token}",
        "Host": f"127.0.0.1:{server.port}",
        "X-CSRFToken": token,
        "Content-Type": "application/x-www-form-urlencoded",
        "HX-Request": "true",
    }
    connection.request("POST", f"/cases/{case}/notes", body="text=seen", headers=headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status >= 400:  # noqa: PLR2004  HTTP's own
        sys.exit(f"A note was answered with {answer.status}.")


def _save(figures: Sequence[Mapping[str, Any]], *, vendor: str) -> None:
    """Keep these figures in the place of the same database's last ones, and renew the table."""
    lines = _KEPT.read_text(encoding="utf-8").splitlines() if _KEPT.exists() else []
    kept = [one for one in map(json.loads, lines) if one["database"] != vendor]
    rows = [*kept, *figures]
    _KEPT.write_text("".join(f"{json.dumps(one)}\n" for one in rows), encoding="utf-8")
    renew(ROOT / "docs" / "reference" / "speed.md", begin=_BEGIN, end=_END, lines=_table(rows))


def _table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| what | database | p50 | p95 | processor |"
    yield "|---|---|--:|--:|--:|"
    for row in rows:
        if "p50_ms" in row:
            used = f"{row['processor_ms']:g}" if "processor_ms" in row else ""
            cells = (row["name"], row["database"], row["p50_ms"], row["p95_ms"], used)
            yield f"| {' | '.join(str(cell) for cell in cells)} |"
        else:
            yield f"| {row['name']}, MiB | {row['database']} | {row['peak_mib']} | | |"


if __name__ == "__main__":
    main()
