"""Take in a file of posts that somebody hands in on a page."""

import os
import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from answerback.channels.archive.fetch import Archive, open_archive, parse_map
from answerback.channels.durable import make_folder, sync_folder
from answerback.desk import models
from answerback.desk.operations.record_events import record_events
from answerback.desk.queries.brand_texts import newest_texts
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal

MOST_BYTES: Final = 1 << 30  #: of one file, as it is sent
_LONGEST_NAME: Final = 100
#: How an import's refusals name its option.
_MAP: Final = re.compile(r'--map "?(\w+=[^\s".]+)"?')


class FileRefused(Refusal):
    """A file cannot be handed in; the sentence says why, and what can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A file as a browser sends it."""

    name: str  #: as its owner calls it; nobody trusts it
    size: int  #: bytes
    chunks: Iterable[bytes]
    mapping: str = ""  #: which column holds what: "text=body,created_at=ts"; "": find out


def hand_in_file(*, brand_id: int, file: HandedIn, by: str, at: datetime) -> int:
    """
    Keep a file of posts (CSV, JSON Lines or Parquet, plain or packed) to be read for a brand.

    It lies in the data folder under uploads/, for our eyes only, until the background work
    (`project/brand_work.py`) has read it to its end; a process that is killed goes on where it
    stopped.  Its beginning is looked at here, so that a file that is none is refused at once.
    The brand's text and policy are the desk's own versions: a brand without a text is refused.
    One event.  `queries.uploads.upload(…)` tells how far it is.

    Used by the page /manage/sources and by the first-run wizard:
    `hand_in_file(brand_id=found_brand(…), file=HandedIn(name=f.name, size=f.size,
    chunks=f.chunks()), by=handle, at=at)`, with `f` one of `request.FILES`.

    Returns the upload's id.

    :raises FileRefused: when it is too large, empty, or of a brand without a text.
    :raises Refusal: when it cannot be read, or the mapping cannot, in the words of an import.
    :raises NotHere: when there is no such brand.
    """
    if file.size > MOST_BYTES:
        raise FileRefused(
            f"{_safe(file.name)} has {file.size:,} bytes; a page takes {MOST_BYTES:,}. Pack it "
            "(gzip, zstd), cut it, or import it on the machine: answerback import FILE --brand "
            "BRAND.toml."
        )
    if newest_texts(brand_id=brand_id).brand is None:
        raise FileRefused(
            "This brand was imported before the desk kept brand files. Write its file on the "
            "page of the brand first, or import once more with the command."
        )
    path = _write(file)
    try:
        _look(path, mapping=file.mapping, at=at)
        return _keep(brand_id=brand_id, path=path, file=file, by=by, at=at)
    except BaseException:
        forget_file(path.parent.name)
        raise


def upload_path(*, folder: str, name: str) -> Path:
    """Return where a file that was handed in lies."""
    return _uploads() / folder / name


def forget_file(folder: str) -> None:
    """Remove a file that was handed in; nothing happens where it is gone already."""
    shutil.rmtree(_uploads() / folder, ignore_errors=True)


def _uploads() -> Path:
    return Path(settings.DATA_DIR) / "uploads"


def _write(file: HandedIn) -> Path:
    folder = _uploads() / secrets.token_hex(16)
    make_folder(folder, mode=0o700)
    _uploads().chmod(0o700)  # `parents` asks the umask alone
    path, size = folder / _safe(file.name), 0
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        for chunk in file.chunks:
            size += len(chunk)
            out.write(chunk)
            if size > MOST_BYTES:
                break
        out.flush()
        os.fsync(out.fileno())
    sync_folder(folder)
    if 0 < size <= MOST_BYTES:
        return path
    forget_file(folder.name)
    raise FileRefused(
        f"{_safe(file.name)} is empty, or larger than it said. Choose the file once more."
    )


def said_on_a_page(no: Refusal, *, path: Path) -> str:
    """Return what an import says of a file, in words for somebody who typed no command."""
    told = str(no).replace(str(path), path.name)
    told = _MAP.sub(r'\1 under "Which column holds what"', told)
    return told.replace("--map", "What you wrote under 'Which column holds what'")


def _look(path: Path, *, mapping: str, at: datetime) -> None:
    try:
        columns = parse_map(mapping) if mapping.strip() else None
        open_archive(path=path, heard_at=at, mapping=columns)
    except Refusal as no:
        raise FileRefused(said_on_a_page(no, path=path)) from no


@transaction.atomic
def _keep(*, brand_id: int, path: Path, file: HandedIn, by: str, at: datetime) -> int:
    size = path.stat().st_size
    row = models.Upload.objects.create(
        brand_id=brand_id,
        name=path.name,
        folder=path.parent.name,
        size=size,
        mapping=file.mapping.strip(),
        by=by,
        at=at,
    )
    told = Event(
        what=EventName.SOURCE_ADDED,
        at=at,
        by=by,
        particulars={"upload": row.pk, "channel": Archive.name, "bytes": size},
    )
    record_events(brand_id=brand_id, events=[told])
    return row.pk


def _safe(name: str) -> str:
    """Return a file's name with nothing in it that a disk, page or terminal could take amiss."""
    last = re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[^\w.\- ]+", "_", last).strip(". ")
    return kept[-_LONGEST_NAME:].strip(". ") or "posts"
