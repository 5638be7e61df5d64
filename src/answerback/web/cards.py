"""What one case looks like on a page: words and lengths, worked out before a template sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from answerback.domain.records.reading import Kind
from answerback.domain.triage.priority import Part

_OPENING_LENGTH = 180
#: A post of a megabyte is no page: the rest stays in the database.
MOST_SHOWN = 4_000
_BAR_WIDTH = 100.0
_HOUR, _DAY = 60, 24 * 60  # minutes
#: At risk: less than this share of the span to `respond_by` is left (GLOSSARY, inbox health).
_AT_RISK = 0.25

KINDS: Mapping[str, Promise | str] = MappingProxyType(
    {
        Kind.COMPLAINT: _("complaint"),
        Kind.QUESTION: _("question"),
        Kind.REQUEST: _("request"),
        Kind.NEED: _("need"),
        Kind.PRAISE: _("praise"),
        Kind.COMPARISON: _("comparison"),
        Kind.IDEA: _("idea"),
        Kind.SPAM: _("spam"),
        Kind.OTHER: _("other"),
    }
)
PARTS: Mapping[str, Promise | str] = MappingProxyType(
    {
        Part.DEADLINE: _("deadline"),
        Part.URGENCY: _("urgency"),
        Part.RISK: _("risk"),
        Part.NEEDS_RESPONSE: _("needs response"),
        Part.SENTIMENT: _("sentiment"),
        Part.REPEAT: _("repeat"),
        Part.REACH: _("reach"),
    }
)


class Hurry(StrEnum):
    """How a deadline stands; also the name of its colours in the style sheet."""

    OVERDUE = "overdue"
    AT_RISK = "at-risk"
    IN_TIME = "in-time"
    NONE = "no-deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A deadline as a word, and as a length of time."""

    hurry: Hurry
    word: str
    span: str  #: "3 h late", "20 min left"; "" without a deadline
    since: str  #: "since 10:30", "by 3 Mar, 11:00"; "" without a deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPart:
    """One part of a priority, and where it lies in the bar."""

    name: str  #: also the name of its colour in the style sheet
    word: Promise | str
    value: float
    start: str  #: hundredths of the bar, written for SVG: never with a decimal comma
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A post on its network: where a click really leads."""

    url: str
    host: str


def copies_in_words(copies: int, *, by: int) -> str:
    """Return how many say the same, and how many people they are; nothing for none."""
    if not copies:
        return ""
    said = ngettext("×%(count)s copy", "×%(count)s copies", copies)  # noqa: RUF001 - times
    people = ngettext("by %(count)s person", "by %(count)s people", by)
    return f"{said % {'count': f'{copies:,}'}} {people % {'count': f'{by:,}'}}"


def deadline(by: datetime | None, *, written_at: datetime, at: datetime) -> Deadline:
    """Return how a deadline stands at a moment, for a post of `written_at`."""
    if by is None:
        return Deadline(hurry=Hurry.NONE, word=gettext("No deadline"), span="", since="")
    if by < at:
        span = gettext("%(span)s late") % {"span": _span(by, at)}
        since = gettext("since %(moment)s") % {"moment": _moment(by, at=at)}
        return Deadline(hurry=Hurry.OVERDUE, word=gettext("Overdue"), span=span, since=since)
    span = gettext("%(span)s left") % {"span": _span(at, by)}
    due = gettext("by %(moment)s") % {"moment": _moment(by, at=at)}
    if by - at < _AT_RISK * (by - written_at):
        return Deadline(hurry=Hurry.AT_RISK, word=gettext("At risk"), span=span, since=due)
    return Deadline(hurry=Hurry.IN_TIME, word=gettext("In time"), span=span, since=due)


def _span(start: datetime, end: datetime) -> str:
    """Return a length of time as rows have room for: "3 h", "20 min"."""
    minutes = int((end - start).total_seconds() // 60)
    if minutes < _HOUR:
        return gettext("%(count)d min") % {"count": minutes}
    if minutes < 2 * _DAY:
        return gettext("%(count)d h") % {"count": minutes // _HOUR}
    return gettext("%(count)d d") % {"count": minutes // _DAY}


def _moment(told: datetime, *, at: datetime) -> str:
    here, today = timezone.localtime(told), timezone.localtime(at).date()
    return date_format(here, "H:i" if here.date() == today else "j M, H:i")


def opening(text: str) -> str:
    """Return the beginning of a text on one line."""
    head = " ".join(text[: 4 * _OPENING_LENGTH].split())
    return Truncator(head).chars(_OPENING_LENGTH)


def cut(text: str) -> str:
    """Return how much of a text is not shown, in words; nothing when all of it is."""
    left_out = len(text) - MOST_SHOWN
    if left_out <= 0:
        return ""
    return ngettext(
        "%(count)d more character is not shown here.",
        "%(count)d more characters are not shown here.",
        left_out,
    ) % {"count": left_out}


def bar(parts: Mapping[str, float]) -> tuple[BarPart, ...]:
    """
    Return a priority's parts side by side, largest first; parts of nothing are left out.

    Units: start and width in hundredths of a bar whose whole length is a priority of 1.
    Error: rounded to a hundredth of that.
    """
    drawn: list[BarPart] = []
    start = 0.0
    for name, value in sorted(parts.items(), key=lambda part: -part[1]):
        if value <= 0:
            break
        width = value * _BAR_WIDTH
        drawn.append(
            BarPart(
                name=name,
                word=PARTS.get(name, name),
                value=value,
                start=f"{start:.2f}",
                width=f"{width:.2f}",
            )
        )
        start += width
    return tuple(drawn)


def safe_link(url: str | None) -> Link | None:
    """
    Return a web address with the host it really leads to, or None for anything else.

    Browsers read a backslash as a slash and drop control characters, so an address with
    either may lead elsewhere than it says; so may one with a user name.  None is a link.
    """
    if url is None or not url.isascii() or not url.isprintable() or set(url) & set("\\@ "):
        return None
    try:
        told = urlsplit(url)
    except ValueError:  # brackets that hold no address
        return None
    if told.scheme not in {"http", "https"} or not told.hostname:
        return None
    return Link(url=url, host=told.hostname)
