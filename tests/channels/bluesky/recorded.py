"""Recorded posts of the network's own tests and of others, found wherever they stand in a file."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

POST = "app.bsky.feed.post"
#: The network's snapshots name people, versions and posts by numbers; we need real names.
_PLACEHOLDERS = (
    (re.compile(r"\brecord\((\d+)\)"), r"at://did:plc:writer/app.bsky.feed.post/3k\1"),
    (re.compile(r"\buser\((\d+)\)"), r"did:plc:user\1"),
    (re.compile(r"\bcids\((\d+)\)"), r"bafyreicid\1"),
    (re.compile(r"\bfeed\((\d+)\)"), r"at://did:plc:writer/app.bsky.feed.generator/3k\1"),
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def recorded_in(file: Path) -> list[Any]:
    """Return the JSON values of a file: one, or those of a file of snapshots."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".snap":
        return [json.loads(text)]
    blocks = re.findall(r"^exports\[`.*?`\] = `\n(.*?)\n`;$", text, re.MULTILINE | re.DOTALL)
    return [told for block in blocks if (told := _snapshot(block)) is not None]


def _snapshot(block: str) -> Any:
    """Return a snapshot's value: JSON but for commas at ends and backticks."""
    for pattern, name in _PLACEHOLDERS:
        block = pattern.sub(name, block)
    block = block.replace("\\\\", "\\").replace("\\`", "`").replace("undefined", "null")
    outside = re.sub(r",(\s*[\]}])", r"\1", block)
    try:
        return json.loads(outside)
    except json.JSONDecodeError:
        return None


def posts_in(told: Any) -> Iterator[dict[str, Any]]:
    """Yield whatever stands in a value as a post: views, notices, lines of lists, bare records."""
    waiting = [told]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, Mapping):
            read = [
                name for name in ("record", "value") if "uri" in one and _is_post(one.get(name))
            ]
            if read:
                yield dict(one)
            elif _is_post(one):
                yield {"record": dict(one)}
            waiting.extend(value for name, value in one.items() if name not in read)


def _is_post(told: object) -> bool:
    return isinstance(told, Mapping) and told.get("$type") == POST


def with_names(one: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a payload with the names that some recordings leave blank."""
    uri = one.get("uri") or f"at://did:plc:writer/{POST}/3k{number}"
    return {**one, "uri": uri, "cid": one.get("cid") or f"bafyreicid{number}"}
