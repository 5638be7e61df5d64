"""What the values of a post's fields are found under: the post's side of `author:` and the like."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from math import isfinite

from answerback.domain.listening.fields import KINDS, Field, FieldKind
from answerback.domain.listening.folding import fold, without_marks

_SCHEME = re.compile(r"\A[a-z][a-z0-9+.-]*://")
_HOST_ENDS = re.compile(r"[/?#:]")
_LABEL_ENDS = re.compile(r"[.@]")
_PART_ENDS = re.compile(r"[-_]")
_BEHIND = ".,:;!?)]'\""  #: marks behind a link that are the sentence's
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})


def word_form(value: str) -> str:
    """Return a value as it is compared: folded, its spaces made one."""
    return fold(" ".join(value.split()))


def name_form(value: str) -> str:
    """Return a handle or a display name as it is compared."""
    return word_form(value).removeprefix("@")


def address(value: str) -> str:
    """Return a link as it is compared: folded, without scheme, `www.` and what stands behind it."""
    folded = fold(value.strip()).rstrip(_BEHIND)  # folded, a curly apostrophe is a plain one
    return _SCHEME.sub("", folded, count=1).removeprefix("www.").rstrip("/")


def host(address: str) -> str:
    """Return the host of a link that was made comparable."""
    named = re.split(r"[/?#]", address, maxsplit=1)[0].rpartition("@")[2]
    return _HOST_ENDS.split(named, maxsplit=1)[0].removeprefix("www.")


def number_of(value: str) -> float | None:
    """Return a number as told; None when it is none."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) and "_" not in value else None


def moment_of(value: str) -> float | None:
    """Return a moment in whole seconds since 1970; None when it is none.  No zone is UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return float(moment.timestamp() // 1)


def value_forms(field: Field, value: str, *, first: bool) -> Iterator[str]:
    """
    Yield what one value of a name or word field is found as.

    `first`: it is the first value that is told; of an author that is the handle, the others are
    display names.
    """
    if KINDS[field] is FieldKind.NAME:
        yield from _name_forms(name_form(value), handle=first or field is not Field.AUTHOR)
        return
    form = word_form(value)
    if field is Field.VERIFIED:
        form = "true" if form in _TRUE else "false" if form in _FALSE else ""
    if form:
        yield form
        yield without_marks(form)  # as words: without accents finds both
    if field is Field.LANG:
        yield _PART_ENDS.split(form, maxsplit=1)[0]


def _name_forms(form: str, *, handle: bool) -> Iterator[str]:
    """Yield the forms of a handle, which has no space, or of a display name, which has one."""
    if not form or handle is (" " in form):
        return
    yield form
    yield without_marks(form)
    if handle:
        yield _LABEL_ENDS.split(form, maxsplit=1)[0]
