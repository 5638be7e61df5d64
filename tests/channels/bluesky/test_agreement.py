"""Where we and a real server must agree: what counts as a character, and every byte of a frame."""

import random
import time

import pytest
from tests.channels.bluesky.conftest import Open
from tests.channels.bluesky.hearing import listen
from tests.servers.bluesky import Person, Server
from websockets.sync.client import connect

from answerback.channels.bluesky import firehose
from answerback.channels.bluesky.told import Told, What
from answerback.channels.http import BrokenOff
from answerback.channels.live import Hole, Lapsed
from answerback.domain.etiquette.length import length

pytestmark = pytest.mark.slow

#: What people see as one character; each short enough for three hundred in 3,000 bytes.
_CLUSTERS = {
    "letter": "a",
    "umlaut": "\u00fc",
    "umlaut in two": "u\u0308",
    "flag": "\U0001f1e9\U0001f1ea",
    "skin": "\U0001f44b\U0001f3fd",
    "keycap": "1\ufe0f\u20e3",
    "heart": "\u2764\ufe0f",
    "jamo": "\u1112\u1161\u11ab",
    "devanagari": "\u0915\u094d\u0937",
    "thai": "\u0e01\u0e33",
    "line end": "\r\n",
    "zalgo": "a\u0301\u0302\u0303\u0304",
    "wide": "\u6f22",
}


@pytest.mark.parametrize("cluster", _CLUSTERS.values(), ids=list(_CLUSTERS))
def test_three_hundred_of_anything_are_counted_as_the_server_counts_them(
    ada: Person, cluster: str
) -> None:
    # A letter at the end: the server trims no text, but ends of lines alone are odd.
    enough, too_much = cluster * 299 + "x", cluster * 300 + "x"

    ada.post(enough)
    with pytest.raises(AssertionError, match="grapheme too big"):
        ada.post(too_much)

    assert length(enough, channel="bluesky") == 300
    assert length(too_much, channel="bluesky") == 301


def frames_of(server: Server, *, number: int) -> list[bytes]:
    """Return the last frames of a server, as they come."""
    found: list[bytes] = []
    url = f"{server.url.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos?cursor=0"
    end = time.monotonic() + 20
    with connect(url, max_size=1 << 23, proxy=None) as line:
        while time.monotonic() < end:
            try:
                found.append(bytes(line.recv(timeout=1)))  # type: ignore[arg-type]
            except TimeoutError:
                break
    return found[-number:]


def test_frames_of_which_any_bytes_are_wrong_are_set_aside_and_never_a_crash(
    acme: Person, ada: Person, server: Server, opened: Open
) -> None:
    ada.mention(acme, "It leaks")
    ada.take_away(ada.post("Never mind")["uri"])
    ada.do("com.atproto.server.deactivateAccount")
    listen(opened(acme), until=lambda one: bool(one.gone))
    frames = frames_of(server, number=12)
    chance = random.Random(12)  # noqa: S311  no secret
    kinds: set[What] = set()

    for _ in range(4_000):
        frame = bytearray(chance.choice(frames))
        for _ in range(chance.randrange(1, 6)):
            frame[chance.randrange(len(frame))] = chance.randrange(256)
        if chance.random() < 0.3:
            del frame[chance.randrange(len(frame)) :]
        try:
            told = list(firehose.read(bytes(frame), host="pds.example"))
        except (Lapsed, BrokenOff):
            continue
        assert told
        kinds |= {one.what for one in told if isinstance(one, Told)}
        assert all(isinstance(one, Told | Hole) for one in told)

    assert {What.WRITTEN, What.DELETED, What.ACCOUNT_GONE, What.BROKEN} <= kinds
    assert all(list(firehose.read(frame, host="pds.example")) for frame in frames)
