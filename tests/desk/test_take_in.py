import pytest
from django.db import DatabaseError, transaction
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import collected, imported, parts

from answerback.channels.inbound import Failure
from answerback.desk import models
from answerback.desk.operations.insert_rows import insert_rows
from answerback.desk.queries.ledger import ledger
from answerback.intake.raw import unpack

NOT_JSON = Failure(reason="not_json", sentence="Line 2 is no JSON.")


def test_every_thing_fetched_is_in_one_part_of_the_ledger() -> None:
    _, lines = collected(
        make_post("1"),
        NOT_JSON,
        make_post("1"),
        make_post("2", text="lovely weather"),
        make_post("3", author="acme", text="@ada sorry"),
        make_post("1", text="@acme other words"),
    )

    assert [parts([line]) for line in lines] == [(6, 1, 1, 2, 2)]
    discarded = models.Post.objects.order_by("pk").values_list("external_id", "discard_reason")
    assert list(discarded) == [("1", None), ("2", "not_heard"), ("3", "own_post")]


def test_importing_again_stores_nothing_twice() -> None:
    things = (make_post("1"), NOT_JSON, make_post("2", text="lovely weather"))
    imported(*things)

    again = imported(*things)

    assert again.source.read_before
    assert parts(again.lines) == (3, 0, 2, 0, 1)
    assert models.Post.objects.count() == 2
    assert models.FailedRow.objects.count() == 1
    assert models.RawInput.objects.count() == 1


@pytest.mark.parametrize("most_rows", [1, 2, 500])
@pytest.mark.parametrize("fingerprint", ["file", "another file"])
def test_other_words_under_a_taken_id_are_set_aside_and_said(
    most_rows: int, fingerprint: str
) -> None:
    collected(make_post("9", text="@acme noise"), fingerprint="noise")
    imported(make_post("1"), most_rows=most_rows)

    imported(
        make_post("1"),
        make_post("1", text="@acme other words"),
        make_post("1", version=2, text="@acme an edit"),
        fingerprint=fingerprint,
        most_rows=most_rows,
    )

    kept = models.Post.objects.filter(external_id="1").order_by("version")
    assert [(post.version, post.text) for post in kept] == [
        (1, "@acme my kettle leaks"),
        (2, "@acme an edit"),
    ]
    failed = models.FailedRow.objects.get()
    assert (failed.line, failed.reason, failed.raw) == (2, "id_conflict", "line 2")
    assert "belongs to a post with other words" in failed.sentence


def test_one_id_on_two_channels_is_two_posts() -> None:
    _, lines = collected(make_post("1"), make_post("1", channel="mastodon"))

    assert parts(lines) == (2, 2, 0, 0, 0)


def test_raw_input_is_kept_as_it_came() -> None:
    collected(make_post("1"), NOT_JSON, make_post("2"), most_rows=2)

    kept = models.RawInput.objects.order_by("pk")
    assert [[row.raw for row in unpack(bytes(batch.packed))] for batch in kept] == [
        ["line 1", "line 2"],
        ["line 3"],
    ]
    assert [batch.after for batch in kept] == ["", "2"]


def test_the_cursor_moves_with_the_batch_and_the_end_is_marked() -> None:
    imported(*(make_post(str(number)) for number in range(5)), most_rows=2)

    row = models.Source.objects.get()
    assert (row.cursor, row.batches, row.finished_at) == ("5", 3, NEXT_DAY)
    taken_in = (
        models.Event.objects.filter(what="batch_taken_in")
        .order_by("pk")
        .values_list("what", "particulars__batch")
    )
    assert list(taken_in) == [("batch_taken_in", batch) for batch in (1, 2, 3)]


def test_a_post_no_database_would_take_does_not_stop_the_others() -> None:
    _, lines = collected(
        make_post("1"),
        make_post("2", text="@acme half \ud83d"),
        make_post("3", text="@acme nul \x00"),
        make_post("4" * 600),
        make_post("5"),
    )

    assert parts(lines) == (5, 2, 0, 0, 3)
    assert set(models.FailedRow.objects.values_list("reason", flat=True)) == {"not_storable"}


def test_the_longest_ids_and_handles_that_are_stored_fit_every_index() -> None:
    # Each sign another one, or they could be packed to nothing.
    signs = [chr(0x20000 + number * 7) for number in range(600)]
    ids, handles = "".join(signs[:300]), "".join(signs[300:])

    told = imported(
        make_post(ids, author=handles, in_reply_to=ids[::-1]),
        make_post("2", author="acme", text=f"@{handles} sorry", in_reply_to=ids),
    )

    assert parts(told.lines) == (2, 1, 0, 1, 0)
    assert models.Case.objects.get().author_key == handles


def test_an_event_is_neither_changed_nor_removed() -> None:
    collected(make_post("1"))

    for act in (
        lambda: models.Event.objects.update(what="nothing"),
        lambda: models.Event.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
            act()

    assert models.Event.objects.get().what == "batch_taken_in"


def test_the_database_refuses_a_ledger_line_that_does_not_balance() -> None:
    source, _ = collected(make_post("1"))
    line = {"fetched": 3, "stored": 1, "duplicate": 0, "discarded": 1, "failed": 0, "again": 0}

    with pytest.raises(DatabaseError, match="ledger_line_balances"), transaction.atomic():
        insert_rows(
            model=models.LedgerLine,
            rows=[{"source_id": source.source_id, "batch": 2, "at": NEXT_DAY, **line}],
        )

    assert models.LedgerLine.objects.count() == 1


def test_a_row_that_failed_and_can_be_read_now_leaves_failed_when_the_file_is_read_again() -> None:
    odd = Failure(reason="not_json", sentence="It is no JSON.")
    imported(make_post("1"), odd)
    (before,) = ledger()

    imported(make_post("1"), make_post("2", text="@acme it leaks, too"))  # the same file, mended

    (after,) = ledger()
    assert (before.stored, before.failed) == (1, 1)
    assert (after.fetched, after.stored, after.duplicate, after.failed) == (3, 2, 1, 0)
    assert after.problems == ()
    assert models.FailedRow.objects.count() == 0
    told = models.Event.objects.filter(what="batch_taken_in").order_by("pk")
    assert [one.particulars["stored"] for one in told] == [1, 1]
