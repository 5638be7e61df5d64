"""A page of a live source is taken in whole, once, behind its fence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders import MONDAY_9, NEXT_DAY, small_listening
from tests.desk.hearing import (
    SECOND,
    gone,
    heard,
    line_of,
    live_account,
    live_post,
    live_source,
    page_of,
    texts_kept,
    turn_at,
)

from answerback.channels.inbound import Cursor, Failure, Fetched, Gone
from answerback.channels.live import Hole, HoleKind, Rate
from answerback.desk import models
from answerback.desk.operations.take_page import Fenced, take_page
from answerback.desk.queries.ledger import ledger
from answerback.domain.records.post import Author

HOUR = timedelta(hours=1)
NOT_UNDERSTOOD = Failure(reason="not_understood", sentence="It has no id.")
EDITED = "@acme my kettle leaks, and the desk is silent"


def problems() -> list[tuple[str, ...]]:
    return [source.problems for source in ledger()]


def test_a_page_is_stored_with_its_cursor_and_a_ledger_line_that_balances() -> None:
    source = live_source()

    taken = heard(
        source,
        live_post("1"),
        NOT_UNDERSTOOD,
        live_post("2", text="lovely weather"),
        live_post("1"),
        gone("3"),
        cursor="page-2",
    )

    assert line_of(taken) == (5, 2, 1, 1, 1)
    source.refresh_from_db()
    assert (source.cursor, source.batches) == ("page-2", 1)
    assert problems() == [()]
    assert ledger()[0].tombstones == 1


def test_a_page_that_comes_twice_is_stored_once() -> None:
    source = live_source()
    things = (live_post("1"), NOT_UNDERSTOOD, gone("3"))
    heard(source, *things)

    again = heard(source, *things)

    assert line_of(again) == (3, 0, 3, 0, 0)
    assert (models.Post.objects.count(), models.Tombstone.objects.count()) == (1, 1)
    assert models.FailedRow.objects.count() == 1
    assert problems() == [()]


def test_what_failed_and_is_met_by_each_poll_is_kept_once_and_no_news() -> None:
    source = live_source()
    heard(source, NOT_UNDERSTOOD)
    raw, events = models.RawInput.objects.count(), models.Event.objects.count()

    for _ in range(3):
        heard(source, NOT_UNDERSTOOD)

    assert (models.RawInput.objects.count(), models.Event.objects.count()) == (raw, events)
    assert problems() == [()]


def test_a_cursor_may_be_longer_than_an_index_takes() -> None:
    source = live_source()

    heard(source, live_post("1"), cursor="".join(f"{n}," for n in range(4_000)))
    heard(source, live_post("2"), cursor="done")

    assert models.RawInput.objects.count() == 2


def test_the_raw_text_of_what_we_had_is_not_kept_again() -> None:
    source = live_source()
    heard(source, live_post("1"))

    heard(source, live_post("1"))

    assert list(models.RawInput.objects.values_list("rows", flat=True)) == [1]
    assert models.Event.objects.filter(what="batch_taken_in").count() == 1
    assert models.LedgerLine.objects.count() == 2


def test_a_stream_whose_cursor_stands_still_keeps_everything_it_told() -> None:
    source = live_source()

    for number in range(3):
        heard(source, live_post(str(number)), Failure(reason="odd", sentence=f"No {number}."))

    assert models.RawInput.objects.count() == 3
    assert models.FailedRow.objects.count() == 3
    assert problems() == [()]


def test_an_empty_page_moves_the_cursor_and_writes_no_line() -> None:
    source = live_source()

    taken = heard(source, cursor="on")

    assert taken.line is None
    source.refresh_from_db()
    assert (source.cursor, source.batches, source.asked_at) == ("on", 0, NEXT_DAY)


def test_the_next_version_is_counted_by_the_networks_own_mark() -> None:
    source = live_source()
    heard(source, live_post("1", revision="a"))

    taken = heard(
        source,
        live_post("1", revision="a"),
        live_post("1", revision="b", revised_at=NEXT_DAY, text=EDITED),
        live_post("1", revision="b", revised_at=NEXT_DAY, text=EDITED),
    )

    assert line_of(taken) == (3, 1, 2, 0, 0)
    assert texts_kept() == [("1", 1, "@acme my kettle leaks"), ("1", 2, EDITED)]


def test_an_older_version_that_comes_late_is_not_needed() -> None:
    source = live_source()
    heard(source, live_post("1", revision="b", revised_at=MONDAY_9 + HOUR, text=EDITED))

    late = heard(
        source,
        live_post("1", revision="a"),
        live_post("1", revision="a2", revised_at=MONDAY_9, text="@acme older"),
    )

    assert line_of(late) == (2, 0, 2, 0, 0)
    assert texts_kept() == [("1", 1, EDITED)]


def test_words_that_are_edited_back_are_a_version_too() -> None:
    source = live_source()
    for hours, text in enumerate(["@acme leaks", "@acme burns", "@acme leaks"]):
        heard(source, live_post("1", text=text, revised_at=MONDAY_9 + HOUR * hours))

    assert [version for _, version, _ in texts_kept()] == [1, 2, 3]


def test_other_words_without_a_mark_are_set_aside_and_said() -> None:
    source = live_source()
    heard(source, live_post("1"))

    taken = heard(source, live_post("1", text="@acme other words"))

    assert line_of(taken) == (1, 0, 0, 0, 1)
    assert models.FailedRow.objects.get().reason == "id_conflict"


def test_two_sources_that_tell_of_one_post_agree_on_its_versions() -> None:
    account = live_account(streams="mentions,tag")
    mentions, tag = models.Source.objects.filter(account=account).order_by("stream")
    heard(mentions, live_post("1", revision="a"))

    heard(tag, live_post("1", revision="b", revised_at=NEXT_DAY, text=EDITED))
    last = heard(mentions, live_post("1", revision="b", revised_at=NEXT_DAY, text=EDITED))

    assert line_of(last) == (1, 0, 1, 0, 0)
    assert [version for _, version, _ in texts_kept()] == [1, 2]
    assert problems() == [(), ()]


def test_a_deletion_takes_the_words_out_of_every_version() -> None:
    source = live_source()
    heard(source, live_post("1", revision="a"), live_post("2", text="@acme noise"))
    heard(source, live_post("1", revision="b", revised_at=NEXT_DAY, text=EDITED))

    taken = heard(source, gone("1"))

    assert line_of(taken) == (1, 1, 0, 0, 0)
    assert texts_kept() == [("1", 1, ""), ("1", 2, ""), ("2", 1, "@acme noise")]
    deleted = models.Post.objects.filter(deleted_at=NEXT_DAY)
    assert set(deleted.values_list("external_id", flat=True)) == {"1"}
    assert problems() == [()]


@pytest.mark.parametrize("in_one_page", [True, False])
def test_a_deletion_before_first_sight_wins(*, in_one_page: bool) -> None:
    source = live_source()
    if in_one_page:
        heard(source, gone("1"), live_post("1"))
    else:
        heard(source, gone("1"))
        heard(source, live_post("1"))

    again = heard(source, live_post("1", revision="b", revised_at=NEXT_DAY, text=EDITED))

    post = models.Post.objects.get()
    assert (post.text, post.discard_reason, post.deleted_at) == ("", "deleted", NEXT_DAY)
    assert post.sorted_at == NEXT_DAY
    assert line_of(again) == (1, 0, 1, 0, 0)
    assert problems() == [()]
    kept = b"".join(bytes(raw) for raw in models.RawInput.objects.values_list("packed", flat=True))
    assert b"kettle" not in kept


def test_all_that_an_author_wrote_is_gone_with_them() -> None:
    source = live_source()
    ada = Author(handle="ada", native_id="id-of-ada")
    heard(source, replace(live_post("1"), author=ada), live_post("2", author="bob"))

    heard(source, Gone(channel="fake", author_id="id-of-ada"))
    later = heard(source, replace(live_post("3"), author=ada))

    assert texts_kept() == [("1", 1, ""), ("2", 1, "@acme my kettle leaks"), ("3", 1, "")]
    assert line_of(later) == (1, 0, 0, 1, 0)
    assert problems() == [()]


def test_what_an_author_writes_after_coming_back_is_there_until_they_go_again() -> None:
    source = live_source()
    ada = Author(handle="ada", native_id="id-of-ada")
    went = Gone(channel="fake", author_id="id-of-ada", at=NEXT_DAY)
    heard(source, went)

    again = replace(live_post("1", text=EDITED), author=ada, available_at=NEXT_DAY + HOUR)
    before = replace(live_post("2"), author=ada, available_at=NEXT_DAY - HOUR)
    heard(source, again, before, at=NEXT_DAY + HOUR)
    assert texts_kept() == [("1", 1, EDITED), ("2", 1, "")]

    heard(source, replace(went, at=NEXT_DAY + 2 * HOUR), at=NEXT_DAY + 2 * HOUR)
    heard(source, went, at=NEXT_DAY + 3 * HOUR)

    assert texts_kept() == [("1", 1, ""), ("2", 1, "")]
    assert models.Tombstone.objects.get().gone_at == NEXT_DAY + 2 * HOUR
    assert problems() == [()]


def test_of_all_that_is_deleted_in_the_world_only_what_is_about_ours_is_kept() -> None:
    source = live_source()
    ada = Author(handle="ada", native_id="id-of-ada")
    heard(source, replace(live_post("1"), author=ada), live_post("2", author="bob"))
    foreign = [replace(gone(f"foreign-{number}"), of_all=True) for number in range(30)]
    others = [Gone(channel="fake", author_id=f"other-{one}", of_all=True) for one in range(3)]

    nothing = heard(source, *foreign, *others, cursor="on")
    taken = heard(
        source,
        *foreign,
        live_post("3"),
        replace(gone("3"), of_all=True),
        replace(gone("2"), of_all=True),
        Gone(channel="fake", author_id="id-of-ada", of_all=True),
    )

    source.refresh_from_db()
    assert (nothing.line, source.cursor) == (None, "on")
    assert line_of(taken) == (4, 3, 0, 1, 0)
    assert texts_kept() == [("1", 1, ""), ("2", 1, ""), ("3", 1, "")]
    assert models.Tombstone.objects.count() == 3
    assert problems() == [()]


def test_word_of_something_gone_that_names_nothing_is_set_aside() -> None:
    source = live_source()

    taken = heard(source, Gone(channel="fake"), gone("\x00"), gone("x" * 600), live_post("1"))

    assert line_of(taken) == (4, 1, 0, 0, 3)
    assert models.Tombstone.objects.count() == 0


def test_a_worker_whose_lease_has_gone_to_another_writes_nothing() -> None:
    source = live_source()
    paused = turn_at(source)
    turn_at(source)

    with pytest.raises(Fenced):
        take_page(
            turn=paused,
            page=page_of(live_post("1"), cursor="on"),
            listening=small_listening(),
            at=NEXT_DAY,
        )

    source.refresh_from_db()
    assert (models.Post.objects.count(), source.cursor) == (0, "")


def test_a_hole_becomes_a_gap_once() -> None:
    source = live_source()
    hole = Hole(kind=HoleKind.PAGES_RAN_OUT, sentence="Only 100 are shown.", since=MONDAY_9)

    for _ in range(2):
        take_page(
            turn=turn_at(source),
            page=page_of(live_post("1"), holes=[hole]),
            listening=small_listening(),
            at=NEXT_DAY,
        )

    gap = models.Gap.objects.get()
    assert (gap.kind, gap.since, gap.found_at) == ("pages_ran_out", MONDAY_9, NEXT_DAY)
    assert models.Event.objects.filter(what="gap_found").count() == 1


def test_how_the_source_is_stands_beside_it() -> None:
    source = live_source()
    models.Source.objects.update(failures=3, sentence="It was down.", limited_until=NEXT_DAY)
    page = replace(
        page_of(live_post("1"), live_post("2", created_at=NEXT_DAY - SECOND * 5)),
        rate=Rate(limit=300, remaining=7),
    )

    turn = replace(turn_at(source), next_at=NEXT_DAY + SECOND)
    take_page(turn=turn, page=page, listening=small_listening(), at=NEXT_DAY)

    source.refresh_from_db()
    assert (source.failures, source.sentence, source.limited_until) == (0, "", None)
    assert (source.lag, source.heard_at) == (5.0, NEXT_DAY)
    assert source.last_post_at == NEXT_DAY - SECOND * 5
    assert (source.rate["remaining"], source.next_at) == (7, NEXT_DAY + SECOND)


def test_letters_are_read_in_the_transaction_that_takes_them_in() -> None:
    source = live_source()
    assert source.account is not None
    letter = models.Letter.objects.create(
        account=source.account, key="a", body=b"", received_at=MONDAY_9
    )

    turn = replace(turn_at(source), letters=(letter.pk,))
    take_page(turn=turn, page=page_of(live_post("1")), listening=small_listening(), at=NEXT_DAY)

    letter.refresh_from_db()
    assert letter.read_at == NEXT_DAY


def test_a_network_that_names_things_oddly_holds_up_nothing() -> None:
    source = live_source()
    name = Cursor("\x00\ud800" + "\N{SNOWMAN}" * 5_000)
    things = [
        Fetched(cursor=name, raw=raw, failure=NOT_UNDERSTOOD) for raw in ("one", "two", "one")
    ]

    take_page(
        turn=turn_at(source),
        page=replace(page_of(cursor="on"), things=tuple(things)),
        listening=small_listening(),
        at=NEXT_DAY,
    )

    assert models.FailedRow.objects.count() == 2


def test_a_hole_is_told_in_whatever_words_a_network_has() -> None:
    source = live_source()
    hole = Hole(kind=HoleKind.CURSOR_LAPSED, sentence="It says \x00 and \ud800.")

    take_page(
        turn=turn_at(source),
        page=page_of(cursor="on", holes=[hole]),
        listening=small_listening(),
        at=NEXT_DAY,
    )

    assert models.Gap.objects.get().sentence == "It says \\x00 and \\ud800."
