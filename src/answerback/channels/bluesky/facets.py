"""What stands behind parts of a text: links, people, hashtags, counted in bytes of UTF-8."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

_TYPE: Final = "app.bsky.richtext.facet"
_MOST_FACETS: Final = 200
_MOST_FEATURES: Final = 8


class Kind(StrEnum):
    """What a part of a text is."""

    LINK = "link"
    MENTION = "mention"
    TAG = "tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A part of a text and what it points to."""

    start: int  #: bytes of UTF-8 from the beginning
    end: int  #: the first byte behind it
    kind: Kind
    target: str  #: an address, a DID, a hashtag without its #


#: The name of each kind's target in a record.
_TARGETS: Final = {Kind.LINK: "uri", Kind.MENTION: "did", Kind.TAG: "tag"}


def read_facets(told: object) -> tuple[Facet, ...]:
    """Return those facets of a record that make sense; the others are as if not told."""
    if not isinstance(told, Sequence) or isinstance(told, str | bytes):
        return ()
    return tuple(one for facet in told[:_MOST_FACETS] for one in _read(facet))


def _read(facet: object) -> Iterator[Facet]:
    index = facet.get("index") if isinstance(facet, Mapping) else None
    features = facet.get("features") if isinstance(facet, Mapping) else None
    if not isinstance(index, Mapping) or not isinstance(features, list):
        return
    start, end = index.get("byteStart"), index.get("byteEnd")
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        return
    for feature in features[:_MOST_FEATURES]:
        if not isinstance(feature, Mapping):
            continue
        kind = _KINDS.get(str(feature.get("$type", "")))
        target = feature.get(_TARGETS[kind]) if kind else None
        if kind and isinstance(target, str) and target.strip():
            yield Facet(start=start, end=end, kind=kind, target=target.strip())


_KINDS: Final = {f"{_TYPE}#{kind}": kind for kind in Kind}


def with_whole_links(text: str, facets: Sequence[Facet]) -> str:
    """
    Return a text in which links stand whole, where the network's apps had shortened them.

    "see example.org/a/lon..." becomes "see https://example.org/a/long/way".  Words that are
    linked stay words: where they lead is told beside the text.
    """
    told = text.encode("utf-8", "surrogatepass")
    parts: list[bytes] = []
    done = 0
    links = (facet for facet in facets if facet.kind is Kind.LINK)
    for facet in sorted(links, key=lambda one: one.start):
        if facet.start < done or facet.end > len(told):
            continue
        shown = told[facet.start : facet.end].decode("utf-8", "replace")
        if "\ufffd" in shown or not _is_short_for(shown, facet.target):
            continue
        parts += (told[done : facet.start], facet.target.encode("utf-8", "surrogatepass"))
        done = facet.end
    return b"".join((*parts, told[done:])).decode("utf-8", "surrogatepass")


def _is_short_for(shown: str, target: str) -> bool:
    bare = _bare(target)
    begun = _bare(shown.strip()).removesuffix("…").removesuffix("...").rstrip("/")
    return len(begun) >= _SHORTEST_HOST and shown != target and bare.startswith(begun)


_SHORTEST_HOST: Final = 4


def _bare(link: str) -> str:
    lowered = link.casefold()
    for scheme in ("https://", "http://"):
        lowered = lowered.removeprefix(scheme)
    return lowered.removeprefix("www.")


# ------------------------------------------------------------------------------- our own words

_LINK = re.compile(r"https?://[^\s<>\"\u201c\u201d]+", re.IGNORECASE)
_HANDLE = re.compile(
    r"(?:^|(?<=[\s(\[]))@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)",
    re.IGNORECASE | re.ASCII,
)
_TAG = re.compile(r"(?:^|(?<=[\s(\[]))[#\uff03]((?!\ufe0f)[^\s#\u00ad\u2060\u200a-\u200d]{1,64})")
_BEHIND_LINK: Final = ".,;:!?'\u2019*_"
_BEHIND_TAG: Final = ".,;:!?'\"\u2019)]}*"


def facets_for(text: str, *, resolve: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """
    Return the facets of a text of ours: its links, people and hashtags, in their order.

    `resolve` tells the DID of a handle; None: there is nobody of that name, and the words stay
    words.
    """
    found = [
        *((place, Kind.LINK, target) for place, target in _links(text)),
        *((place, Kind.MENTION, target) for place, target in _people(text, resolve)),
        *((place, Kind.TAG, target) for place, target in _tags(text)),
    ]
    facets: list[dict[str, Any]] = []
    done = 0
    for (start, end), kind, target in sorted(found, key=lambda one: one[0]):
        if start < done:
            continue
        done = end
        before = len(text[:start].encode("utf-8", "replace"))
        within = len(text[start:end].encode("utf-8", "replace"))
        facets.append(
            {
                "$type": _TYPE,
                "index": {"byteStart": before, "byteEnd": before + within},
                "features": [{"$type": f"{_TYPE}#{kind}", _TARGETS[kind]: target}],
            }
        )
    return facets


_Found = Iterator[tuple[tuple[int, int], str]]


def _links(text: str) -> _Found:
    for match in _LINK.finditer(text):
        link = match[0].rstrip(_BEHIND_LINK)
        while link.endswith(")") and link.count("(") < link.count(")"):
            link = link[:-1].rstrip(_BEHIND_LINK)
        if "." in link.partition("://")[2].partition("/")[0]:
            yield (match.start(), match.start() + len(link)), link


def _people(text: str, resolve: Callable[[str], str | None]) -> _Found:
    for match in _HANDLE.finditer(text):
        did = resolve(match[1].lower())
        if did is not None:
            yield (match.start(), match.end()), did


def _tags(text: str) -> _Found:
    for match in _TAG.finditer(text):
        tag = match[1].rstrip(_BEHIND_TAG)
        if tag and not tag.isdigit():
            yield (match.start(), match.start(1) + len(tag)), tag
