"""What a person tells to set a Bluesky account up."""

import re
from typing import Final

from answerback.channels import guard
from answerback.channels.bluesky import jetstream
from answerback.channels.bluesky.api import SERVER
from answerback.channels.field_checks import (
    LOGIN_SHOWN,
    YES_NO,
    holds_login,
    no_hashtag,
    no_web_address,
)
from answerback.channels.live import Field
from answerback.channels.websocket import split

_OFF: Final = frozenset({"none", "off", "no", "-"})
_OWN: Final = "server"
#: A handle is a name of a host, or the mail address that one signs in with.
_HANDLE: Final = re.compile(r"@?(?:[\w-]+\.)+[\w-]+|[^\s@]+@[^\s@]+")
_NO_ADDRESS: Final = no_web_address(SERVER)


def unless_off(told: str) -> str:
    """Return where a stream is, "" where none shall be held open."""
    return "" if told.strip().casefold() in _OFF else told.strip()


def _no_server(told: str) -> str:
    whole = told if "://" in told else f"https://{told}"
    return LOGIN_SHOWN if holds_login(whole) else _NO_ADDRESS(whole)


def _no_handle(told: str) -> str:
    if _HANDLE.fullmatch(told):
        return ""
    return f"'{told[:80]}' is no handle. Write all of it: acme.bsky.social."


def _no_stream(told: str) -> str:
    if told.casefold() in {_OWN, *_OFF}:
        return ""
    try:
        parts = split(told if "://" in told else f"wss://{told}")
    except guard.AddressRefused as no:
        return str(no)
    host = parts.hostname or ""
    named = "." in host or host == "localhost" or ":" in host
    if parts.scheme in {"ws", "wss", "http", "https"} and named and "@" not in parts.netloc:
        return ""
    return f"'{told[:80]}' is no address of a stream. Write it like wss://stream.example, or none."


FIELDS: Final = (
    Field(
        name="server",
        label="Server",
        help="Where the account lives: https://bsky.social, or a server of your own.",
        required=False,
        default=SERVER,
        wrong=_no_server,
    ),
    Field(
        name="handle",
        label="Handle",
        help="Such as acme.bsky.social, without the @.",
        wrong=_no_handle,
    ),
    Field(
        name="password",
        label="App password",
        help="Made in the account's settings under Privacy and security; never its own password.",
        secret=True,
    ),
    Field(
        name="searches",
        label="Searches",
        help="Words to look for, as in Bluesky's own search: acme kettle, acme.example.",
        required=False,
        many=True,
    ),
    Field(
        name="hashtags",
        label="Hashtags",
        help="With or without the #: acme, acmekettle.",
        required=False,
        many=True,
        wrong=no_hashtag,
    ),
    Field(
        name="jetstream",
        label="Jetstream",
        help="The stream that tells of mentions at once. 'none': none is held open.",
        required=False,
        default=jetstream.PUBLIC,
        wrong=_no_stream,
    ),
    Field(
        name="firehose",
        label="Firehose",
        help="Where there is no Jetstream: wss:// and the host of a relay, or 'server' for "
        "the account's own.",
        required=False,
        wrong=_no_stream,
    ),
    Field(
        name="listen_to_all",
        label="Listen to all posts",
        help="Every post of the network is heard through Jetstream, and the brand's "
        "queries sort them. That is some dozens a second.",
        required=False,
        choices=YES_NO,
    ),
)
