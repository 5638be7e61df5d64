"""One line of JSON for each figure, with the commit it was measured at."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def say(name: str, **figures: Any) -> None:
    """Print a figure, or several that belong together."""
    print(json.dumps({"name": name, **figures, "commit": commit()}), flush=True)


@cache
def commit() -> str:
    """Return the short name of the commit that is checked out; "unknown" outside git."""
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - the developer's own git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "unknown"
