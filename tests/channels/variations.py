"""Ten ways in which a network's payload may be broken, made from a good one."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from answerback.channels.inbound import Fetched
from answerback.domain.records.post import Post

#: What a map makes of one payload: what `telling.fetched` gives, one or several.
Read = Callable[[Any], Fetched | Sequence[Fetched]]

#: Those that break no more than a date: the post is kept, and the moment of hearing stands in.
HARMLESS = frozenset({"wrong_date"})


def variations(payload: Mapping[str, Any], *, key: str, date: str) -> dict[str, Any]:
    """
    Return ten broken copies of a payload, by what is wrong with them.

    `key` leads to a value without which there is no post (its id, as a rule), `date` to when it
    was written; both are dotted: "record.createdAt", "items.0.id".  All but `HARMLESS` must end
    in a failure.
    """
    wrong: dict[str, Any] = {
        "wrong_type": {"is": "an object"},
        "null": None,
        "huge_number": 10**5_000,
        "lone_surrogate": "\ud83d",
        "nul": "a\x00b",
        "deep_nesting": _deep(5_000),
        "ten_megabytes": "x" * 10_000_000,
    }
    broken = {name: _with(payload, key, value) for name, value in wrong.items()}
    return {
        "missing_key": _without(payload, key),
        **broken,
        "wrong_date": _with(payload, date, "the day before yesterday, 25:61"),
        "list_instead": [payload],
    }


def assert_set_aside(
    payload: Mapping[str, Any],
    *,
    key: str,
    date: str,
    read: Read,
    harmless: frozenset[str] = HARMLESS,
) -> None:
    """Assert that each broken copy is a failure, that none crashes, and that all can be stored."""
    good = _read(payload, read)
    assert [one.failure for one in good] == [None] * len(good), "the payload itself must be good"
    for name, broken in variations(payload, key=key, date=date).items():
        found = _read(broken, read)
        assert found, f"{name} left no trace"
        for one in found:
            _assert_storable(one)
        failed = any(one.failure is not None for one in found)
        assert failed is (name not in harmless), f"{name}: {found[0].raw[:120]}"


def _read(payload: Any, read: Read) -> Sequence[Fetched]:
    found = read(payload)
    return (found,) if isinstance(found, Fetched) else found


def _assert_storable(one: Fetched) -> None:
    told = [one.cursor, *(_words_of(one.post) if one.post else ())]
    for text in told:
        text.encode("utf-8")
        assert "\x00" not in text
    if one.failure:
        assert one.raw
        assert one.failure.sentence.endswith(".")


def _words_of(post: Post) -> list[str]:
    several = [value for values in post.details.values() for value in values]
    single = (post.external_id, post.text, post.url, post.revision, post.in_reply_to)
    person = (post.author.handle, post.author.name, post.author.native_id)
    media = [text for one in post.media for text in (one.url, one.alt)]
    return [*several, *media, *(text for text in (*single, *person) if text)]


def _deep(levels: int) -> Any:
    nested: Any = []
    for _ in range(levels):
        nested = [nested]
    return nested


def _with(payload: Mapping[str, Any], path: str, value: Any) -> Any:
    changed = copy.deepcopy(dict(payload))
    place, last = _place(changed, path)
    place[last] = value
    return changed


def _without(payload: Mapping[str, Any], path: str) -> Any:
    changed = copy.deepcopy(dict(payload))
    place, last = _place(changed, path)
    del place[last]
    return changed


def _place(payload: Any, path: str) -> tuple[Any, Any]:
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    for part in way:
        payload = payload[part]
    return payload, last
