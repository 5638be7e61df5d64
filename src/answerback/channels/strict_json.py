"""JSON as the standard means it: no NaN, no key twice, no depth that breaks a reader."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from answerback.channels.unreadable import Unreadable

DEEPEST = 64
#: The largest whole number both databases hold (signed, 64 bits), and its mirror image.
LARGEST = 2**63
#: Strings are taken whole (possessively: an unclosed one costs one pass), brackets one by one.
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def read_object(text: str) -> dict[str, Any]:
    """
    Return the JSON object that a text holds.

    NaN, Infinity, a key that comes twice, nesting over 64 and whole numbers of 2^63 or more
    (either sign) are refused.  Control characters inside strings are let through, and so are
    lone surrogates: `clean` replaces both, and the post is kept.

    :raises Unreadable: "not_json", "not_an_object", "too_deep", "duplicate_key",
        "not_a_number" or "number_too_large".
    """
    value = read_any(text)
    if type(value) is not dict:
        raise Unreadable(
            reason="not_an_object",
            sentence="It is JSON, but no object. Write one object a line, "
            'such as {"id": "1", "text": "hello"}.',
        )
    return value


def read_any(text: str) -> Any:
    """
    Return whatever JSON a text holds, under the same rules.

    :raises Unreadable: as `read_object`, but for "not_an_object".
    """
    _check_depth(text)
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as wrong:
        raise Unreadable(
            reason="not_json",
            sentence=f"It is not JSON: {wrong.msg} at character {wrong.pos + 1}. Mend it there.",
        ) from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise _too_large("of thousands of digits") from None
    if type(value) is list:
        _check_numbers(value)
    return value


def read_kindly(text: str) -> Any:
    """
    Return what a network answered, although a part of it breaks the rules.

    One post with an absurd number must not hold back the others of its page: of a key that comes
    twice the last one counts, NaN and Infinity are none, numbers that do not fit are words, and
    what is nested over 64 deep is none.  Whoever needs such a part meets another type, and sets
    that one post aside.

    :raises Unreadable: "not_json", or "too_deep" where Python itself gives up.
    """
    try:
        return read_any(text)
    except Unreadable as wrong:
        if wrong.reason == "not_json":
            raise
    try:
        return _shallow(_kind_decoder.decode(text), left=DEEPEST)
    except RecursionError:
        raise Unreadable(
            reason="too_deep", sentence="It is nested too deep to be read at all."
        ) from None


def _shallow(value: Any, *, left: int) -> Any:
    if isinstance(value, dict):
        return {key: _shallow(part, left=left - 1) for key, part in value.items()} if left else None
    if isinstance(value, list):
        return [_shallow(part, left=left - 1) for part in value] if left else None
    return value


def _fitting_int(told: str) -> int | str:
    if len(told) > _INT_DIGITS:
        return told[:_INT_DIGITS]
    number = int(told)
    return number if -LARGEST <= number < LARGEST else told


def _fitting_float(told: str) -> float | None:
    number = float(told)
    return None if math.isinf(number) else number


#: With its sign, the longest whole number that may fit 64 bits.
_INT_DIGITS = 20


def _check_depth(text: str) -> None:
    if text.count("{") + text.count("[") <= DEEPEST:
        return
    depth = 0
    for match in _BRACKETS.finditer(text):
        first = text[match.start()]
        if first in "[{":
            depth += 1
        elif first in "]}":
            depth -= 1
        if depth > DEEPEST:
            raise Unreadable(
                reason="too_deep",
                sentence=f"It is nested deeper than {DEEPEST} levels. Flatten it.",
            )


def _once_each(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = max(Counter(key for key, _ in pairs).items(), key=lambda counted: counted[1])[0]
        raise Unreadable(
            reason="duplicate_key",
            sentence=f"The key {twice[:60]!r} comes twice, so one value would hide the other. "
            "Remove one.",
        )
    _check_numbers(found.values())
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise Unreadable(
        reason="not_a_number",
        sentence=f"It holds {word}, which is no JSON number. Write null where a number is missing.",
    )


def _check_numbers(values: Iterable[Any]) -> None:
    for value in values:
        kind = type(value)
        if kind is int:
            if not -LARGEST <= value < LARGEST:
                raise _too_large(f"{value!s:.24}…")
        elif kind is float:
            if math.isinf(value):  # 1e999, which is neither refused as Infinity nor a number
                raise _too_large("with such an exponent")
        elif kind is list:
            _check_numbers(value)


def _too_large(what: str) -> Unreadable:
    return Unreadable(
        reason="number_too_large",
        sentence=f"The number {what} does not fit 64 bits. Write identifiers as text, in quotes.",
    )


_decoder = json.JSONDecoder(
    object_pairs_hook=_once_each, parse_constant=_refuse_constant, strict=False
)
_kind_decoder = json.JSONDecoder(
    parse_constant=lambda _word: None,
    parse_int=_fitting_int,
    parse_float=_fitting_float,
    strict=False,
)
