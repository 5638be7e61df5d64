"""What a query asks of a field: its name as people paste it, its value, and the node for both."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches

from answerback.domain.listening.field_forms import address, name_form, number_of, word_form
from answerback.domain.listening.fields import (
    ALIASES,
    CARRIED_NOWHERE,
    HAS,
    KINDS,
    SPECIAL,
    TYPES,
    Field,
    FieldKind,
)
from answerback.domain.listening.syntax import FieldIs, FieldRange, Node, QueryError, refusal
from answerback.domain.records.mention import Span

_PLAIN = re.compile(r"[_-]")
_LETTERS_BEFORE_WILDCARD = 2
_COUNTS = frozenset({"followerscount", "followingcount", "tweetscount"})  # X: "at least"
_TYPES = dict(zip(TYPES, TYPES, strict=True)) | {
    "original": "post",
    "tweet": "post",
    "comment": "reply",
    "retweet": "repost",
    "share": "repost",
}
_IS_NOWHERE = frozenset({"nullcast", "blue_verified", "verified_blue", "sensitive", "promoted"})
_HAS = {
    **dict(zip(HAS, HAS, strict=True)),
    **{name.removesuffix("s"): name for name in HAS},
    "emojis": "emoji",
    "video_link": "videos",
    "video_links": "videos",
}
#: Seconds that can be written back as a date: from the year 1000 to the end of 9999.
_EARLIEST, _LATEST = -30_610_224_000, 253_402_300_799
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(.*))?)?)?"
)


def plain_name(typed: str) -> str:
    """Return a field's name without what does not count: case, `_` and `-`."""
    return _PLAIN.sub("", typed).lower()


def known_field(name: str) -> Field | None:
    """Return the field that a name stands for; None for `is:` and `since:` and the unknown."""
    return ALIASES.get(plain_name(name))


def is_known(name: str) -> bool:
    """Say whether a name stands for a field, ours or another product's."""
    plain = plain_name(name)
    return plain in ALIASES or plain in SPECIAL or plain in CARRIED_NOWHERE


def nearest(name: str) -> str | None:
    """Return the known name that one may have meant."""
    near = get_close_matches(plain_name(name), [*ALIASES, *SPECIAL], n=1, cutoff=0.7)
    if not near:
        return None
    field = ALIASES.get(near[0])
    return near[0] if field is None else field.value


def field_node(text: str, place: Span, *, name: str, value: str) -> Node:
    """
    Return what `name:value` asks; not for the fields whose value is a query of its own.

    :raises QueryError: E-FIELD for a value that the field does not take, E-RANGE for a number or
        a time that is none, E-WILDS for a wildcard with too little before it.
    """
    plain = plain_name(name)
    refuse_carried_nowhere(text, place, name)
    if plain == "is":
        return _is(text, place, value)
    if plain in SPECIAL:
        return _moments(text, place, name=plain, value=value)
    field = ALIASES[plain]
    if not word_form(value).strip("@ "):
        raise _wrong(text, place, f"{name}: needs a value")
    if KINDS[field] is FieldKind.NUMBER:
        return _numbers(text, place, field=field, value=value, at_least=plain in _COUNTS)
    if KINDS[field] is FieldKind.MOMENT:
        return _moments(text, place, name="during", value=value)
    return FieldIs(field, _value(text, place, field=field, value=value), place)


def refuse_carried_nowhere(text: str, place: Span, name: str) -> None:
    """
    Do nothing for a field of ours, and refuse one that only other products have.

    :raises QueryError: E-FIELD.
    """
    if plain_name(name) in CARRIED_NOWHERE:
        raise _wrong(
            text,
            place,
            f"{name}: is known elsewhere, but no post here carries it",
            hint="take it away; to look for it as text, put it in quotation marks",
        )


def range_node(text: str, place: Span, *, name: str, inside: str) -> Node:
    """
    Return what `name:[low TO high]` asks.

    :raises QueryError: E-RANGE when it is no range, E-FIELD when the field has none.
    """
    plain = plain_name(name)
    refuse_carried_nowhere(text, place, name)
    field = ALIASES.get(plain)
    if field is None or KINDS[field] not in (FieldKind.NUMBER, FieldKind.MOMENT):
        raise _wrong(text, place, f"{name}: has no range, only numbers and date: have one")
    low, sign, high = (part.strip() for part in inside.partition(" TO "))
    if not sign:
        raise _no_range(text, place, f"'[{inside[:40]}]' is no range")
    if KINDS[field] is FieldKind.NUMBER:
        return _range(text, place, field, _bound(text, place, low), _bound(text, place, high))
    begin = None if low == "*" else _span(text, place, low)[0]
    end = None if high == "*" else _span(text, place, high)[1]
    return _dates(text, place, begin, end)


def _is(text: str, place: Span, value: str) -> Node:
    word = word_form(value)
    if word == "verified":
        return FieldIs(Field.VERIFIED, "true", place)
    if word in _IS_NOWHERE:
        raise _wrong(
            text,
            place,
            f"is:{word} is known elsewhere, but no post here tells it",
            hint="take it away, or write is:verified" if "verified" in word else "take it away",
        )
    return FieldIs(Field.TYPE, _one_of(text, place, name="is:", value=value, known=_TYPES), place)


