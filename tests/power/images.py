"""What a power cut may leave of the story, opened again and held against its promises."""

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from tests.desk.witness import KEPT, LETTER, RECORDED, SAID, promises
from tests.power import story
from tests.power.disk import Disk
from tests.power.recording import Call, Replay

from answerback.channels.archive.send import HAND_OFF

_DATABASE: Final = "answerback.sqlite3"
#: The header of a frame in the log; one that ends a transaction says so.
_FRAME_HEADER: Final = 24
#: What must be in the tables for each promise.
_ROWS: Final = {
    KEPT: "SELECT 1 FROM desk_post WHERE external_id = ?",
    LETTER: "SELECT 1 FROM desk_letter WHERE key = ?",
    SAID: "SELECT 1 FROM desk_reply WHERE key = ? AND tries > 0 AND state IN ('sending', 'sent')",
    RECORDED: "SELECT 1 FROM desk_reply WHERE key = ? AND state = 'sent'",
    story.UPLOAD: "SELECT 1 FROM desk_upload WHERE id = ?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story that was recorded, and the files that it began with."""

    calls: Sequence[Call]
    began: dict[str, bytes]
    folder: Path
    promised: Path

    def replay(self) -> Replay:
        disk = Disk(self.began)
        return Replay(disk=disk, folder=str(self.folder), promised=str(self.promised))


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What is left, and what it is held against."""

    files: dict[str, bytes]  #: by their names in the data folder
    promises: list[tuple[str, str]]
    states: Sequence[str]  #: those that it may be in


def files_in(folder: Path) -> dict[str, bytes]:
    """Return all files of a data folder but those that only live processes share."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite3-shm"]
    return {str(path): path.read_bytes() for path in found if not path.name.endswith("-shm")}


def states_of(told: Story, *, scratch: Path) -> list[tuple[int, str]]:
    """Return each state of the tables, in order, with the step from which they may be in it."""
    replay, found, ends = told.replay(), [(0, "")], False
    found[0] = (0, state_of(_inside(told, told.began), scratch=scratch))
    for step, call in enumerate(replay.steps([*told.calls])):
        if ends:  # the page of the last frame is written, too
            files = _inside(told, replay.disk.whole())
            found.append((step, state_of(files, scratch=scratch)))
        ends = _ends_transaction(call)
    return found


def _ends_transaction(call: Call) -> bool:
    return call.name == "pwrite64" and call.result == _FRAME_HEADER and any(call.data[4:8])


def _inside(told: Story, files: dict[str, bytes]) -> dict[str, bytes]:
    return {str(Path(name).relative_to(told.folder)): data for name, data in files.items()}


def images(
    told: Story, *, states: Sequence[tuple[int, str]], count: int, seed: str
) -> Iterator[Image]:
    """
    Yield so many images, spread evenly over all moments at which the disk was unsure.

    An image may be in the state of the last promise or in any later one, up to the transaction
    that was under way: nothing before it, and nothing in between.
    """
    unsure = []
    replay = told.replay()
    for step, _ in enumerate(replay.steps([*told.calls])):
        if replay.disk.unsure:
            unsure.append(step)
    chance = random.Random(seed)  # noqa: S311  the same images each time
    due = Counter(unsure[number * len(unsure) // count] for number in range(count))
    replay, known, kept = told.replay(), 0, 0
    for step, _ in enumerate(replay.steps([*told.calls])):
        now = sum(begins <= step for begins, _ in states)
        if len(replay.promises) != known:
            known, kept = len(replay.promises), now - 1
        for _ in range(due[step]):
            yield Image(
                files=_inside(told, replay.disk.cut(chance)),
                promises=promises(replay.promises),
                states=[state for _, state in states[kept : now + 1]],
            )


def state_of(files: dict[str, bytes], *, scratch: Path) -> str:
    """
    Return a short name of all that the tables hold.

    :raises sqlite3.DatabaseError: when the file is damaged.
    """
    lay(files, scratch=scratch)
    with closing(sqlite3.connect(scratch / _DATABASE)) as database:
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
        if whole != "ok":
            raise sqlite3.DatabaseError(whole)
        return _hashed(database)


def _hashed(database: sqlite3.Connection) -> str:
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRT%'"
    state = blake2b(digest_size=12)
    for (name,) in database.execute(f"{listed} ORDER BY name").fetchall():
        for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608  our own tables
            state.update(repr((name, row)).encode())
    return state.hexdigest()


def lay(files: dict[str, bytes], *, scratch: Path) -> None:
    """Write an image into an empty folder."""
    shutil.rmtree(scratch, ignore_errors=True)
    for name, data in files.items():
        path = scratch / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (scratch / f"{_DATABASE}-shm").write_bytes(b"\xa5" * 32_768)  # what was in memory is rubbish


def judged(image: Image, *, scratch: Path) -> dict[str, int]:
    """Return what is wrong with an image, and how many promises were looked after."""
    found = {"promises": len(image.promises)}
    try:
        state = state_of(image.files, scratch=scratch)
    except sqlite3.DatabaseError:
        return {**found, "corrupt": 1}
    found["otherwise"] = state not in image.states
    with closing(sqlite3.connect(scratch / _DATABASE)) as database:
        for what, of in image.promises:
            if not _kept(what, of, database=database, files=image.files):
                found[f"lost_{what}"] = found.get(f"lost_{what}", 0) + 1
        found["doubted"] = not _stands_where_it_was(database, files=image.files)
    return found


def _kept(what: str, of: str, *, database: sqlite3.Connection, files: dict[str, bytes]) -> bool:
    if what == story.KEY:
        return files.get("secret.key", b"").decode().strip() == of
    if what == story.SEALED:
        (sealed,) = database.execute("SELECT sealed FROM desk_channelaccount").fetchone()
        length = sealed[1] if len(sealed) > 1 else 0
        return bool(length) and sealed[2 : 2 + length] in files.get("account-keys", b"")
    told = of.replace("-", "") if what in (SAID, RECORDED) else of
    if not database.execute(_ROWS[what], [told]).fetchone():
        return False
    if what == RECORDED:
        return f'{{"id": "answerback:{of}"'.encode() in files.get(HAND_OFF, b"")
    return what != story.UPLOAD or any(
        name.startswith("uploads/") and len(data) == story.UPLOADED_SIZE
        for name, data in files.items()
    )


def _stands_where_it_was(database: sqlite3.Connection, *, files: dict[str, bytes]) -> bool:
    """Say whether the desk knows its place again; else it says nothing until an owner speaks."""
    row: Any = database.execute("SELECT counted FROM desk_installation").fetchone()
    if row is None:
        return True
    name, _, counted = files.get("installation", b"").decode("ascii", "replace").partition(" ")
    return bool(name.strip("\0")) and counted.strip().isdigit() and int(counted) <= row[0]
