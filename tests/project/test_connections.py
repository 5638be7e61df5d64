"""Many streams are held open by few connections: whoever waits for a network has none."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from tests.builders import MONDAY_9
from tests.project.hearing import acme_hears, said

from answerback.channels.fake import live as fake
from answerback.desk import models
from answerback.desk.queries.ledger import ledger
from answerback.project import streaming
from answerback.project.listening import Listening
from answerback.project.source_session import MOST_CONNECTIONS

STREAMS = 64
_PATIENCE_SECONDS = 120


def _connections() -> int:
    """Return how many connections there are to this database, but for this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "postgresql", reason="is about a server's connections")
@pytest.mark.django_db(transaction=True)
def test_sixty_four_streams_share_few_connections_and_hear_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(django_settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(streaming, "_POLLED", {})  # sources of other tests had the same numbers
    monkeypatch.setattr(fake, "_BEAT_SECONDS", 0.5)  # sixty-four of them look into one file
    names = [f"s{number}" for number in range(STREAMS)]
    network = acme_hears(tmp_path, streams=",".join(names), pushed="yes")
    stopping = threading.Event()
    heard = threading.Thread(target=Listening(stopping=stopping).run)
    seen: list[int] = []
    heard.start()
    try:
        _wait_until(lambda: models.Source.objects.filter(streaming=True).count() == STREAMS, seen)
        for number, name in enumerate(names):
            network.tell(said(number), at=MONDAY_9, stream=name)
        _wait_until(lambda: models.Post.objects.count() == STREAMS, seen)
        quiet = _looked_at()
    finally:
        stopping.set()
        heard.join(30)
        _wait_until(lambda: _connections() == 0, [])  # nobody is at the tables any more

    # The loop that looks what is due has one, and what is closed here ends there a moment later.
    assert max(seen + quiet) <= MOST_CONNECTIONS + 6
    assert [one.problems for one in ledger()] == [()] * STREAMS


def _looked_at() -> list[int]:
    """Return how many connections there are, at forty moments of a time in which all wait."""
    found = []
    for _ in range(40):
        time.sleep(0.1)
        found.append(_connections())
    return found


def _wait_until(what: Callable[[], bool], seen: list[int]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not what():
        seen.append(_connections())
        assert time.monotonic() < end, "It did not come."
        time.sleep(0.05)
