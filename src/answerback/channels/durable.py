"""What must outlive a power cut: a file is found again only when its folder is on the disk, too."""

import errno
import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """
    Let what files are called in a folder be for good; call it after a file was made or renamed.

    :raises OSError: when the disk does not take it.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return  # a system where folders cannot be opened
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    except OSError as wrong:
        if wrong.errno != errno.EINVAL:  # a file system that knows no such thing
            raise
    finally:
        os.close(number)


def make_folder(folder: Path, *, mode: int) -> None:
    """
    Make a folder, and those above it that are missing, so that a power cut takes none of them.

    :raises OSError: when it cannot be made, or there is something else of that name.
    """
    if folder.is_dir():
        return
    if not folder.parent.exists():
        make_folder(folder.parent, mode=mode)
    folder.mkdir(mode=mode, exist_ok=True)
    sync_folder(folder.parent)
