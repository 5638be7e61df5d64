"""A stream that is held open: what it pushes is taken in, what breaks is caught up."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from tests.builders import MONDAY_9, NEXT_DAY
from tests.project.hearing import acme_hears, ids_kept, said

from answerback.channels.fake.live import FakeLive
from answerback.channels.fake.live_network import LiveFault
from answerback.channels.inbound import Cursor
from answerback.channels.live import Hearing, NotAllowed, Page
from answerback.desk import models
from answerback.desk.operations.lease import take_lease
from answerback.desk.operations.take_page import lease_of_source
from answerback.desk.queries import pressure
from answerback.desk.queries.ledger import ledger
from answerback.project import streaming
from answerback.project.streaming import hold_stream

PATIENCE_SECONDS = 20
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _folder(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001  the tables
    monkeypatch.setattr(django_settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(streaming, "_FIRST_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(streaming, "_POLLED", {})


@dataclass(kw_only=True)
class Play:
    """Goes on with the next scene each time one is over, and stops the stream after the last."""

    scenes: Iterator[Callable[[], bool]]  #: each says whether it is over
    now: Callable[[], bool] | None = None
    began: float = field(default_factory=time.monotonic)
    over: bool = False
    _of: int = field(default_factory=threading.get_ident)

    def stopping(self) -> bool:
        if threading.get_ident() != self._of:
            return self.over  # the reader's own thread knows no database
        if time.monotonic() - self.began > PATIENCE_SECONDS:
            raise AssertionError("The scene is not over.")
        if self.now is None or self.now():
            self.now = next(self.scenes, None)
            self.over = self.now is None
        return self.over


def clock() -> datetime:
    """Return a clock of the year of the examples, which goes on."""
    return NEXT_DAY + timedelta(seconds=time.monotonic() % 10_000)


def played(*scenes: Callable[[], bool]) -> models.Source:
    source = models.Source.objects.get()
    play = Play(scenes=iter(scenes))
    assert hold_stream(source.pk, clock=clock, stopping=play.stopping)
    source.refresh_from_db()
    return source


def kept(*ids: str) -> Callable[[], bool]:
    return lambda: set(ids) <= set(ids_kept())


def test_what_is_pushed_is_taken_in_while_the_stream_is_held(tmp_path: Path) -> None:
    network = acme_hears(tmp_path, pushed="yes")
    network.tell(said(1), at=MONDAY_9)

    def more() -> bool:
        assert models.Source.objects.get().streaming
        network.tell(said(2), {"gone": "p1"}, at=MONDAY_9)
        return True

    source = played(kept("p1"), streams, more, kept("p2"))

    assert (source.streaming, source.cursor, source.failures) == (False, "3", 0)
    assert list(models.Tombstone.objects.values_list("external_id", flat=True)) == ["p1"]
    assert [one.problems for one in ledger()] == [()]


def streams() -> bool:
    return models.Source.objects.get().streaming


def test_a_source_whose_server_holds_no_stream_open_is_polled_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = acme_hears(tmp_path, pushed="yes", every="60")
    network.tell(said(1), at=MONDAY_9)
    monkeypatch.setattr(FakeLive, "listen", Hearing.listen)

    source = played(lambda: False)

    assert ids_kept() == ["p1"]
    assert (source.failures, source.sentence, source.streaming) == (0, "", False)
    assert source.next_at is not None
    assert timedelta(seconds=30) < source.next_at - clock() <= MINUTE
    assert streaming.is_polled_instead(source.pk)
    assert models.Gap.objects.count() == 0


def test_a_stream_that_tells_nothing_for_us_moves_on_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme_hears(tmp_path, pushed="yes")

    def listen(
        _self: FakeLive,
        _stream: str,
        _since: Cursor | None,
        *,
        stopping: Callable[[], bool],
        **_told: object,
    ) -> Iterator[Page]:
        for number in count(1):
            if stopping():
                return
            yield Page(cursor=Cursor(str(number)))
            time.sleep(0.05)

    monkeypatch.setattr(FakeLive, "listen", listen)
    monkeypatch.setattr(streaming, "_BEAT_SECONDS", 0.1)

    played(lambda: int(models.Source.objects.get().cursor or 0) >= 2)

    assert models.LedgerLine.objects.count() == 0


def test_many_small_pages_are_few_batches(tmp_path: Path) -> None:
    network = acme_hears(tmp_path, pushed="yes")

    def tell() -> bool:
        network.show_at_once(1)
        network.tell(*(said(number) for number in range(30)), at=MONDAY_9)
        return True

    source = played(streams, tell, kept(*(f"p{number}" for number in range(30))))

    assert source.batches < 15


def test_a_stream_that_forgets_is_caught_up_by_a_poll(tmp_path: Path) -> None:
    network = acme_hears(tmp_path, pushed="no replay")
    network.tell(said(1), at=MONDAY_9)
    played(kept("p1"), streams)

    network.tell(said(2), at=MONDAY_9)  # nobody listens
    played(kept("p2"), streams)

    assert ids_kept() == ["p1", "p2"]
    assert models.Gap.objects.count() == 0


def test_a_line_that_breaks_is_a_gap_and_the_next_line_repairs_it(tmp_path: Path) -> None:
    network = acme_hears(tmp_path, streams="shallow", pushed="no replay")

    def break_line() -> bool:
        network.plan_faults([LiveFault(kind="down")])
        return True

    broken = played(streams, break_line, lambda: False)
    assert broken.next_at is not None
    assert (broken.failures, broken.sentence[:16]) == (1, "The fake network")
    gap = models.Gap.objects.get()
    assert (gap.kind, gap.repaired_at) == ("stream_broke", None)

    network.tell(said(5), at=MONDAY_9, stream="shallow")
    played(kept("p5"), streams)

    gap.refresh_from_db()
    assert (gap.repaired_at is not None, gap.found_posts) == (True, 1)
    events = models.Event.objects.filter(what__startswith="gap_").order_by("pk")
    assert list(events.values_list("what", flat=True)) == ["gap_found", "gap_repaired"]


def test_a_stream_that_goes_on_from_its_place_leaves_no_gap(tmp_path: Path) -> None:
    network = acme_hears(tmp_path, pushed="yes")

    def tell_and_break() -> bool:
        network.tell(said(1), at=MONDAY_9)
        return True

    def break_line() -> bool:
        network.plan_faults([LiveFault(kind="down")])
        return True

    played(streams, tell_and_break, kept("p1"), break_line, lambda: False)

    assert models.Gap.objects.count() == 0


def test_a_worker_that_loses_its_lease_stops_and_writes_no_more(tmp_path: Path) -> None:
    network = acme_hears(tmp_path, pushed="yes")

    def take_over() -> bool:
        name = lease_of_source(models.Source.objects.get().pk)
        assert take_lease(name=name, at=clock(), until=clock() + MINUTE, by_force=True)
        network.tell(said(1), at=MONDAY_9)
        return True

    played(streams, take_over, lambda: False)

    assert ids_kept() == []
    assert models.Source.objects.get().cursor == ""


def test_a_source_that_is_switched_off_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "_BEAT_SECONDS", 0.1)
    acme_hears(tmp_path, pushed="yes")

    def pause() -> bool:
        models.ChannelAccount.objects.update(on=False)
        return True

    source = played(streams, pause, lambda: False)

    assert (source.failures, source.sentence) == (0, "")


def test_a_stream_is_not_read_on_while_much_waits_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressure, "MOST_WAITING", 3)
    network = acme_hears(tmp_path, pushed="yes")

    def tell() -> bool:
        network.show_at_once(2)
        network.tell(*(said(number) for number in range(8)), at=MONDAY_9)
        return True

    def rests() -> bool:
        source = models.Source.objects.get()
        return "wait to be sorted" in source.sentence

    def sort() -> bool:
        models.Post.objects.update(sorted_at=NEXT_DAY)
        return len(ids_kept()) == 8

    played(streams, tell, rests, sort)

    assert [one.problems for one in ledger()] == [()]


def test_a_stream_that_is_refused_where_polls_are_let_in_stops_no_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = acme_hears(tmp_path, pushed="yes", every="60")
    network.tell(said(1), at=MONDAY_9)

    def refused(*_told: object, **_named: object) -> Iterator[Page]:
        raise NotAllowed("A proxy opens no stream (403).")

    monkeypatch.setattr(FakeLive, "listen", refused)

    source = played(lambda: False)

    assert (ids_kept(), source.failures) == (["p1"], 0)
    assert models.ChannelAccount.objects.get().stopped == ""
    assert streaming.is_polled_instead(source.pk)
