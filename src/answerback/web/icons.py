"""The drawings of our own sprite, to be written into a page: nothing is fetched for them."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from answerback.web.assets import NoSuchAsset, find_asset

SPRITE = "web/icons.svg"
#: Drawings that point along the line of writing; they turn where it runs from right to left.
TURNING = frozenset({"reply", "send", "undo", "next", "back", "out", "outside", "transfer"})

_SYMBOL = re.compile(
    r'<symbol id="(?P<name>[\w-]+)" viewBox="0 0 20 20">(?P<drawn>.*?)</symbol>', re.DOTALL
)


class NoSuchIcon(Exception):
    """A template names a drawing that the sprite lacks: a bug, not a refusal."""


@cache
def icons() -> Mapping[str, str]:
    """
    Return every drawing by its name, as the inside of an `<svg viewBox="0 0 20 20">`.

    :raises NoSuchAsset: when the sprite is missing.
    """
    found = find_asset(SPRITE)
    if found is None:
        raise NoSuchAsset(f"No package carries the static file '{SPRITE}'.")
    drawings = _SYMBOL.finditer(found.content.decode())
    return MappingProxyType({one["name"]: one["drawn"] for one in drawings})


def icon(name: str) -> str:
    """
    Return a drawing as an `<svg>` that nobody is read aloud: its button or link has the words.

    :raises NoSuchIcon: when the sprite has no such drawing.
    """
    drawn = icons().get(name)
    if drawn is None:
        raise NoSuchIcon(f"There is no icon '{name}'. Icons: {', '.join(sorted(icons()))}.")
    kind = "icon turns" if name in TURNING else "icon"
    told = f'class="{kind}" viewBox="0 0 20 20" aria-hidden="true" focusable="false"'
    return f"<svg {told}>{drawn}</svg>"
