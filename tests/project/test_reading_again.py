"""What failed is read again: stored once, counted once, told once; what still fails stays."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from tests.builders import MONDAY_9, NEXT_DAY, small_listening
from tests.desk.hearing import heard, live_post
from tests.project.hearing import acme_hears, ids_kept, polled, said

from answerback.channels.fake import live as fake
from answerback.channels.fake.live_network import LiveFault, LiveNetwork
from answerback.channels.inbound import ChannelDown, Fetched, Gone
from answerback.channels.live import Kept
from answerback.desk import models
from answerback.desk.operations.ask_again import NothingToRead, Which, ask_again
from answerback.desk.operations.erase_raw import erase_raw_some
from answerback.desk.queries.failed_rows import all_brands, failed_kinds
from answerback.desk.queries.ledger import ledger
from answerback.domain.pipeline import Stage
from answerback.domain.records.dossier import Dossier
from answerback.project.reading_again import ReadAgainOne, read_waiting, together

LATER = NEXT_DAY + timedelta(hours=1)
EVERYTHING = Which()


@pytest.fixture(autouse=True)
def _folder(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001  the tables
    monkeypatch.setattr(django_settings, "DATA_DIR", tmp_path)


def told(number: int, **more: Any) -> dict[str, Any]:
    """Return a complaint of a shape that the code of yesterday did not know."""
    return {"new_shape": said(number, **more) | {"at": MONDAY_9.isoformat()}}


def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the fake network's map know the new shape from now on."""
    before = fake._thing  # noqa: SLF001  today's code, in the place of yesterday's

    def thing(one: dict[str, Any], **named: Any) -> Fetched:
        return before(one.get("new_shape", one), **named)

    monkeypatch.setattr(fake, "_thing", thing)


def failing(tmp_path: Path, *things: dict[str, Any]) -> LiveNetwork:
    network = acme_hears(tmp_path)
    network.tell(*things, at=MONDAY_9)
    polled()
    return network


def counted() -> tuple[int, int, int, int, int]:
    """Return fetched, stored, duplicate, discarded, failed of the one source; it balances."""
    (one,) = ledger()
    assert one.problems == ()
    assert one.fetched == one.stored + one.duplicate + one.discarded + one.failed
    assert sum(one.failed_by.values()) == one.failed
    return (one.fetched, one.stored, one.duplicate, one.discarded, one.failed)


def again(which: Which = EVERYTHING, *, by: str | None = "olga") -> Any:
    ask_again(brand_ids=all_brands(), which=which, by=by, at=LATER)
    return together(read_waiting(at=LATER))


def test_what_can_be_read_now_is_stored_and_what_cannot_stays_with_its_new_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(tmp_path, told(1), said(2), told(3), {"no": "id"})
    assert counted() == (4, 1, 0, 0, 3)
    mended(monkeypatch)
    models.FailedRow.objects.update(sentence="of yesterday")

    found = again()

    assert (found.rows, found.stored, found.failing) == (3, 2, 1)
    assert counted() == (4, 3, 0, 0, 1)
    assert sorted(ids_kept()) == ["p1", "p2", "p3"]
    left = models.FailedRow.objects.get()
    assert left.sentence == "It has no id."
    assert json.loads(left.raw)["no"] == "id"
    assert (left.tried_at, left.again_at) == (LATER, None)


def test_the_event_tells_who_and_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(tmp_path, told(1), {"no": "id"})
    mended(monkeypatch)

    again()

    event = models.Event.objects.get(what="rows_read_again")
    source = models.Source.objects.get()
    assert (event.by, event.at) == ("olga", LATER)
    assert event.particulars == {
        "source": source.pk,
        "batch": source.batches,
        "rows": 2,
        "stored": 1,
        "duplicate": 0,
        "discarded": 0,
        "failing": 1,
    }
    assert models.AuditEntry.objects.filter(what="rows_read_again", by="olga").count() == 1


def test_reading_twice_stores_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(tmp_path, told(1))
    mended(monkeypatch)
    again()

    with pytest.raises(NothingToRead, match="read meanwhile"):
        again()
    polled(at=LATER)

    assert ids_kept() == ["p1"]
    assert counted() == (1, 1, 0, 0, 0)


def test_what_came_another_way_meanwhile_counts_as_duplicate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = failing(tmp_path, told(1))
    network.tell(said(1), at=MONDAY_9)
    polled(at=LATER)
    mended(monkeypatch)

    found = again()

    assert (found.stored, found.duplicate) == (0, 1)
    assert counted() == (2, 1, 1, 0, 0)


def test_a_post_that_went_meanwhile_is_kept_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = failing(tmp_path, told(1))
    network.tell({"gone": "p1"}, at=MONDAY_9)
    polled(at=LATER)
    mended(monkeypatch)
    ask_again(brand_ids=all_brands(), which=EVERYTHING, by=None, at=LATER)

    assert together(read_waiting(at=LATER)).discarded == 1

    post = models.Post.objects.get()
    assert (post.text, post.discard_reason) == ("", "deleted")
    assert counted() == (2, 1, 0, 1, 0)


def test_word_of_a_post_that_is_gone_is_heard_when_it_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(tmp_path, said(1), {"new_shape": {"gone": "p1"}})
    mended(monkeypatch)

    assert again().stored == 1

    assert models.Post.objects.get().text == ""
    assert counted() == (2, 2, 0, 0, 0)


