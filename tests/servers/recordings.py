"""What networks really answered, recorded by others: out of source packages, by name, from PyPI."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

#: By our name: the package, its version, and the folder in it.
_PACKAGES: Final = {
    "feeds": ("feedparser", "6.0.14", "tests"),
    "cassettes": ("praw", "8.0.3", "tests/integration/cassettes"),
}


def recorded(name: str) -> Path | None:
    """Return a folder of recordings; None: it is not here (`python -m tests.servers`)."""
    named = os.environ.get(f"ANSWERBACK_{name.upper()}")
    package, version, part = _PACKAGES[name]
    folder = Path(named) if named else cache() / name / f"{package}-{version}" / part
    return folder if folder.is_dir() else None


def cache() -> Path:
    """Return where servers and recordings are kept between runs."""
    there = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(there) / "answerback"


def fetch(name: str) -> None:
    """Fetch a package's source and unpack it; nothing of it is run or installed."""
    if recorded(name) is not None:
        return
    package, version, _ = _PACKAGES[name]
    folder = cache() / name
    folder.mkdir(parents=True, exist_ok=True)
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    asked += ["--no-binary", ":all:", "--dest", str(folder), f"{package}=={version}"]
    subprocess.run(asked, check=True)  # noqa: S603  our own words
    (packed,) = folder.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
