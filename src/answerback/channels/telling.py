"""What the maps of all networks need: one payload in, one thing fetched out, never a crash."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from answerback.channels.archive.times import EARLIEST, SLACK
from answerback.channels.clean import clean
from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.post import Post

#: Raw payloads are kept up to here; a longer one is a post's whole thread, or an attack.
_MOST_RAW = 1 << 20


def fetched(
    payload: object,
    *,
    named: str,
    read: Callable[[Mapping[str, Any]], Post],
    raw: str | None = None,
) -> Fetched:
    """
    Return a payload as a post, or as why it is none.

    `named` names the thing within its source, the same each time it comes.  `read` may raise
    `Unreadable`, and what Python raises when an answer has another shape than its documents
    say (KeyError, TypeError, ValueError, AttributeError, IndexError): that is the network's
    fault and goes to quarantine, with the raw text.
    """
    kept = as_raw(payload) if raw is None else raw[:_MOST_RAW]
    cursor = Cursor(_UNSTORABLE.sub("?", named[:512]) or "?")
    if not isinstance(payload, Mapping):
        return Fetched(cursor=cursor, raw=kept, failure=_NO_OBJECT)
    try:
        return Fetched(cursor=cursor, raw=kept, post=read(payload))
    except Unreadable as wrong:
        failure = Failure(reason=wrong.reason, sentence=wrong.sentence)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as wrong:
        failure = Failure(
            reason="unknown_shape",
            sentence=f"The network sent a post of a shape we do not know ({type(wrong).__name__}: "
            f"{str(wrong)[:120]}). It is kept as it came; report it.",
        )
    return Fetched(cursor=cursor, raw=kept, failure=failure)


_NO_OBJECT = Failure(
    reason="not_an_object",
    sentence="The network sent something else than an object. It is kept; report it.",
)


def as_raw(payload: object) -> str:
    """Return a payload as text to keep, whatever it is."""
    try:
        return json.dumps(payload, ensure_ascii=False, default=repr)[:_MOST_RAW]
    except (ValueError, RecursionError):  # no JSON has such depth or such numbers
        return f"({type(payload).__name__}: too deep, or a number too long, to be written out)"


def name_of(payload: object, name: str = "id") -> str:
    """Return what names a payload within its source: its own id, else a hash of all it holds."""
    if isinstance(payload, Mapping):
        with suppress(Unreadable, ValueError):
            return word(payload, name)
    return hashlib.sha256(as_raw(payload).encode("utf-8", "backslashreplace")).hexdigest()


def word(payload: Mapping[str, Any], name: str, *, most: int = 512) -> str:
    """
    Return a text that must be there and not be empty: an id, a handle.

    Names are kept as they are or not at all: one with a control character or half a character
    in it would be another name once it is cleaned.

    :raises Unreadable: "no_<name>", when it is not.
    """
    told = payload.get(name)
    if isinstance(told, int) and not isinstance(told, bool) and abs(told) < _LARGEST_ID:
        told = str(told)
    if (
        not isinstance(told, str)
        or not told.strip()
        or len(told) > most
        or _UNSTORABLE.search(told)
    ):
        raise Unreadable(
            reason=f"no_{name}"[:40],
            sentence=f"The network sent a post without a usable '{name}'. It is kept; report it.",
        )
    return told.strip()


def text_of(told: object) -> str:
    """
    Return words as they may be stored; absent ones are none.

    :raises Unreadable: "too_long", or "no_text" when it is no text at all.
    """
    if told is None:
        return ""
    if not isinstance(told, str):
        raise Unreadable(
            reason="no_text", sentence="The network sent a post whose text is no text. It is kept."
        )
    return clean(told)


def believable(moment: datetime | None, *, at: datetime) -> tuple[datetime, bool]:
    """
    Return when a post was written, and whether the moment of hearing stands for it.

    An absent time, one in the future or from before the web is not believed.
    Source: GLOSSARY.md, "Start".
    """
    if moment is None or moment.tzinfo is None or not EARLIEST <= moment <= at + SLACK:
        return at, True
    return moment, False


_LARGEST_ID = 1 << 128
#: Control characters and lone surrogates: what no id has, and no database takes.
_UNSTORABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