def test_the_words_of_what_was_read_again_can_be_erased_wherever_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = failing(tmp_path, told(1))
    mended(monkeypatch)
    again()
    (place,) = models.RawPlace.objects.all()
    before = bytes(models.RawInput.objects.get(pk=place.raw_id).packed)

    network.tell({"gone": "p1"}, at=MONDAY_9)
    polled(at=LATER)
    assert erase_raw_some(at=LATER)

    assert models.RawPlace.objects.count() == 0
    assert bytes(models.RawInput.objects.get(pk=place.raw_id).packed) != before


def test_one_row_or_one_reason_or_one_source_is_read_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(tmp_path, told(1), told(2), told(3))
    first, second, third = models.FailedRow.objects.order_by("pk")
    models.FailedRow.objects.filter(pk=third.pk).update(reason="not_json")
    mended(monkeypatch)

    again(Which(row_id=second.pk))
    assert ids_kept() == ["p2"]
    again(Which(reason="not_json", source_id=third.source_id))
    assert ids_kept() == ["p2", "p3"]
    with pytest.raises(NothingToRead):
        again(Which(row_id=first.pk, source_id=first.source_id + 1))
    again(Which(source_id=first.source_id))
    assert ids_kept() == ["p2", "p3", "p1"]


def test_nobody_reads_the_rows_of_a_brand_that_is_not_theirs(tmp_path: Path) -> None:
    failing(tmp_path, told(1))
    umbra = models.Brand.objects.create(name="Umbra")

    with pytest.raises(NothingToRead):
        ask_again(brand_ids={umbra.pk}, which=EVERYTHING, by="una", at=LATER)


def test_a_thing_that_is_several_is_counted_as_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(tmp_path, {"no": "id"})
    several = [said(1), said(2), {"still": "no id"}]
    for one in several[:2]:
        one["at"] = MONDAY_9.isoformat()
    models.FailedRow.objects.update(raw=json.dumps(several))
    mended(monkeypatch)

    found = again()

    assert (found.rows, found.stored, found.failing) == (1, 2, 0)
    assert counted() == (3, 2, 0, 0, 1)
    assert models.FailedRow.objects.get().raw == '{"still": "no id"}'


def test_what_tells_of_no_post_stays_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(tmp_path, told(1))

    def nothing(_self: object, _kept: Kept, **_told: object) -> tuple[Fetched, ...]:
        return ()

    monkeypatch.setattr(fake.FakeLive, "read_again", nothing)

    assert again().failing == 1
    row = models.FailedRow.objects.get()
    assert row.reason == "no_post"
    assert "tells of no post" in row.sentence


def test_one_that_meets_a_fault_of_ours_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(tmp_path, told(1), told(2), {"no": "id"})
    models.FailedRow.objects.filter(raw__contains="no").update(raw='"burst"')
    mended(monkeypatch)
    good = small_listening()

    def step(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
        if any("number 2" in one.post.text for one in dossiers):
            raise ValueError("tripped")
        return good.step(dossiers)

    ask_again(brand_ids=all_brands(), which=EVERYTHING, by=None, at=LATER)
    found = together(read_waiting(at=LATER, listening=lambda _: Stage(name="listening", step=step)))

    assert (found.rows, found.stored, found.failing) == (3, 1, 2)
    assert ids_kept() == ["p1"]
    assert counted() == (3, 1, 0, 0, 2)
    assert set(models.FailedRow.objects.values_list("reason", flat=True)) == {"not_storable"}


def test_rows_wait_for_a_network_that_must_be_asked_and_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = failing(tmp_path, told(1))
    mended(monkeypatch)
    network.plan_faults([LiveFault(kind="down")])
    ask_again(brand_ids=all_brands(), which=EVERYTHING, by="olga", at=LATER)
    job = ReadAgainOne()

    assert job.do_one(at=LATER)  # it looked, and rests
    assert not job.do_one(at=LATER)
    assert models.FailedRow.objects.get().again_at == LATER
    assert ReadAgainOne().do_one(at=LATER)  # as after its rest

    assert ids_kept() == ["p1"]


def test_the_command_says_that_a_network_is_away(tmp_path: Path) -> None:
    network = failing(tmp_path, told(1))
    network.plan_faults([LiveFault(kind="down")])

    with pytest.raises(ChannelDown):
        again()


def test_what_failed_and_was_gone_already_is_not_kept_to_begin_with(tmp_path: Path) -> None:
    failing(tmp_path, said(1), {"gone": "p1"})
    source = models.Source.objects.get()
    thing = live_post("p1", text="@acme words of hers\x00")
    page = replace(live_post("p2", text="@acme other words\x00"))

    heard(source, Gone(channel="fake", external_id="thing-1"), at=LATER)
    heard(source, page, thing, at=LATER)

    kept = dict(models.FailedRow.objects.values_list("cursor", "raw"))
    assert sorted((name.partition("#")[0], raw != "") for name, raw in kept.items()) == [
        ("thing-0", True),
        ("thing-1", False),
    ]


def test_what_was_erased_has_nothing_to_be_read(tmp_path: Path) -> None:
    failing(tmp_path, told(1))
    models.FailedRow.objects.update(raw="")

    with pytest.raises(NothingToRead, match="nothing left"):
        again()


def test_why_rows_failed_is_counted_source_by_source(tmp_path: Path) -> None:
    failing(tmp_path, told(1), told(2))
    ask_again(
        brand_ids=all_brands(),
        which=Which(row_id=models.FailedRow.objects.earliest("pk").pk),
        by=None,
        at=LATER,
    )

    (kind,) = failed_kinds(brand_ids=all_brands())

    assert (kind.reason, kind.rows, kind.waiting, kind.can) == ("not_understood", 2, 1, True)
