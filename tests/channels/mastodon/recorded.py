"""Answers of real Mastodon servers, recorded by others; never copied into the house."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDERS = ("tests/cassettes", "tests/cassettes_entity_tests")
#: libyaml's reader, where it is installed, is ten times as quick.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what a server answered."""

    tape: str  #: the name of its recording
    method: str
    uri: str
    status: int
    headers: Mapping[str, str]  #: names in lower case
    body: bytes

    def json(self) -> Any:
        """Return the JSON it holds; None: none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@cache
def exchanges(shared_data: Path) -> tuple[Exchange, ...]:
    """Return all exchanges of all tapes, in the order they took place."""
    root = shared_data / "fixtures" / "mastodonpy"
    tapes = sorted(tape for folder in _FOLDERS for tape in (root / folder).glob("*.yaml"))
    return tuple(one for tape in tapes for one in _read(tape))


def tapes(shared_data: Path) -> int:
    """Count the recordings."""
    root = shared_data / "fixtures" / "mastodonpy"
    return sum(1 for folder in _FOLDERS for _ in (root / folder).glob("*.yaml"))


def _read(tape: Path) -> Iterator[Exchange]:
    told = yaml.load(tape.read_bytes(), Loader=_LOADER)  # noqa: S506  safe either way
    for one in told["interactions"]:
        body = one["response"]["body"].get("string", b"")
        yield Exchange(
            tape=tape.stem,
            method=one["request"]["method"],
            uri=one["request"]["uri"],
            status=one["response"]["status"]["code"],
            headers={
                name.lower(): values[0] for name, values in one["response"]["headers"].items()
            },
            body=body if isinstance(body, bytes) else body.encode(),
        )


def statuses(shared_data: Path) -> list[dict[str, Any]]:
    """Return every status in all answers, each state of each once, boosts and quotes too."""
    found = {}
    for one in exchanges(shared_data):
        for told in (one.json(), *events(one)):
            for status in _within(told, holds=("content", "visibility", "account", "uri")):
                found[json.dumps(status, sort_keys=True)] = status
    return list(found.values())


def notifications(shared_data: Path) -> list[dict[str, Any]]:
    """Return every notification in all answers, each once."""
    found = {}
    for one in exchanges(shared_data):
        for told in (one.json(), *events(one)):
            for each in _within(told, holds=("type", "account", "created_at")):
                found[json.dumps(each, sort_keys=True)] = each
    return list(found.values())


def events(exchange: Exchange) -> Iterator[Any]:
    """Yield the payloads of a stream that was recorded as server-sent events."""
    for _, payload in sent_events(exchange):
        try:
            yield json.loads(payload)
        except ValueError:
            continue


def sent_events(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Yield event and payload of what a stream sent."""
    if b"event:" not in exchange.body:
        return
    event = ""
    for line in exchange.body.decode().splitlines():
        if line.startswith("event:"):
            event = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            yield event, line.removeprefix("data:").strip()


def _within(told: Any, *, holds: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if isinstance(told, dict):
        if all(name in told for name in holds):
            yield told
        for value in told.values():
            yield from _within(value, holds=holds)
    elif isinstance(told, list):
        for value in told:
            yield from _within(value, holds=holds)
