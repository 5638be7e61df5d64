"""What the story writes and syncs, call by call, as strace saw it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.power.disk import Change, Disk, File

ROOT: Final = Path(__file__).parents[2]
_CALLS: Final = (
    "openat,close,lseek,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename,link,mkdir,"
    "writev,pwritev,pwritev2,sync_file_range,fallocate,unlinkat,renameat,renameat2,linkat,mkdirat"
)
_LINE: Final = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_PATH: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that went well."""

    name: str
    told: str
    result: int

    @property
    def paths(self) -> list[str]:
        return [bytes.fromhex(one.replace("\\x", "")).decode() for one in _PATH.findall(self.told)]

    @property
    def data(self) -> bytes:
        """What was written: the network or disk may have taken less than was handed over."""
        return bytes.fromhex(_PATH.findall(self.told)[0].replace("\\x", ""))[: self.result]

    @property
    def number(self) -> int:
        """The file's number, which stands first."""
        return int(self.told.partition(",")[0])

    @property
    def last(self) -> int:
        return int(self.told.rpartition(", ")[2])


def recorded(folder: Path, *, log: Path, promised: Path, synced: str) -> list[Call]:
    """
    Let the story be told on a prepared folder and return the calls it made, in order.

    :raises SystemExit: when strace cannot trace, or the story fails, with what it said.
    """
    line = ["strace", "-f", "--seccomp-bpf", "-xx", "-s", "4000000", "-o", str(log)]
    line += ["-e", f"trace={_CALLS}", sys.executable, "-m", "tests.power.story"]
    kept = {name: value for name, value in os.environ.items() if name != "ANSWERBACK_DATABASE_URL"}
    done = subprocess.run(  # noqa: S603  our own words
        [*line, str(folder), str(promised), synced],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found = map(_LINE.match, log.read_text().splitlines())
    calls = [Call(name=one[1], told=one[2], result=int(one[3])) for one in found if one]
    return [call for call in calls if call.result >= 0]


@dataclass(slots=True)
class _Open:
    file: File | None  #: None: it is no file of the folder
    path: str
    at: int = 0


@dataclass(slots=True)
class Replay:
    """The calls once more, on a disk of ours; promises are gathered as they are made."""

    disk: Disk
    folder: str
    promised: str
    promises: bytes = b""
    _open: dict[int, _Open] = field(default_factory=dict)

    def steps(self, calls: list[Call]) -> Iterator[Call]:
        """Do one call after another, and yield each that concerns the folder or a promise."""
        for call in calls:
            if self._done(call):
                yield call

    def _done(self, call: Call) -> bool:
        if call.name == "openat":
            return self._opened(call)
        if call.name in ("unlink", "rename", "link", "mkdir"):
            return self._named(call)
        if call.name.endswith("at") or call.name in _NEVER:
            if any(self._inside(path) for path in call.paths):
                raise AssertionError(f"A call that no disk of ours knows: {call.name} {call.told}")
            return False
        there = self._open.get(call.number)
        if there is None:
            return False
        if call.name == "close":
            del self._open[call.number]
            return False
        return self._changed(call, there)

    def _inside(self, path: str) -> bool:
        return path.startswith(f"{self.folder}/")

    def _opened(self, call: Call) -> bool:
        (path,) = call.paths
        self._open.pop(call.result, None)
        if not self._inside(path) or path.endswith("-shm"):
            if path in (self.promised, self.folder) or self._inside(path):
                self._open[call.result] = _Open(None, path)
            return False
        if path not in self.disk.names and "O_CREAT" not in call.told:
            self._open[call.result] = _Open(None, path)  # a folder below
            return False
        made = path not in self.disk.names
        file = self.disk.make(path)
        if "O_TRUNC" in call.told:
            file.pending.append(Change(0, None))
        self._open[call.result] = _Open(file, path)
        return made

    def _named(self, call: Call) -> bool:
        paths = call.paths
        if not self._inside(paths[0]) or paths[0].endswith("-shm") or call.name == "mkdir":
            return False
        getattr(self.disk, {"unlink": "remove"}.get(call.name, call.name))(*paths)
        return True

    def _changed(self, call: Call, there: _Open) -> bool:
        file = there.file
        if there.path == self.promised and call.name == "write":
            self.promises += call.data
            return True
        if file is None:
            if call.name in ("fsync", "fdatasync"):
                self.disk.sync_folder(there.path)
            return call.name in ("fsync", "fdatasync")
        if call.name == "lseek":
            there.at = call.result
            return False
        if call.name in ("fsync", "fdatasync"):
            self.disk.sync(file)
        elif call.name == "ftruncate":
            file.pending.append(Change(call.last, None))
        elif call.name == "pwrite64":
            file.pending.append(Change(call.last, call.data))
        elif call.name == "write":
            file.pending.append(Change(there.at, call.data))
            there.at += call.result
        else:
            raise AssertionError(f"A call that no disk of ours knows: {call.name} {call.told}")
        return True


#: Nothing of ours, nor SQLite as it is built, makes them; one that did would be left out silently.
_NEVER: Final = ("writev", "pwritev", "pwritev2", "sync_file_range", "fallocate", "renameat2")
