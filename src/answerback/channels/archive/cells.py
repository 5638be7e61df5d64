"""One cell of a row as the value a post needs."""

import json
import re
from collections.abc import Mapping

from answerback.channels.clean import clean
from answerback.channels.unreadable import Unreadable

#: Characters an identifier or a handle may have; longer ones are mistakes, and slow every index.
LONGEST_NAME = 512
_EXACT_FLOAT = 2**53  # above, a float no longer tells one whole number from the next
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_NO_ID = frozenset({"nan", "none", "null", "n/a", "na", "<na>"})
_YES = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_NO = frozenset({"false", "f", "no", "n", "0", "0.0"})
#: Where an author is an object, as networks' own answers have it: its handle, first that is there.
_HANDLE_KEYS = ("screen_name", "handle", "acct", "username", "user_name", "name", "id_str", "id")


def read_text(told: object, *, column: str) -> str:
    """
    Return the text of a post, cleaned; an empty one is a text too.

    :raises Unreadable: "no_text", "not_text" or "too_long".
    """
    if type(told) is str:
        return clean(told)
    if told is None:
        raise Unreadable(
            reason="no_text",
            sentence=f"It has no {column!r}. If the text is elsewhere, name it: --map text=…",
        )
    if type(told) is bytes:
        raise Unreadable(
            reason="not_utf8",
            sentence=f"Its {column!r} holds bytes that are not UTF-8. Write that column as text.",
        )
    raise Unreadable(
        reason="not_text",
        sentence=f"Its {column!r} is {_what(told)}, not text. Put it in quotes.",
    )


def read_id(told: object, *, column: str | None) -> str | None:
    """
    Return an identifier as text, or None when none is told.

    A spreadsheet may have rounded it: 5.67591E+17 stands for a thousand million posts, and to
    take it for one would fold them into each other, so it is refused.

    :raises Unreadable: "bad_id".
    """
    if told is None:
        return None
    if type(told) is str:
        return _id_from_text(told.strip(), column=column)
    if type(told) is int:
        return str(told)
    if isinstance(told, float):
        if told != told:  # noqa: PLR0124 - NaN is how a data frame writes "none"
            return None
        if told.is_integer() and abs(told) < _EXACT_FLOAT:
            return str(int(told))
        raise _rounded(str(told), column=column)
    raise Unreadable(
        reason="bad_id",
        sentence=f"Its {column!r} is {_what(told)}, not an identifier. Write it as text.",
    )


def _id_from_text(text: str, *, column: str | None) -> str | None:
    if not text or (len(text) <= len("<na>") and text.lower() in _NO_ID):
        return None
    if text.endswith(".0") and text[:-2].isdecimal():
        return text[:-2]  # a data frame read whole numbers with gaps as floats
    if text[0].isdecimal() and _ROUNDED.fullmatch(text):
        raise _rounded(text, column=column)
    if len(text) > LONGEST_NAME:
        raise Unreadable(
            reason="bad_id",
            sentence=f"Its {column!r} has {len(text):,} characters, and an identifier may have "
            f"{LONGEST_NAME}. See whether the columns have shifted.",
        )
    return clean(text)


def read_ids(told: object, *, column: str | None) -> tuple[str, ...]:
    """
    Return several identifiers: a list, or one text with commas between them.

    :raises Unreadable: "bad_id".
    """
    if told is None or told == "":
        return ()
    several = told.split(",") if isinstance(told, str) else told
    if not isinstance(several, list | tuple):
        several = [several]
    found = (read_id(one, column=column) for one in several)
    return tuple(one for one in found if one is not None)


def read_handle(told: object, *, column: str | None) -> str:
    """
    Return who wrote it, without a leading @; "" when nobody is told.

    :raises Unreadable: "bad_author".
    """
    if isinstance(told, Mapping):
        told = next((told[key] for key in _HANDLE_KEYS if told.get(key)), None)
    if told is None:
        return ""
    if isinstance(told, float) and told.is_integer():
        told = int(told)
    if not isinstance(told, str | int) or isinstance(told, bool):
        raise Unreadable(
            reason="bad_author",
            sentence=f"Its {column!r} is {_what(told)}, not a name. Name another: --map author=…",
        )
    handle = clean(str(told).strip().removeprefix("@"))
    if len(handle) > LONGEST_NAME:
        raise Unreadable(
            reason="bad_author",
            sentence=f"Its {column!r} has {len(handle):,} characters, and a handle may have "
            f"{LONGEST_NAME}. See whether the columns have shifted.",
        )
    return handle


def read_word(told: object) -> str | None:
    """Return a short text such as a brand or a link, cleaned; None when none is told."""
    if told is None:
        return None
    return clean(told if isinstance(told, str) else str(told)).strip() or None


def read_flag(told: object, *, column: str | None) -> bool | None:
    """
    Return yes, no, or None when neither is told.

    :raises Unreadable: "bad_flag".
    """
    if told is None or told is True or told is False:
        return told
    word = str(told).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if not word or word in _NO_ID:
        return None
    raise Unreadable(
        reason="bad_flag",
        sentence=f"Its {column!r} is {word[:40]!r}, neither true nor false. Write one of the two.",
    )


def read_version(told: object, *, column: str | None) -> int:
    """
    Return which edit of the post this is; 1 when not told.

    :raises Unreadable: "bad_version".
    """
    if told is None or told == "":
        return 1
    version = read_count(told)
    if version is None or not 1 <= version < 2**31:
        raise Unreadable(
            reason="bad_version",
            sentence=f"Its {column!r} is {_what(told)}; a version is a whole number from 1 up.",
        )
    return version


def read_count(told: object) -> int | None:
    """Return a whole number of 0 or more, or None: a count that makes no sense is not told."""
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        return None
    text = str(told).strip().removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(2**63)) else None


def _rounded(text: str, *, column: str | None) -> Unreadable:
    return Unreadable(
        reason="bad_id",
        sentence=f"Its {column!r} is {text}: a spreadsheet or data frame has rounded it, and "
        "different posts look like one. Export identifiers as text.",
    )


def _what(told: object) -> str:
    """Say in a few words what stood there."""
    if isinstance(told, Mapping):
        return "an object"
    if isinstance(told, list | tuple):
        return "a list"
    return json.dumps(told, default=str)[:40]
