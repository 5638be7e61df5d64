"""Gaps are repaired or given up; the past can be asked for; letters are read once."""

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from tests.builders import MONDAY_9, NEXT_DAY
from tests.project.hearing import acme_hears, ids_kept, polled, said

from answerback.channels.fake.live_network import LiveFault
from answerback.desk import models
from answerback.desk.operations.backfill_source import NoBackfill, backfill_source
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.due_sources import accounts_with_letters
from answerback.desk.queries.ledger import ledger
from answerback.project import letters as reading
from answerback.project.letters import read_letters

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _folder(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001  the tables
    monkeypatch.setattr(django_settings, "DATA_DIR", tmp_path)


def a_gap(**told: object) -> models.Gap:
    source = models.Source.objects.get()
    about = {"kind": "pages_ran_out", "since": MONDAY_9, "until": MONDAY_9 + HOUR, **told}
    return models.Gap.objects.create(source=source, sentence="", found_at=NEXT_DAY, **about)


def test_the_past_that_somebody_asks_for_is_fetched_and_counted(tmp_path: Path) -> None:
    network = acme_hears(tmp_path)
    network.show_at_once(1)
    for hours in range(5):
        network.tell(said(hours), at=MONDAY_9 + hours * HOUR)
    models.Source.objects.update(cursor="5", next_at=NEXT_DAY + HOUR)
    source = models.Source.objects.get()

    gap_id = backfill_source(
        source_id=source.pk,
        since=MONDAY_9 + HOUR,
        until=MONDAY_9 + 2 * HOUR,
        by="olga",
        at=NEXT_DAY,
    )
    source.refresh_from_db()
    assert source.next_at == NEXT_DAY
    source = polled()

    gap = models.Gap.objects.get(pk=gap_id)
    assert (gap.repaired_at, gap.found_posts, gap.kind) == (NEXT_DAY, 2, "asked_for")
    assert (ids_kept(), source.cursor) == (["p1", "p2"], "5")
    assert models.AuditEntry.objects.filter(what="backfill_asked", by="olga").count() == 1
    assert [one.problems for one in ledger()] == [()]


def test_a_window_that_makes_no_sense_or_no_network_gives_is_refused(tmp_path: Path) -> None:
    acme_hears(tmp_path, streams="shallow")
    source = models.Source.objects.get()

    with pytest.raises(NoBackfill, match="begin before it ends"):
        backfill_source(source_id=source.pk, since=NEXT_DAY, until=MONDAY_9, by="olga", at=NEXT_DAY)
    with pytest.raises(NoBackfill, match="gives no window of the past"):
        backfill_source(source_id=source.pk, since=MONDAY_9, until=NEXT_DAY, by="olga", at=NEXT_DAY)
    with pytest.raises(NotHere):
        backfill_source(source_id=0, since=MONDAY_9, until=NEXT_DAY, by="olga", at=NEXT_DAY)

    assert models.Gap.objects.count() == 0


def test_a_gap_is_repaired_by_its_window_and_what_we_had_is_no_find(tmp_path: Path) -> None:
    network = acme_hears(tmp_path)
    network.tell(said(1), said(2), at=MONDAY_9)
    polled()
    gap = a_gap()
    network.tell(said(3), at=MONDAY_9 + HOUR)
    models.Source.objects.update(cursor="3")

    polled()

    gap.refresh_from_db()
    assert (gap.repaired_at, gap.found_posts, gap.given_up) == (NEXT_DAY, 1, "")


def test_a_repair_goes_on_where_it_was(tmp_path: Path) -> None:
    network = acme_hears(tmp_path)
    network.show_at_once(1)
    network.tell(*(said(number) for number in range(4)), at=MONDAY_9)
    models.Source.objects.update(cursor="4")
    gap = a_gap(cursor="2")

    polled()

    gap.refresh_from_db()
    assert (gap.repaired_at, gap.found_posts, ids_kept()) == (NEXT_DAY, 2, ["p2", "p3"])


def test_a_repair_that_fails_is_tried_more_and_more_seldom_and_then_given_up(
    tmp_path: Path,
) -> None:
    network = acme_hears(tmp_path)
    gap = a_gap()
    tries = []

    for minutes in range(40):
        network.plan_faults([LiveFault(), LiveFault(kind="down")])  # of the poll, of the repair
        polled(at=NEXT_DAY + minutes * MINUTE)
        gap.refresh_from_db()
        tries.append(gap.tries)
        while network.next_fault().kind != "none":
            pass

    assert [tries.index(number) for number in range(1, 6)] == [0, 1, 3, 7, 15]
    assert (gap.repaired_at, gap.given_up[:16]) == (None, "The fake network")
    events = models.Event.objects.filter(what="gap_given_up")
    assert events.count() == 1


@pytest.mark.parametrize(("since", "repaired"), [(MONDAY_9, True), (MONDAY_9 - HOUR, False)])
def test_without_windows_a_gap_is_repaired_as_far_as_the_network_still_shows(
    tmp_path: Path,
    since: object,
    repaired: bool,  # noqa: FBT001  a parameter
) -> None:
    network = acme_hears(tmp_path, streams="shallow")
    network.tell(said(1), at=MONDAY_9, stream="shallow")
    network.tell(said(2), at=MONDAY_9 + HOUR, stream="shallow")
    models.Source.objects.update(cursor="2")
    gap = a_gap(since=since)

    polled(stream="shallow")

    gap.refresh_from_db()
    assert ((gap.repaired_at is not None), gap.found_posts) == (repaired, 2)
    assert ("still shows nothing from before" in gap.given_up) != repaired
    assert models.Source.objects.get().cursor == "2"


def letters(*bodies: bytes) -> models.ChannelAccount:
    account = models.ChannelAccount.objects.get()
    for number, body in enumerate(bodies):
        models.Letter.objects.create(
            account=account, key=str(number), body=body, received_at=MONDAY_9
        )
    return account


def test_letters_become_posts_and_are_read_once(tmp_path: Path) -> None:
    acme_hears(tmp_path)
    account = letters(*(json.dumps({"at": MONDAY_9.isoformat(), **said(1)}).encode(),) * 2)

    assert read_letters(account.pk, clock=lambda: NEXT_DAY)
    assert read_letters(account.pk, clock=lambda: NEXT_DAY)

    assert ids_kept() == ["p1"]
    assert models.Letter.objects.filter(read_at=NEXT_DAY).count() == 2
    source = models.Source.objects.get(stream="letters")
    assert (source.batches, source.on) == (1, True)
    assert [one.problems for one in ledger()] == [(), ()]


def test_letters_are_read_where_the_login_is_refused_and_wait_where_it_is_paused(
    tmp_path: Path,
) -> None:
    acme_hears(tmp_path)
    account = letters(json.dumps({"at": MONDAY_9.isoformat(), **said(1)}).encode())
    models.ChannelAccount.objects.update(on=False, stopped="No.")
    read_letters(account.pk, clock=lambda: NEXT_DAY)
    assert ids_kept() == []

    models.ChannelAccount.objects.update(on=True)
    read_letters(account.pk, clock=lambda: NEXT_DAY)
    assert ids_kept() == ["p1"]


def test_a_letter_that_nobody_can_read_is_set_aside_and_holds_up_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    acme_hears(tmp_path)
    good = json.dumps({"at": MONDAY_9.isoformat(), **said(1)}).encode()
    account = letters(b"\xff no json", b'"burst"', good)

    with caplog.at_level(logging.ERROR):
        read_letters(account.pk, clock=lambda: NEXT_DAY)

    assert ids_kept() == ["p1"]
    failed = models.FailedRow.objects.order_by("pk")
    assert [(one.reason, one.raw) for one in failed] == [
        ("not_understood", "\\xff no json"),
        ("letter_not_understood", '"burst"'),
    ]
    assert models.Letter.objects.filter(read_at__isnull=True).count() == 0
    assert "a letter that nobody thought of" in caplog.text


def test_letters_that_hold_much_are_taken_in_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme_hears(tmp_path)
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    told = [{"at": MONDAY_9.isoformat(), **said(number)} for number in range(5)]
    account = letters(*(json.dumps(one).encode() for one in told))

    read_letters(account.pk, clock=lambda: NEXT_DAY)

    assert ids_kept() == ["p0", "p1", "p2", "p3", "p4"]
    assert list(models.LedgerLine.objects.values_list("fetched", flat=True)) == [2, 2, 1]
    assert models.Letter.objects.filter(read_at__isnull=True).count() == 0


def test_letters_that_cannot_be_read_now_are_not_tried_again_at_once(tmp_path: Path) -> None:
    acme_hears(tmp_path)
    account = letters(json.dumps({"at": MONDAY_9.isoformat(), **said(1)}).encode())
    settings = account.settings
    models.ChannelAccount.objects.update(settings={})  # nobody can open it
    read_letters(account.pk, clock=lambda: NEXT_DAY)

    assert accounts_with_letters(at=NEXT_DAY + timedelta(seconds=1)) == []
    assert accounts_with_letters(at=NEXT_DAY + MINUTE) == [account.pk]

    models.ChannelAccount.objects.update(settings=settings)
    read_letters(account.pk, clock=lambda: NEXT_DAY + MINUTE)
    assert ids_kept() == ["p1"]


def test_a_repair_that_meets_a_fault_of_ours_holds_up_nothing_new(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    network = acme_hears(tmp_path)
    gap = a_gap()
    network.tell(said(1), at=MONDAY_9 - HOUR)
    network.plan_faults([LiveFault(), LiveFault(kind="bug")])  # of the poll, of the repair

    with caplog.at_level(logging.ERROR):
        source = polled()

    gap.refresh_from_db()
    assert (ids_kept(), source.failures, gap.tries) == (["p1"], 0, 1)
    assert "ZeroDivisionError" in caplog.text
