"""
The hard texts with what must match them, and how often an engine is right about them.

`python -m tests.domain.listening.gauntlet` prints what is judged wrong, and the score by script.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from answerback.domain.listening.fields import Facts
from answerback.domain.listening.match import Engine, compile_queries
from answerback.domain.listening.query import parse
from answerback.domain.records.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One expectation."""

    group: str
    query: str
    text: str
    match: bool
    script: str = ""
    facts: Facts = field(default_factory=dict)
    why: str = ""  #: what of the language's description it tests


def lines_of(name: str) -> list[Line]:
    """Return the expectations of a file beside this one."""
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (Path(__file__).parent / name).read_text().splitlines()
    ]
    return [Line(**row) for row in rows]


SHORT = lines_of("gauntlet.jsonl")
FULL = lines_of("gauntlet_full.jsonl")


def engines() -> list[Engine]:
    """Return the engines that are built here."""
    found = []
    for engine in (Engine.PYTHON, Engine.FAST):
        try:
            compile_queries([], engine=engine)
        except Refusal:
            continue
        found.append(engine)
    return found


def wrong(lines: Sequence[Line], *, engine: Engine) -> list[Line]:
    """Return the lines that an engine judges otherwise, each asked alone."""
    return [
        line
        for line in lines
        if bool(
            compile_queries([parse(line.query)], engine=engine).match([line.text], [line.facts])
        )
        != line.match
    ]


def main() -> None:
    """Print what each engine misses, and its score."""
    for engine in engines():
        sys.stdout.writelines(f"{engine}: {said}\n" for said in score([*SHORT, *FULL], engine))


def score(lines: Sequence[Line], engine: Engine) -> Iterator[str]:
    """Yield what an engine misses, then how many lines it is right in, by script and in all."""
    missed = wrong(lines, engine=engine)
    for line in missed:
        yield f"{line.match} expected of {line.query!r} on {line.text[:60]!r}: {line.why}"
    total, lost = (Counter(line.script or "short" for line in some) for some in (lines, missed))
    for script, count in total.most_common():
        yield f"{script} {count - lost[script]}/{count}"
    yield f"all {len(lines) - len(missed)}/{len(lines)}"


if __name__ == "__main__":
    main()
