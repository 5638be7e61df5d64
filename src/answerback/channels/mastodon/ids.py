"""
Names of posts, unique on the whole network and not only on one server.

A server of the Mastodon API names a post by an opaque word of its own, and another server may
use the same word for another post: so ours is "social.example/116386066936197501".
"""

import re

from answerback.channels.inbound import ChannelDown

#: snac puts the moment of the last edit before its own name for a post, so its ids change with
#: every edit; what stays is the hash behind.  It never reads the first ten digits.
_SNAC = re.compile(r"[0-9]{10}([0-9a-f]{32})")
_SNAC_BARE = re.compile(r"[0-9a-f]{32}")


def ours(told: str, *, host: str) -> str:
    """Return our name for a post that the server at `host` names `told`."""
    return f"{host}/{steady(told)}"


def theirs(name: str, *, host: str) -> str:
    """
    Return the server's own name for a post of ours.

    :raises ElsewhereNamed: when the name is of another server.
    """
    server, slash, told = name.rpartition("/")
    if slash and server != host:
        raise ElsewhereNamed(
            f"The post is known as '{name[:80]}', which is a name of {server[:60]} and not of "
            f"{host}. Ask through the account on {server[:60]}."
        )
    return f"{0:010d}{told}" if _SNAC_BARE.fullmatch(told) else told


def steady(told: str) -> str:
    """Return the part of a server's name for a post that an edit does not change."""
    snac = _SNAC.fullmatch(told)
    return snac[1] if snac else told


class ElsewhereNamed(ChannelDown):
    """One server is asked for a post by the name that it has on another."""
