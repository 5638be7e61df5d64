"""
A thousand posts on real servers that others wrote, while who hears them is killed twenty times.

    python -m benchmarks.killed_listening [--posts 1000] [--kills 20] [--only NAME] [--save]

`bluesky` is a PDS from npm, heard through its own firehose; `mastodon` is snac2 from Debian,
polled; `email` is Dovecot from Debian, held open by IDLE.  People post as their official programs
do; `answerback listen` hears, is ended by SIGKILL at moments drawn by a seed, and is started
again at once.  On PostgreSQL: `python -m tests.postgres python -m benchmarks.killed_listening`.

Prints one JSON line a server: of the posts that were said, how many are missing and how many are
there twice.  Exits 1 when any is.  A server that is not installed is left out, and said so.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.saying import ROOT, commit, say
from tests.servers import bluesky, mail, snac2

_KEPT: Final = ROOT / "benchmarks" / "killed_listening.jsonl"
_BRAND: Final = 'name = "Acme"\nhandles = ["acme.test", "acme"]\nquery = "acme"\n'
#: After the last post and the last kill, hearing may go on for so long.
_PATIENCE: Final = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A real server with an account of ours, and somebody who speaks there."""

    channel: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    reach: str
    say: Callable[[int], object]  #: somebody says post n


def main() -> None:
    """Measure, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--only", choices=[*_PLACES])
    parser.add_argument("--save", action="store_true")
    told = parser.parse_args()
    figures = [
        measured(name, posts=told.posts, kills=told.kills)
        for name in ([told.only] if told.only else _PLACES)
        if _there(name)
    ]
    if told.save:
        lines = [json.dumps({**one, "commit": commit()}) for one in figures]
        with _KEPT.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    sys.exit(1 if any(one["lost"] or one["doubled"] for one in figures) else 0)


def measured(name: str, *, posts: int, kills: int) -> dict[str, Any]:
    """Let a thousand posts be heard on one server, and return what became of them."""
    with tempfile.TemporaryDirectory() as folder, _PLACES[name](Path(folder)) as place:
        data = Path(folder) / "desk"
        os.environ["ANSWERBACK_REACH"] = place.reach
        _found(data, place=place)
        begin = time.monotonic()
        killed = _spoken_and_killed(data, place=place, posts=posts, kills=kills)
        figure = {"name": f"killed listening, {name}", **_heard(data, posts=posts)}
        took = round(time.monotonic() - begin)
        figure |= {"posts": posts, "kills": killed, "seconds": took}
    say(**figure)
    return figure


def _found(data: Path, *, place: Place) -> None:
    """Make a desk, its brand and its account there."""
    from answerback.project.start import desk

    with desk(data, create=True, signs=True):
        from django.conf import settings
        from tests.people import make_user

        from answerback.channels.live import network
        from answerback.desk import models
        from answerback.desk.operations.follow_streams import follow_streams
        from answerback.desk.operations.found_brand import found_brand
        from answerback.desk.operations.keep_secrets import keep_secrets
        from answerback.desk.queries.accounts import opened

        settings.REACH = frozenset(place.reach.split(","))
        settings.DATA_DIR = data
        at = datetime.fromtimestamp(time.time(), UTC)
        make_user("olga", role=None)
        brand_id = found_brand(text=_BRAND, by="olga", at=at)
        account = models.ChannelAccount.objects.create(
            brand_id=brand_id,
            channel=place.channel,
            name="Acme",
            settings=dict(place.settings),
            added_at=at,
        )
        keep_secrets(account_id=account.pk, secrets=place.secrets)
        streams = network(place.channel)(opened(account.pk)).streams()
        follow_streams(account_id=account.pk, streams=streams, at=at)


def _spoken_and_killed(data: Path, *, place: Place, posts: int, kills: int) -> int:
    """Let all be said while the listener dies again and again; leave when all is heard."""
    drawn, killed = random.Random(6), 0  # noqa: S311  the moments of deaths
    speaking = threading.Thread(target=_speak, args=(place, posts), daemon=True)
    listener = _listener(data)
    _until(lambda: _fetching(data), seconds=60)
    speaking.start()
    last: float | None = None
    try:
        while True:
            if killed < kills:
                time.sleep(drawn.uniform(0.3, 5.0))
                listener.send_signal(signal.SIGKILL)
                listener.wait()
                killed += 1
                listener = _listener(data)
                continue
            if not speaking.is_alive():
                last = last or time.monotonic()
                if _count(data) >= posts or time.monotonic() - last > _PATIENCE:
                    return killed
            time.sleep(1.0)
    finally:
        listener.terminate()
        listener.wait()


def _speak(place: Place, posts: int) -> None:
    for number in range(posts):
        place.say(number)


def _listener(data: Path) -> "subprocess.Popen[bytes]":
    line = [sys.executable, "-m", "answerback", "listen", "--data", str(data)]
    return subprocess.Popen(line, stdout=subprocess.DEVNULL)  # noqa: S603  our own words


def _until(true: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            sys.exit("Nothing was asked of the server within a minute.")
        time.sleep(0.5)


def _fetching(data: Path) -> bool:
    from answerback.project.start import desk

    with desk(data, create=False):
        from answerback.desk import models

        sources = models.Source.objects.filter(account__isnull=False)
        return sources.filter(asked_at__isnull=False).exists()


def _count(data: Path) -> int:
    return int(_heard(data, posts=0)["heard"])


def _heard(data: Path, *, posts: int) -> dict[str, Any]:
    """Count the different posts that say "number N", and the rows there are of them."""
    from answerback.project.start import desk

    with desk(data, create=False):
        from django.db import connection

        from answerback.desk import models
        from answerback.desk.queries.ledger import ledger

        rows = models.Post.objects.filter(text__contains="acme number ")
        told = [
            (key, text.partition("acme number ")[2].split()[0])
            for key, text in rows.values_list("external_id", "text")
        ]
        numbers = {number for _, number in told}
        lines = ledger()
        return {
            "database": connection.vendor,
            "heard": len(numbers),
            "lost": posts - len(numbers) if posts else 0,
            "doubled": len(told) - len(numbers),
            "fetched": sum(one.fetched for one in lines),
            "duplicate": sum(one.duplicate for one in lines),
            "failed": sum(one.failed for one in lines),
            "balances": all(one.balances for one in lines),
            "gaps": models.Gap.objects.count(),
        }


@contextmanager
def _bluesky(folder: Path) -> Iterator[Place]:
    modules = bluesky.modules()
    assert modules is not None  # noqa: S101  `_there` asked
    server = bluesky.Server(folder=modules, data=folder / "pds")
    server.start()
    try:
        acme, ada = server.person("acmedesk"), server.person("adasmith")
        yield Place(
            channel="bluesky",
            settings={
                "server": server.url,
                "handle": acme.handle,
                "jetstream": "none",
                "firehose": "server",
            },
            secrets={"password": bluesky.PASSWORD},
            reach=",".join(server.reach),
            say=lambda number: ada.mention(acme, f"acme number {number} leaks"),
        )
    finally:
        server.stop()


@contextmanager
def _mastodon(folder: Path) -> Iterator[Place]:
    program = snac2.program()
    assert program is not None  # noqa: S101  `_there` asked
    (folder / "snac").mkdir()
    server = snac2.Snac(program, folder / "snac")
    server.prepare("acme", "ada")
    server.start()
    try:
        ours, theirs = server.token("acme"), server.token("ada")
        yield Place(
            channel="mastodon",
            settings={"server": server.url, "hashtags": "acme"},
            secrets={"token": ours},
            reach=server.host,
            say=lambda number: server.ask(
                "POST", "statuses", token=theirs, status=f"acme number {number} leaks #acme"
            ),
        )
    finally:
        server.close()


@contextmanager
def _email(folder: Path) -> Iterator[Place]:
    (folder / "mail").mkdir()
    with mail.dovecot(folder / "mail") as office:
        account = office.account()
        yield Place(
            channel="email",
            settings=account.settings,
            secrets=account.secrets,
            reach=",".join(account.reach),
            say=lambda number: office.write(
                f"acme number {number} leaks",
                Subject="Kettle",
                Message_ID=f"<n{number}@example.org>",
            ),
        )


_PLACES: Final[Mapping[str, Callable[[Path], Any]]] = {
    "bluesky": _bluesky,
    "mastodon": _mastodon,
    "email": _email,
}


def _there(name: str) -> bool:
    """Say whether a server is installed here, and else how it can be."""
    lacking = {
        "bluesky": None if bluesky.modules() else "python -m tests.servers.bluesky FOLDER",
        "mastodon": None if snac2.program() else "python -m tests.servers.snac2 FOLDER",
        "email": None
        if Path("/usr/lib/dovecot/lmtp").exists()
        else "apt-get install dovecot-imapd dovecot-lmtpd",
    }[name]
    if lacking:
        print(f"{name} is left out: {lacking}", file=sys.stderr)
    return not lacking


if __name__ == "__main__":
    main()
