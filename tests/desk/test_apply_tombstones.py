"""What its network says is gone is gone here: words, what is owed, replies to it."""

import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post, small_listening
from tests.desk import hearing
from tests.desk.gone import gone
from tests.desk.replying import DUE, TEXT, Voice, make_draft, make_queued, submit
from tests.desk.steps import collected, imported, notices, one_case, sorted_out
from tests.people import make_user, signed_in

from answerback.desk import models
from answerback.desk.operations.approve_reply import NotWaiting, approve_reply
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.check_reply import CannotSubmit
from answerback.desk.operations.erase_raw import erase_raw_some, thing_of
from answerback.desk.operations.forget_words import ForgetWords
from answerback.desk.operations.reopen_case import reopen_case
from answerback.desk.operations.send.outbox import send_due
from answerback.desk.operations.take_page import take_page
from answerback.desk.operations.watch_case import watch_case
from answerback.desk.queries.answered import answered_share
from answerback.desk.queries.conversation import conversation, thread_of
from answerback.desk.queries.posts_behind import Behind, posts_behind
from answerback.desk.rows import post_record
from answerback.domain.records.reply import ReplyState
from answerback.domain.records.role import Role
from answerback.intake.raw import RawRow, unpack

#: A word that nobody else says, and that no stage makes of anything.
CANARY = "zanzibarquokka"
ASKED = f"@acme my kettle leaks {CANARY}"


def state() -> tuple[str, str | None]:
    case = models.Case.objects.get()
    return case.state, case.close_reason


def dump() -> str:
    """Return all that the database holds, in hexadecimal where it is no text."""
    told: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("desk_post_words") and table != "desk_post_words_data":
                continue
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  our own tables
            for row in cursor.fetchall():
                told += [_readable(value) for value in row]
    return "\n".join(told)


