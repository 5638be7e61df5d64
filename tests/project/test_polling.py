"""What a poll does with all that a network may answer."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from tests.builders import MONDAY_9, NEXT_DAY
from tests.desk.hearing import live_account
from tests.project.hearing import acme_hears, ids_kept, polled, said

from answerback.channels.fake.live import FakeLive
from answerback.channels.fake.live_network import LiveFault, LiveNetwork
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Page
from answerback.desk import models
from answerback.desk.operations.lease import take_lease
from answerback.desk.operations.take_page import lease_of_source
from answerback.desk.queries import pressure
from answerback.desk.queries.due_sources import due_sources
from answerback.desk.queries.ledger import ledger
from answerback.project.brand_work import BrandWork
from answerback.project.polling import poll_source

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _folder(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001  the tables
    monkeypatch.setattr(django_settings, "DATA_DIR", tmp_path)


def test_what_is_new_is_heard_page_after_page_and_sorted_into_cases(tmp_path: Path) -> None:
    network = acme_hears(tmp_path)
    network.show_at_once(2)
    network.tell(*(said(number) for number in range(5)), at=MONDAY_9)

    source = polled()
    work = BrandWork()
    while work.do_one(at=NEXT_DAY):
        pass

    assert ids_kept() == ["p0", "p1", "p2", "p3", "p4"]
    assert (source.cursor, source.batches, source.next_at) == ("5", 3, NEXT_DAY + SECOND)
    assert models.Case.objects.count() == 5
    assert [one.problems for one in ledger()] == [()]


def test_a_second_poll_brings_only_what_came_since(tmp_path: Path) -> None:
    network = acme_hears(tmp_path)
    network.tell(said(1), at=MONDAY_9)
    polled()

    network.tell(said(2), at=MONDAY_9)
    source = polled(at=NEXT_DAY + MINUTE)

    assert (ids_kept(), source.batches) == (["p1", "p2"], 2)


def test_only_sources_whose_time_has_come_are_due(tmp_path: Path) -> None:
    acme_hears(tmp_path, streams="mentions,tag")
    polled()

    assert [one.stream for one in due_sources(at=NEXT_DAY)] == ["tag"]
    models.ChannelAccount.objects.update(stopped="Its login was refused.")
    assert due_sources(at=NEXT_DAY + MINUTE) == []


def test_a_source_that_another_worker_hears_is_left_alone(tmp_path: Path) -> None:
    acme_hears(tmp_path).tell(said(1), at=MONDAY_9)
    source = models.Source.objects.get()
    take_lease(name=lease_of_source(source.pk), at=NEXT_DAY, until=NEXT_DAY + MINUTE)

    assert not poll_source(source.pk, clock=lambda: NEXT_DAY)
    assert ids_kept() == []
    assert poll_source(source.pk, clock=lambda: NEXT_DAY + MINUTE)
    assert ids_kept() == ["p1"]


def test_a_limit_is_kept_to_and_holds_for_the_whole_account(tmp_path: Path) -> None:
    network = acme_hears(tmp_path, streams="mentions,tag")
    network.plan_faults([LiveFault(kind="limited", seconds=90)])

    source = polled()

    until = NEXT_DAY + 90 * SECOND
    assert (source.next_at, source.limited_until, source.failures) == (until, until, 0)
    assert source.sentence == "The fake network asks us to wait."
    assert due_sources(at=until - SECOND) == []
    assert len(due_sources(at=until)) == 2


def test_a_refused_login_stops_the_account_and_tells_its_owners_once(tmp_path: Path) -> None:
    network = acme_hears(tmp_path, streams="mentions,tag")
    network.plan_faults([LiveFault(kind="not_allowed")] * 2)

    polled()

    account = models.ChannelAccount.objects.get()
    assert account.stopped == "The fake network does not let us in. Set a new password."
    assert due_sources(at=NEXT_DAY + MINUTE) == []
    told = models.Notice.objects.values_list("user__handle", "what")
    assert list(told) == [("olga", "channel_stopped")]
    assert models.Event.objects.filter(what="channel_stopped").count() == 1


def test_a_network_that_is_down_is_asked_ever_more_seldom(tmp_path: Path) -> None:
    network = acme_hears(tmp_path)
    network.tell(said(1), at=MONDAY_9)
    network.plan_faults([LiveFault(kind="down")] * 12)

    rests = []
    for failures in range(1, 13):
        source = polled()
        assert source.next_at is not None
        rests.append((source.next_at - NEXT_DAY).total_seconds())
        assert (source.failures, source.sentence[:16]) == (failures, "The fake network")

    assert all(rest <= 600 for rest in rests)
    assert rests[0] < 6
    assert rests[-1] > 450
    assert (polled().failures, polled().sentence, ids_kept()) == (0, "", ["p1"])


def test_a_place_that_the_network_forgot_is_a_gap_and_it_goes_on(tmp_path: Path) -> None:
    network = acme_hears(tmp_path)
    network.tell(*(said(number) for number in range(4)), at=MONDAY_9)
    network.show_at_once(1)
    models.Source.objects.update(cursor="1", asked_at=NEXT_DAY - MINUTE)
    network.forget(before=3)

    first = polled()
    gap = models.Gap.objects.get()
    then = polled()

    assert (first.cursor, first.next_at) == ("3", NEXT_DAY)
    assert (gap.kind, gap.since, gap.until) == ("cursor_lapsed", NEXT_DAY - MINUTE, NEXT_DAY)
    assert (then.cursor, then.sentence) == ("4", "")
    assert "p3" in ids_kept()


def test_a_gap_from_before_we_were_away_says_so(tmp_path: Path) -> None:
    network = acme_hears(tmp_path)
    models.Source.objects.update(cursor="1", asked_at=NEXT_DAY - 100 * MINUTE)
    network.plan_faults([LiveFault(kind="lapsed")])

    polled()

    assert models.Gap.objects.get().kind == "we_were_down"


def test_a_network_that_forgets_every_place_is_not_asked_in_a_circle(tmp_path: Path) -> None:
    network = acme_hears(tmp_path)
    network.plan_faults([LiveFault(kind="lapsed")] * 9)

    for _ in range(4):
        source = polled()

    assert source.next_at is not None
    assert source.next_at > NEXT_DAY + 5 * SECOND


def test_a_bug_is_logged_and_only_its_source_rests(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    network = acme_hears(tmp_path, streams="mentions,tag")
    network.tell(said(1), at=MONDAY_9, stream="tag")
    network.plan_faults([LiveFault(kind="bug")])

    with caplog.at_level(logging.ERROR):
        source = polled()
    polled(stream="tag")

    assert "ZeroDivisionError" in caplog.text
    assert "a fault of ours" in source.sentence
    assert ids_kept() == ["p1"]


@pytest.mark.parametrize("kind", ["duplicate", "reorder"])
def test_what_is_told_twice_or_in_another_order_is_stored_once(tmp_path: Path, kind: str) -> None:
    network = acme_hears(tmp_path)
    network.tell(*(said(number) for number in range(4)), at=MONDAY_9)
    network.plan_faults([LiveFault(kind=kind)])

    polled()

    assert sorted(ids_kept()) == ["p0", "p1", "p2", "p3"]
    assert [one.problems for one in ledger()] == [()]


def test_while_many_posts_wait_the_network_is_asked_more_seldom_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressure, "MOST_WAITING", 3)
    network = acme_hears(tmp_path)
    network.show_at_once(2)
    network.tell(*(said(number) for number in range(9)), at=MONDAY_9)

    behind = polled()
    assert (ids_kept(), behind.cursor) == (["p0", "p1", "p2", "p3"], "4")
    assert "More than 3 posts wait to be sorted" in behind.sentence
    assert behind.next_at == NEXT_DAY + 5 * SECOND

    models.Post.objects.update(sorted_at=NEXT_DAY)
    for _ in range(2):
        polled()
        models.Post.objects.update(sorted_at=NEXT_DAY)
    assert ids_kept() == [f"p{number}" for number in range(9)]


def test_when_the_disk_is_nearly_full_nothing_more_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme_hears(tmp_path).tell(said(1), at=MONDAY_9)
    monkeypatch.setattr(pressure, "LEAST_FREE", 1.1)
    monkeypatch.setattr(pressure, "ROOMY_BYTES", 2**80)
    monkeypatch.setattr(pressure, "on_this_disk", lambda: True)

    source = polled()

    assert (ids_kept(), source.cursor) == ([], "")
    assert "The disk of the data folder" in source.sentence


def test_a_brand_that_says_nothing_of_what_it_listens_for_waits_for_its_text(
    tmp_path: Path,
) -> None:
    live_account(tmp_path)
    LiveNetwork(tmp_path).tell(said(1), at=MONDAY_9)

    source = polled()

    assert "has no text that says what to listen for" in source.sentence
    assert (ids_kept(), source.cursor) == ([], "")


def test_what_a_network_says_is_kept_as_far_as_it_can_be_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme_hears(tmp_path)

    def poll(*_told: object, **_named: object) -> Page:
        raise ChannelDown("It says \x00\ud800\x1b[2J and no more.")

    monkeypatch.setattr(FakeLive, "poll", poll)

    source = polled()

    assert (source.failures, source.sentence) == (1, "It says ???[2J and no more.")
