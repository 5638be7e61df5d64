"""What benchmarks say: one line of JSON for each figure, with its commit; tables on pages."""

import json
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def say(name: str, **figures: Any) -> None:
    """Print a figure, or several that belong together."""
    print(json.dumps({"name": name, **figures, "commit": commit()}), flush=True)


def renew(page: Path, *, begin: str, end: str, lines: Iterable[str]) -> None:
    """Write what stands on a page between two marks anew."""
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    inside = "\n".join(lines)
    page.write_text(f"{before}{begin}\n{inside}\n{end}{after}", encoding="utf-8")


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
