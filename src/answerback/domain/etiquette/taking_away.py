"""Where what we said can be taken away again."""

from typing import Final

#: Channels; `tests/channels` holds it against their caps.
TAKES_AWAY: Final = frozenset({"bluesky", "mastodon"})


def takes_away(channel: str) -> bool:
    return channel in TAKES_AWAY