def _value(text: str, place: Span, *, field: Field, value: str) -> str:
    if KINDS[field] is FieldKind.LINK:
        return _link_value(text, place, field=field, value=value)
    if (
        "," in value
        and " " not in value
        and (KINDS[field] is FieldKind.NAME or field is Field.LANG)
    ):
        raise _wrong(
            text,
            place,
            f"'{value[:40]}' is no single value of {field}:",
            hint=f"write several like {field}:({value[:40].replace(',', ' OR ')})",
        )
    if KINDS[field] is FieldKind.NAME:
        return _wild(text, place, name_form(value))
    if field is Field.TYPE:
        return _one_of(text, place, name="type:", value=value, known=_TYPES)
    if field is Field.HAS:
        return _one_of(text, place, name="has:", value=value, known=_HAS)
    if field is Field.VERIFIED:
        known = {**dict.fromkeys(_TRUE, "true"), **dict.fromkeys(_FALSE, "false")}
        return _one_of(text, place, name="verified:", value=value, known=known)
    return _wild(text, place, word_form(value))


def _one_of(text: str, place: Span, *, name: str, value: str, known: dict[str, str]) -> str:
    word = word_form(value)
    if word in known:
        return known[word]
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    takes = ", ".join(dict.fromkeys(known.values()))
    raise _wrong(
        text,
        place,
        f"{name} takes one of {takes}",
        hint=f"did you mean {known[near[0]]}?" if near else "choose one of them",
    )


def _wild(text: str, place: Span, value: str) -> str:
    before = value.partition("*")[0]
    if "*" in value and sum(map(str.isalnum, before)) < _LETTERS_BEFORE_WILDCARD:
        raise refusal(
            text,
            place,
            code="E-WILDS",
            message="a wildcard needs at least two letters before it",
            hint="write more of the value",
        )
    return value


def _link_value(text: str, place: Span, *, field: Field, value: str) -> str:
    # Pasted stars at the ends say what is so anyway: that more may stand there.
    bare = value.strip().strip("*") if field is Field.URL else value.strip().removeprefix("*")
    found = address(bare).removeprefix("." if field is not Field.URL else "")
    if "*" in found:
        raise _wrong(
            text,
            place,
            "a link takes no wildcard inside",
            hint="ask for its parts: url:shop.example url:/sale",
        )
    if not found or (field is not Field.URL and set(found) & set("/?# ")):
        raise _wrong(
            text,
            place,
            f"'{value[:40]}' is no {'address' if field is Field.URL else 'host'}",
            hint="write it like url:shop.example/sale or domain:shop.example",
        )
    return found


def _numbers(text: str, place: Span, *, field: Field, value: str, at_least: bool) -> Node:
    low, dots, high = value.partition("..")
    if dots:
        return _range(text, place, field, _bound(text, place, low), _bound(text, place, high))
    number = _bound(text, place, value)
    return _range(text, place, field, number, None if at_least else number)


def _bound(text: str, place: Span, typed: str) -> float | None:
    if typed == "*":
        return None
    number = number_of(typed)
    if number is None:
        raise _no_range(text, place, f"'{typed[:40]}' is no number")
    return number


def _range(
    text: str, place: Span, field: Field, low: float | None, high: float | None
) -> FieldRange:
    if low is not None and high is not None and low > high:
        raise _no_range(text, place, "the range ends before it begins")
    return FieldRange(field, low, high, place)


def _moments(text: str, place: Span, *, name: str, value: str) -> Node:
    begin, end = _span(text, place, value.strip())
    match name:
        case "since":
            return _dates(text, place, begin, None)
        case "until" | "before":
            return _dates(text, place, None, begin - 1)
        case "after":
            return _dates(text, place, end + 1, None)
    return _dates(text, place, begin, end)


def _dates(text: str, place: Span, begin: float | None, end: float | None) -> FieldRange:
    for bound in (begin, end):
        if bound is not None and not _EARLIEST <= bound <= _LATEST:
            raise _no_range(text, place, "dates go from the year 1000 to 9999")
    return _range(text, place, Field.DATE, begin, end)


def _span(text: str, place: Span, typed: str) -> tuple[float, float]:
    """Return the first and the last second of a year, a month, a day, a minute or a second."""
    found = _DATE.fullmatch(typed)
    try:
        begin, length = _told(*found.groups()) if found else (None, timedelta())
        first = begin.timestamp() if begin else None
    except (ValueError, OverflowError):
        first = None
    if first is None:
        raise _no_range(text, place, f"'{typed[:40]}' is no date", hint="write it like 2026-01-31")
    return first, first + length.total_seconds() - 1


def _told(year: str, *rest: str | None) -> tuple[datetime, timedelta]:
    month, day, hour, minute, second, zone = rest
    if month is None:
        begin = datetime(int(year), 1, 1, tzinfo=UTC)
        return begin, timedelta(days=(datetime(int(year), 12, 31, tzinfo=UTC) - begin).days + 1)
    if day is None:
        begin = datetime(int(year), int(month), 1, tzinfo=UTC)
        return begin, timedelta(days=monthrange(int(year), int(month))[1])
    if hour is None or minute is None:
        return datetime(int(year), int(month), int(day), tzinfo=UTC), timedelta(days=1)
    written = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{_zone(zone)}"
    return datetime.fromisoformat(written), timedelta(seconds=1 if second else 60)


def _zone(written: str | None) -> str:
    return "+00:00" if written in (None, "", "Z", "z") else str(written)


def _no_range(text: str, place: Span, message: str, *, hint: str = "") -> QueryError:
    return refusal(
        text,
        place,
        code="E-RANGE",
        message=message,
        hint=hint or "write it like followers:[1000 TO *], or date:[2026-01-01 TO 2026-01-31]",
    )


def _wrong(text: str, place: Span, message: str, *, hint: str = "") -> QueryError:
    return refusal(
        text,
        place,
        code="E-FIELD",
        message=message,
        hint=hint or "to look for it as text, put it in quotation marks",
    )
