"""A brand's TOML text, written from a few fields."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

_QUERY: Final = re.compile(r'["()*@#:]|\b(?:AND|OR|NOT|NEAR)\b')

_DELETE: Final = "\x7f"  # a control too, though it stands at the end of ASCII

#: What a form offers for the days of the week, and how the brand file says it.
DAYS: Final = ("mon-fri", "mon-sat", "mon-sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandFields:
    """What a newcomer says of a brand."""

    name: str
    handles: tuple[str, ...] = ()  #: with or without the @
    listen: str = ""  #: a query, or words and phrases with commas between
    languages: tuple[str, ...] = ()  #: ISO 639-1; empty: all
    timezone: str = "UTC"  #: an IANA name
    days: str = DAYS[0]  #: one of DAYS
    opens: time | None = None  #: None: always open
    closes: time | None = None


def brand_text(fields: BrandFields) -> str:
    """
    Return the text of a brand file; `domain.triage.brand_file` reads it back.

    `listen` stays as it is where it is a query; words between commas become alternatives:
    `kettle, tea pot` is `kettle OR "tea pot"`.
    """
    lines = [
        "# What each key means: docs/reference/brand-file.md.",
        "",
        f"name = {_quoted(fields.name)}",
        f"handles = {_listed(tuple(one.removeprefix('@') for one in fields.handles))}",
    ]
    if fields.languages:
        lines.append(f"languages = {_listed(fields.languages)}")
    if fields.listen.strip():
        lines.append(f"query = {_quoted(query_of(fields.listen))}")
    lines += ["", "[hours]", f"timezone = {_quoted(fields.timezone)}"]
    if fields.opens is None or fields.closes is None:
        lines.append("always = true")
    else:
        span = f"{fields.opens:%H:%M}-{fields.closes:%H:%M}"
        lines.append(f"{fields.days} = {_listed((span,))}")
    return "\n".join(lines) + "\n"


def query_of(listen: str) -> str:
    """Return the query that words between commas stand for; a query stays as it is."""
    told = " ".join(listen.split())
    if _QUERY.search(told):
        return told
    words = [word.strip() for word in told.split(",") if word.strip()]
    return " OR ".join(f'"{word}"' if " " in word else word for word in words)


def _listed(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"


def _quoted(text: str) -> str:
    """Write a basic string: TOML escapes controls, quotes and backslashes."""
    shown = "".join(
        f"\\u{ord(char):04X}" if ord(char) < ord(" ") or char == _DELETE else char
        for char in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{shown}"'