def _readable(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1") + _unpacked(bytes(value))
    return str(value)


def _unpacked(packed: bytes) -> str:
    try:
        return zlib.decompress(packed).decode("latin-1")
    except zlib.error:
        return ""


def forget() -> None:
    """Do the background work that follows."""
    while erase_raw_some(at=NEXT_DAY):
        pass
    words = ForgetWords()
    while words.do_one(at=NEXT_DAY):
        pass


def test_the_words_are_gone_and_the_shell_stays() -> None:
    case = one_case(make_post("1", text=ASKED, url="https://social.example/ada/my-kettle-leaks"))

    gone("1", gone_at=NEXT_DAY - LATER)

    post = models.Post.objects.get()
    assert (post.text, post.media, post.details, post.url) == ("", [], {}, None)
    assert (post.deleted_at, post.author_handle) == (NEXT_DAY - LATER, "ada")
    assert (post.mention.matched, post.mention.why) == ([], [])
    assert (post.reading.why, post.reading.urgency_reasons) == ([], [])
    shown = conversation(thread_of(case_id=case.pk)).posts
    assert [(one.emptied, one.text, one.versions) for one in shown] == [(True, "", ())]
    assert post_record(post).text == ""


def test_no_word_of_a_deleted_post_is_left_in_the_database() -> None:
    failed = make_post("1", text=f"@acme other words, same id {CANARY}")
    imported(
        make_post("1", text=ASKED, details={"quoted": (CANARY,)}),
        make_post("1", version=2, text=f"{ASKED} again"),
        make_post("2", author="bob", text="@acme where is my kettle"),
    )
    imported(failed, fingerprint="other file")  # an id conflict: kept for replay
    models.FailedRow.objects.update(raw=f'{{"id": "1", "text": "{CANARY}"}}')
    assert CANARY in dump()

    gone("1")
    forget()

    assert CANARY not in dump()
    assert models.Post.objects.get(external_id="2").text == "@acme where is my kettle"


def test_a_case_that_nobody_has_is_closed_as_deleted() -> None:
    one_case(make_post("1", text=ASKED))

    gone("1")

    assert state() == ("closed", "deleted")
    told = models.Event.objects.order_by("pk").values_list("what", flat=True)
    assert list(told)[-2:] == ["post_deleted", "case_closed"]


def test_a_case_that_somebody_has_is_closed_and_they_are_told() -> None:
    case = one_case(make_post("1", text=ASKED))
    make_user("bob")
    make_user("cleo")
    assign_case(case_id=case.pk, to="bob", by="bob", at=NEXT_DAY)
    watch_case(case_id=case.pk, by="cleo", at=NEXT_DAY)

    gone("1")

    assert state() == ("closed", "deleted")
    assert notices() == [("bob", "post_deleted", None), ("cleo", "watched", None)]


def test_a_case_in_which_something_else_waits_goes_on_with_that() -> None:
    imported(
        make_post("1", text="@acme it burns", conversation_id="c"),
        make_post("2", text=ASKED, conversation_id="c", created_at=MONDAY_9 + LATER),
    )

    gone("1")

    case = models.Case.objects.get()
    assert (case.state, case.leading.external_id, case.queue) == ("new", "2", "repairs")


def test_an_answered_question_that_is_deleted_later_stays_answered() -> None:
    ours = make_post(
        "2", author="acme", text="@ada sorry", in_reply_to="1", created_at=MONDAY_9 + LATER
    )
    imported(make_post("1", text=ASKED), ours)
    before = state()

    gone("1")

    assert state() == before == ("closed", "answered_elsewhere")
    share = answered_share(brand_ids=[1, models.Brand.objects.get().pk], at=NEXT_DAY)
    assert [rate.share for _, rate in share.shares[:1] if rate] == [1.0]


def test_a_deleted_question_is_in_no_list_of_the_unanswered() -> None:
    one_case(make_post("1", text=ASKED))
    brand = models.Brand.objects.get().pk
    week = NEXT_DAY + timedelta(days=8)
    assert len(posts_behind(Behind.NEVER_ANSWERED, brand_ids=[brand], at=week).lines) == 1

    gone("1")

    assert posts_behind(Behind.NEVER_ANSWERED, brand_ids=[brand], at=week).lines == ()
    share = answered_share(brand_ids=[brand], at=week)
    assert (share.posts, share.shares[3][1]) == (1, None)  # watched until it went: a day


def test_a_post_deleted_before_it_was_sorted_opens_nothing() -> None:
    source, _ = collected(make_post("1", text=ASKED))

    gone("1")
    sorted_out(source.brand_id)

    assert models.Case.objects.count() == 0
    assert models.Post.objects.get().discard_reason == "deleted"


def test_all_posts_of_an_author_who_is_gone_are_erased() -> None:
    adas = [make_post(str(n), text=f"{ASKED} {n}") for n in (1, 2)]
    imported(
        *(replace(one, author=replace(one.author, native_id="did:1")) for one in adas),
        make_post("3", author="bob", text="@acme mine leaks"),
    )

    gone("author:did:1")
    forget()

    texts = models.Post.objects.order_by("external_id").values_list("text", flat=True)
    assert list(texts) == ["", "", "@acme mine leaks"]
    assert CANARY not in dump()


def test_a_queued_reply_goes_back_to_its_writer_who_is_told_why() -> None:
    case = one_case(make_post("1", text=ASKED))
    reply = make_queued(case)
    voice = Voice()

    gone("1")
    send_due(at=DUE, senders=voice)

    reply.refresh_from_db()
    assert (reply.state, reply.text, voice.heard) == ("draft", TEXT, {})
    assert "@ada deleted the post" in reply.failure
    assert state() == ("closed", "deleted")
    assert ("bob", "post_deleted", None) in notices()


def test_a_reply_that_waits_for_approval_waits_no_more_and_the_approver_is_told() -> None:
    case = one_case(make_post("1", text=ASKED))
    make_user("cleo", role=Role.APPROVER)
    reply = make_draft(case, text="@ada email me at bob@acme.example", role=Role.AGENT)
    models.Reply.objects.filter(pk=reply.pk).update(needs_approval=True)
    _ask(reply)

    gone("1")

    reply.refresh_from_db()
    assert reply.state == ReplyState.DRAFT
    assert {(who, what) for who, what, _ in notices()} >= {
        ("bob", "post_deleted"),
        ("cleo", "post_deleted"),
    }
    with pytest.raises(NotWaiting):
        approve_reply(reply_id=reply.pk, version=reply.version, seen=99, by="cleo", at=NEXT_DAY)


def _ask(reply: models.Reply) -> None:
    assign_case(case_id=reply.case_id, to=reply.written_by, by=reply.written_by, at=NEXT_DAY)
    models.Reply.objects.filter(pk=reply.pk).update(state="awaiting_approval")
    models.Case.objects.filter(pk=reply.case_id).update(state="awaiting_approval")


def test_a_draft_is_kept_and_cannot_be_sent_to_what_is_gone() -> None:
    case = one_case(make_post("1", text=ASKED))
    draft = make_draft(case)

    gone("1")
    reopen_case(case_id=case.pk, by="bob", at=NEXT_DAY)
    draft.refresh_from_db()

    with pytest.raises(CannotSubmit, match="@ada deleted the post"):
        submit(draft)
    assert models.Reply.objects.get().text == TEXT


def test_a_reply_that_is_being_said_is_left_to_its_outcome() -> None:
    case = one_case(make_post("1", text=ASKED))
    reply = make_queued(case)
    models.Reply.objects.filter(pk=reply.pk).update(state="sending", claimed_until=DUE)

    gone("1")

    reply.refresh_from_db()
    assert (reply.state, reply.failure) == ("sending", "")
    assert state() == ("assigned", None)
    assert models.Case.objects.get().respond_by is None


def test_who_copied_a_deleted_post_waits_in_a_case_of_their_own() -> None:
    words = "@acme my kettle leaks and the whole kitchen floor is under water since this morning"
    imported(
        make_post("1", text=words),
        make_post("2", author="bob", text=words, created_at=MONDAY_9 + LATER),
    )
    assert models.Case.objects.count() == 1

    gone("1")

    told = models.Case.objects.order_by("pk").values_list("author_key", "state", "close_reason")
    assert list(told) == [("ada", "closed", "deleted"), ("bob", "new", None)]


def test_our_own_post_that_is_gone_is_shown_as_such() -> None:
    ours = make_post(
        "2", author="acme", text="@ada sorry", in_reply_to="1", created_at=MONDAY_9 + LATER
    )
    imported(make_post("1", text=ASKED), ours)

    gone("2")

    case = models.Case.objects.get()
    shown = conversation(thread_of(case_id=case.pk)).posts
    assert [(one.side, one.emptied) for one in shown] == [("author", False), ("ours", True)]


def test_a_live_source_loses_the_raw_text_of_what_is_gone_and_nothing_else() -> None:
    source = hearing.live_source()
    kept = hearing.live_post("2", author="bob", text="@acme where is my kettle")
    hearing.heard(source, hearing.live_post("1", text=ASKED), kept)
    sorted_out(source.brand_id)
    models.Post.objects.filter(external_id="1").update(external_id="kettle-1")
    models.RawPlace.objects.filter(row=0).update(
        thing=thing_of(channel="fake", external_id="kettle-1")
    )

    hearing.heard(source, hearing.gone("kettle-1"))
    again = hearing.live_post("kettle-1", text=f"{ASKED} told late")
    hearing.heard(source, again)
    forget()

    assert CANARY not in dump()
    told = [one.raw for raw in models.RawInput.objects.order_by("pk") for one in _raws(raw)]
    assert [raw for raw in told if "where is my kettle" in raw] != []
    assert models.RawPlace.objects.count() == 1
    adas = models.Case.objects.get(author_key="ada")
    assert (adas.state, adas.close_reason) == ("closed", "deleted")


def test_no_word_is_left_in_letters_that_told_of_it_once_and_again() -> None:
    source = hearing.live_source()
    for key in ("first", "again"):
        letter = models.Letter.objects.create(
            account_id=source.account_id or 0, key=key, body=CANARY.encode(), received_at=NEXT_DAY
        )
        take_page(
            turn=replace(hearing.turn_at(source), letters=(letter.pk,)),
            page=hearing.page_of(hearing.live_post("1", text=ASKED)),
            listening=small_listening(),
            at=NEXT_DAY,
        )
    assert models.Post.objects.count() == 1

    hearing.heard(source, hearing.gone("1"))
    forget()

    assert CANARY not in dump()
    kept = models.Letter.objects.order_by("pk").values_list("key", "read_at")
    assert list(kept) == [("first", NEXT_DAY), ("again", NEXT_DAY)]


def _raws(raw: models.RawInput) -> list[RawRow]:
    return unpack(bytes(raw.packed))


def test_a_post_that_is_gone_before_its_first_sight_never_shows_a_word() -> None:
    source = hearing.live_source()

    hearing.heard(source, hearing.gone("1"))
    late = hearing.live_post("1", text=ASKED, url=f"https://social.example/{CANARY}")
    hearing.heard(source, late)
    sorted_out(source.brand_id)
    forget()

    assert CANARY not in dump()
    assert models.Post.objects.get().discard_reason == "deleted"
    assert models.Case.objects.count() == 0


def test_no_page_of_the_desk_shows_a_word_of_what_is_gone() -> None:
    case = one_case(make_post("1", text=ASKED))
    make_draft(case, by="olga", role=Role.OWNER, text="We are sorry.")
    client = signed_in("olga", role=Role.OWNER)
    pages = [
        *("/inbox", "/inbox?view=closed", f"/inbox?q={CANARY}", "/overview", "/notices"),
        *("/overview/never-answered", f"/cases/{case.pk}", f"/cases/{case.pk}/parts"),
        *(f"/cases/{case.pk}/peek", f"/cases/{case.pk}/events", f"/cases/{case.pk}/composer"),
        *(f"/cases/{case.pk}/posts/{case.leading_id}", f"/cases/{case.pk}/same-person"),
        *(f"/cases/{case.pk}/posts/{case.leading_id}/words", "/manage/audit", "/triage"),
    ]
    assert CANARY in client.get(f"/cases/{case.pk}").content.decode()

    gone("1")

    shown = {page: client.get(page, follow=True).content.decode() for page in pages}
    # What one searches for stands in the field, and in addresses.
    told = [page for page, text in shown.items() if CANARY in text]
    assert [page for page in told if f"q={CANARY}" not in page] == []
    assert all("kettle leaks" not in text for text in shown.values())


def test_a_file_that_tells_of_what_is_gone_brings_no_word_of_it_back() -> None:
    one_case(make_post("1", text=ASKED))
    gone("1")
    forget()
    models.Tombstone.objects.create(
        brand=models.Brand.objects.get(),
        channel="archive",
        external_id="7",
        origin=models.Source.objects.get(),
        heard_at=NEXT_DAY,
    )

    done = imported(
        make_post("1", text=f"{ASKED} once more"),
        make_post("1", version=2, text=f"{ASKED} edited"),
        make_post("7", text=f"{ASKED} never seen"),
        make_post("8", author="bob", text="@acme where is it"),
        fingerprint="another file",
    )

    assert CANARY not in dump()
    (line,) = done.lines
    assert (line.fetched, line.stored, line.duplicate, line.discarded, line.failed) == (
        4,
        1,
        1,
        2,
        0,
    )
    assert models.Case.objects.exclude(state="closed").count() == 1
