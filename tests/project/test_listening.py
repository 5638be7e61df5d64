"""All live sources at once: a slow one delays no other, and the end is quick."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.builders import MONDAY_9
from tests.project.hearing import acme_hears, ids_kept, said

from answerback.channels.fake.live_network import LiveFault, LiveNetwork
from answerback.desk import models
from answerback.desk.queries.ledger import ledger
from answerback.project import listening as loop
from answerback.project.listening import listening
from answerback.project.start import desk

PATIENCE_SECONDS = 30
SLOW_SECONDS = 12.0


@pytest.fixture
def network(own_database: Path, tmp_path: Path) -> Iterator[LiveNetwork]:
    with desk(own_database, create=True):
        folder = tmp_path / "network"
        folder.mkdir()
        yield acme_hears(folder, streams="mentions,tag")


def comes(what: Callable[[], bool]) -> float:
    """Wait for something, and return how many seconds it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < PATIENCE_SECONDS, "It did not come."
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_slow_network_delays_no_other_source_no_letter_and_no_end(network: LiveNetwork) -> None:
    network.plan_faults([LiveFault(kind="slow", seconds=SLOW_SECONDS)])  # of whoever asks first
    network.tell(said(1), at=MONDAY_9, stream="mentions")
    network.tell(said(2), at=MONDAY_9, stream="tag")
    letter = {"at": MONDAY_9.isoformat(), **said(3)}
    models.Letter.objects.create(
        account=models.ChannelAccount.objects.get(),
        key="a",
        body=json.dumps(letter).encode(),
        received_at=MONDAY_9,
    )

    with listening(threading.Event()):
        took = comes(lambda: len(ids_kept()) == 2)
        began = time.monotonic()
    ended = time.monotonic() - began

    assert took < SLOW_SECONDS
    assert "p3" in ids_kept()
    assert ended < SLOW_SECONDS / 2
    assert all(one.problems == () for one in ledger())


def test_letters_do_not_wait_for_networks_that_are_slow(network: LiveNetwork) -> None:
    network.plan_faults([LiveFault(kind="slow", seconds=SLOW_SECONDS)] * 2)
    stopping = threading.Event()
    only_one = loop.Listening(stopping=stopping, at_once=1)
    thread = threading.Thread(target=only_one.run)
    thread.start()
    letter = {"at": MONDAY_9.isoformat(), **said(3)}
    models.Letter.objects.create(
        account=models.ChannelAccount.objects.get(),
        key="a",
        body=json.dumps(letter).encode(),
        received_at=MONDAY_9,
    )

    took = comes(lambda: ids_kept() == ["p3"])
    stopping.set()
    thread.join(PATIENCE_SECONDS)

    assert took < SLOW_SECONDS


def test_what_is_said_while_we_listen_is_heard_soon(network: LiveNetwork) -> None:
    models.ChannelAccount.objects.update(
        settings={**models.ChannelAccount.objects.get().settings, "pushed": "yes"}
    )
    with listening(threading.Event()):
        comes(lambda: models.Source.objects.filter(streaming=True).count() == 2)
        network.tell(said(1), at=MONDAY_9)
        comes(lambda: ids_kept() == ["p1"])

    assert models.Source.objects.filter(streaming=True).count() == 0


def test_where_more_is_pushed_than_can_be_held_open_polls_hear_the_rest(
    network: LiveNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_MOST_STREAMS", 1)
    models.ChannelAccount.objects.update(
        settings={**models.ChannelAccount.objects.get().settings, "pushed": "yes"}
    )

    with listening(threading.Event()):
        comes(lambda: models.Source.objects.filter(streaming=True).count() == 1)
        network.tell(said(1), at=MONDAY_9, stream="mentions")
        network.tell(said(2), at=MONDAY_9, stream="tag")
        comes(lambda: sorted(ids_kept()) == ["p1", "p2"])
