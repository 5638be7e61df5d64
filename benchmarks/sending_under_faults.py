"""
Replies to a provider that fails 45 % of the calls, by workers that are killed with kill -9.

    python -m benchmarks.sending_under_faults
    python -m tests.postgres python -m benchmarks.sending_under_faults

Three kinds of provider (tests/servers/provider.py): one that knows keys, spoken to by the voice of
Mastodon; one that puts records under our own key, by that of Bluesky; and one that knows none,
carries late requests out and shows its timeline late.
Counts, not times: they do not depend on the machine.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.closing_at_once import drafts, vendor
from benchmarks.saying import say

from answerback.project.start import desk

#: Of the calls to a network.
FAULTY = 0.45
WORKERS = 2
#: One second of ours is so many of the outbox and of the provider.
SPEED = 30
#: Seconds of ours after which a caller hangs up.
_PATIENCE = 0.25
_KINDS = ("key", "record", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """One run: the same moment is the same for the provider, the workers and us."""

    kind: str
    began: float
    since: datetime
    port: int

    def now(self) -> datetime:
        return self.since + SPEED * timedelta(seconds=time.monotonic() - self.began)


def main() -> None:
    """Run each kind and say its counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=400, help="for each kind")
    parser.add_argument("--kills", type=int, default=50, help="at most, for each kind")
    parser.add_argument("--kind", choices=_KINDS, action="append")
    told = parser.parse_args()
    with TemporaryDirectory() as folder, desk(Path(folder), create=True):
        for kind in told.kind or _KINDS:
            say("sent_under_faults", **weather(kind, replies=told.replies, kills=told.kills))


def weather(kind: str, *, replies: int, kills: int) -> dict[str, Any]:
    """Send so many replies to a provider of a kind, and return what became of them."""
    from tests.builders import NEXT_DAY

    from answerback.desk import models
    from answerback.desk.operations.submit_reply import submit_reply

    ids = []
    for number, case_id in enumerate(_cases(kind, count=replies)):
        at = NEXT_DAY + timedelta(milliseconds=number)  # no two people press in one moment
        (draft,) = drafts(case_id, by=[f"storm-{kind}"], at=at)
        submit_reply(reply_id=draft.pk, version=draft.version, by=draft.written_by, at=at)
        ids.append(draft.pk)
    since, began = at + timedelta(minutes=1), time.monotonic()
    with provider(kind, began=began, since=since) as port:
        storm = Storm(kind=kind, began=began, since=since, port=port)
        killed = _until_done(storm, ids=ids, kills=kills)
        time.sleep(90 / SPEED)  # what is still on its way lands
        heard = _ask(port)
    said = Counter(_case_of(one["text"]) for one in heard["said"])
    rows = list(models.Reply.objects.filter(pk__in=ids).values_list("state", "case_id"))
    ends = Counter(state for state, _ in rows)
    return {
        "database": vendor(),
        "network": kind,
        "n": replies,
        "doubled": sum(count > 1 for count in said.values()),
        "lost": sum(state == "sent" and case not in said for state, case in rows),
        "to_a_person": ends["unknown"] + ends["failed"],
        "of_these_said": sum(state != "sent" and case in said for state, case in rows),
        "sent": ends["sent"],
        "other": len(rows) - ends["sent"] - ends["unknown"] - ends["failed"],
        "kills": killed,
        "calls": heard["calls"],
        "faults": dict(sorted(heard["faults"].items())),
    }


def _cases(kind: str, *, count: int) -> list[int]:
    """Make cases, each of an author of its own, and return their numbers."""
    from tests.builders import make_post
    from tests.desk.steps import imported

    from answerback.desk import models

    place = "at://did:plc:author/app.bsky.feed.post/" if kind == "record" else f"storm-{kind}-"
    posts = [make_post(f"{place}{one}", author=f"{kind}{one}") for one in range(count)]
    for start in range(0, count, 500):
        imported(*posts[start : start + 500], fingerprint=f"{kind}{start}")
    ids = models.Case.objects.filter(leading__external_id__startswith=place).order_by("pk")
    return list(ids.values_list("pk", flat=True))


@contextmanager
def provider(kind: str, *, began: float, since: datetime, faulty: float = FAULTY) -> Iterator[int]:
    """Start a provider in a process of its own and yield its port."""
    told = ["--kind", kind, "--faulty", str(faulty), "--speed", str(SPEED)]
    told += ["--began", str(began), "--since", since.isoformat(), "--seed", kind]
    running = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "tests.servers.provider", *told],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with running:
        if running.stdout is None or running.stdin is None:
            raise AssertionError("Both are pipes.")
        try:
            yield int(running.stdout.readline())
        finally:
            running.stdin.close()
            running.kill()


def _case_of(text: str) -> int:
    """Return the number of the case that a text was written in, as `drafts` writes it."""
    return int(text.rpartition(", ")[2].rstrip("."))


def _ask(port: int) -> dict[str, Any]:
    from answerback.channels.http import Client

    with Client(f"http://127.0.0.1:{port}", reach={f"127.0.0.1:{port}"}) as client:
        told: dict[str, Any] = client.request("GET", "said").json()
        return told


def _until_done(storm: Storm, *, ids: Sequence[int], kills: int) -> int:
    """Keep the workers alive, killing one now and then, until nothing is on its way."""
    from django.db import connections

    from answerback.desk import models

    chance, killed = random.Random(storm.kind), 0  # noqa: S311  the same each time
    workers: list[int] = []
    going = ["queued", "sending"]
    try:
        while models.Reply.objects.filter(pk__in=ids, state__in=going).exists():
            connections.close_all()
            while len(workers) < WORKERS:
                workers.append(_fork_worker(storm))
            time.sleep(chance.uniform(0.1, 0.8))
            if killed < kills:
                killed += 1
                _end(workers.pop(chance.randrange(WORKERS)))
    finally:
        for worker in workers:
            _end(worker)
    return killed


def _fork_worker(storm: Storm) -> int:
    child = os.fork()
    if child:
        return child
    try:
        _work(storm)
    finally:
        os._exit(1)


def _work(storm: Storm) -> None:
    from tests.servers.speaking import voice_for

    from answerback.channels.deadline import within
    from answerback.desk.operations.send import send_due
    from answerback.desk.operations.send import speak as speaking

    def sooner(seconds: float, *, since: float | None = None) -> Any:
        return within(seconds / SPEED, since=since)

    speaking.within = sooner  # type: ignore[attr-defined]  # a call's clock is ours, not theirs
    while True:
        if not send_due(
            at=storm.now(),
            senders=lambda _through: voice_for(storm.kind, port=storm.port, seconds=_PATIENCE),
        ):
            time.sleep(0.05)


def _end(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


if __name__ == "__main__":
    main()
