"""One person over e-mail and a public post: one case while somebody says so, two again after."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.replying import DUE, TEXT, Voice, newest, submit
from tests.desk.steps import imported, notices
from tests.people import make_member, make_user

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.check_apart import PartOfAnother
from answerback.desk.operations.check_reply import CannotSubmit
from answerback.desk.operations.join_cases import CannotJoin, join_cases
from answerback.desk.operations.part_cases import part_cases
from answerback.desk.operations.reopen_case import reopen_case
from answerback.desk.operations.save_draft import Typed, save_draft
from answerback.desk.operations.send import send_due
from answerback.desk.operations.send.remove import _bury
from answerback.desk.operations.store_batch import sent_from_here
from answerback.desk.queries.answered import answered_share
from answerback.desk.queries.case_replies import case_replies
from answerback.desk.queries.same_person import same_person
from answerback.desk.queries.setting import setting_of
from answerback.domain.records.post import Post, Visibility
from answerback.domain.records.role import Role

WHY = "Same order number, and she says so herself."
MAIL = "ada.l@example.org"


def public(external_id: str, text: str, *, minutes: int = 0, **told: object) -> Post:
    created_at = MONDAY_9 + minutes * LATER
    return make_post(external_id, text=text, created_at=created_at, **told)


def mail(external_id: str, text: str, *, minutes: int, **told: object) -> Post:
    """Return what Ada writes by mail, in one thread."""
    return make_post(
        external_id,
        channel="mail",
        author=MAIL,
        text=text,
        created_at=MONDAY_9 + minutes * LATER,
        conversation_id="mail-1",
        visibility=Visibility.DIRECT,
        **told,
    )


def both(*, first: str = "public") -> tuple[models.Case, models.Case]:
    """Return Ada's public case, which Bob has, and her mail's."""
    make_user("bob", role=Role.LEAD)
    late = 10 if first == "public" else -10
    imported(
        public("1", "@acme my kettle leaks, order AP88217730"),
        mail("m1", f"@acme it burns! order AP-88217730, {MAIL}", minutes=late),
    )
    case = models.Case.objects.get(channel="archive")
    assign_case(case_id=case.pk, to="bob", by="bob", at=NEXT_DAY)
    case.refresh_from_db()
    return case, models.Case.objects.get(channel="mail")


def join(case: models.Case, other: models.Case) -> int:
    return join_cases(case_id=case.pk, other_id=other.pk, evidence=WHY, by="bob", at=NEXT_DAY)


def say(case: models.Case, *, place: models.Case | None = None, text: str = TEXT) -> None:
    typed = Typed(text=text, seen=newest(), place=place.pk if place else 0)
    kept = save_draft(case_id=case.pk, by="bob", typed=typed, at=NEXT_DAY)
    submit(models.Reply.objects.get(pk=kept.reply_id))
    send_due(at=DUE, senders=Voice())


def test_who_may_be_the_same_person_is_suggested_with_reasons_and_nobody_is_joined() -> None:
    case, other = both()

    (found,) = same_person(case_id=case.pk, member=make_member("bob", role=Role.LEAD))

    assert (found.case_id, found.channel) == (other.pk, "mail")
    assert found.reasons == ("Both name the number AP88217730.",)
    assert models.Joined.objects.count() == 0


def test_joined_cases_are_one_line_with_one_owner_and_the_earliest_deadline() -> None:
    case, other = both()
    deadlines = [case.respond_by, other.respond_by]

    join(case, other)

    case.refresh_from_db()
    other.refresh_from_db()
    assert (other.state, other.close_reason) == ("closed", "joined")
    assert (case.state, case.owner) == ("assigned", "bob")
    assert case.respond_by == min(one for one in deadlines if one)
    assert case.leading.external_id == "m1"  # a fire goes first
    event = models.Event.objects.get(what="cases_joined")
    assert (event.by, event.particulars["other"]) == ("bob", other.pk)
    assert models.AuditEntry.objects.filter(what="cases_joined").count() == 1


def test_what_comes_by_mail_is_heard_in_the_case_and_its_owner_is_told() -> None:
    case, other = both()
    join(case, other)
    say(case, place=other)
    case.refresh_from_db()
    assert (case.state, case.author_has_the_word) == ("awaiting_author", True)

    imported(mail("m2", "where is it?", minutes=3_000), fingerprint="more")  # not heard
    imported(mail("m3", "@acme where is it?", minutes=3_001), fingerprint="most")

    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.state, other.state) == ("assigned", "closed")
    assert (case.author_has_the_word, case.leading.external_id) == (False, "m3")
    assert ("bob", "author_wrote", None) in notices()


def test_a_reply_goes_where_the_person_wrote_last_or_where_one_says() -> None:
    case, other = both()
    join(case, other)

    assert setting_of(case.pk).channel == "mail"
    assert setting_of(case.pk, place_id=case.pk).channel == "archive"

    say(case)

    reply = models.Reply.objects.get()
    assert (reply.place_id, reply.in_reply_to and reply.in_reply_to.external_id) == (other.pk, "m1")
    said = models.Post.objects.get(external_id=reply.external_id)
    assert (said.channel, said.conversation, said.speaks_to) == ("mail", "c:mail-1", MAIL)


def test_one_answer_answers_both_and_the_question_is_counted_once() -> None:
    case, other = both()
    before = answered_share(brand_ids=[case.brand_id], at=NEXT_DAY)
    join(case, other)

    say(case, place=other)

    share = answered_share(brand_ids=[case.brand_id], at=NEXT_DAY + timedelta(days=1))
    assert (before.posts, share.posts) == (2, 1)
    assert set(models.Post.objects.filter(case__isnull=False).values_list("answer", flat=True)) == {
        models.Post.objects.latest("pk").pk
    }
    case.refresh_from_db()
    assert (case.state, case.respond_by) == ("awaiting_author", None)


def test_what_was_asked_in_private_is_not_answered_in_public() -> None:
    case, other = both()
    join(case, other)

    with pytest.raises(CannotSubmit, match=r"asked this in private \(mail\)"):
        say(case, place=case)

    say(case, place=other)
    imported(public("3", "@acme where", minutes=4_000, conversation_id=None), fingerprint="x")


@pytest.mark.parametrize("what", ["itself", "nothing said", "twice", "both ways", "other brand"])
def test_what_cannot_be_joined_is_refused(what: str) -> None:
    case, other = both()
    told: dict[str, Any] = {"case_id": case.pk, "other_id": other.pk, "evidence": WHY}
    if what == "itself":
        told["other_id"] = case.pk
    elif what == "nothing said":
        told["evidence"] = "  "
    elif what == "twice":
        join(case, other)
    elif what == "both ways":
        join(case, other)
        told = {"case_id": other.pk, "other_id": case.pk, "evidence": WHY}
    else:
        models.Case.objects.filter(pk=other.pk).update(
            brand=models.Brand.objects.create(name="Other", handles=[])
        )

    count = models.Joined.objects.count()
    with pytest.raises(CannotJoin):
        join_cases(**told, by="bob", at=NEXT_DAY)
    assert models.Joined.objects.count() == count


def test_a_part_is_worked_on_in_the_whole() -> None:
    case, other = both()
    join(case, other)

    with pytest.raises(PartOfAnother, match=f"part of case {case.pk}"):
        reopen_case(case_id=other.pk, by="bob", at=NEXT_DAY)
    with pytest.raises(PartOfAnother):
        assign_case(case_id=other.pk, to="bob", by="bob", at=NEXT_DAY)


#: What may happen between joining and parting, by the names of `_happen`.
HAPPENED = [
    (),
    ("mail again",),
    ("public again",),
    ("reply by mail",),
    ("reply by mail", "mail again"),
    ("reply by mail", "thanks by mail"),
    ("reply by mail", "reply in public"),
    ("mail again", "public again", "reply by mail"),
    ("native answer in public",),
    ("native answer in public", "public again"),
    ("native answer by mail",),
    ("native answer by mail", "reply in public"),
    ("draft by mail",),
]


def _happen(what: str, case: models.Case, other: models.Case, *, joined: bool) -> None:
    if what == "mail again":
        imported(mail("m2", "@acme where is it?", minutes=20), fingerprint="m2")
    elif what == "thanks by mail":
        imported(mail("m4", "@acme thank you so much", minutes=1_500), fingerprint="m4")
    elif what == "public again":
        again = public("2", "@acme where?", minutes=30, in_reply_to="1")
        imported(again, fingerprint="2")
    elif what == "reply by mail":
        say(case if joined else other, place=other if joined else None)
    elif what == "native answer in public":
        ours = public("n1", "We send a new one.", minutes=40, author="acme", in_reply_to="1")
        imported(ours, fingerprint="n1")
    elif what == "native answer by mail":
        told = {"author": "acme", "in_reply_to": "m1", "conversation_id": "mail-1"}
        late = MONDAY_9 + 50 * LATER
        ours = make_post("n2", channel="mail", text="On its way.", created_at=late, **told)
        imported(ours, fingerprint="n2")
    elif what == "draft by mail":
        typed = Typed(text="Dear Ada", seen=newest(), place=other.pk if joined else 0)
        save_draft(case_id=(case if joined else other).pk, by="bob", typed=typed, at=NEXT_DAY)
    elif what == "reply in public":
        say(case, place=case if joined else None, text="It leaves our house at noon, by the way.")


def _world(case: models.Case, other: models.Case) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, one in (("public", case), ("mail", other)):
        one.refresh_from_db()
        told[name] = {
            field: getattr(one, field)
            for field in (
                *("state", "owner", "close_reason", "queue", "kind", "priority", "respond_by"),
                *("turn", "written_at", "author_has_the_word", "outcome", "stirred_at"),
            )
        } | {"leading": one.leading.external_id}
        replies = models.Reply.objects.filter(case=one).order_by("pk")
        told[f"{name} replies"] = list(replies.values_list("state", "text", "place"))
    posts = models.Post.objects.filter(case__isnull=False).order_by("external_id")
    told["answers"] = list(posts.values_list("external_id", "answer__text", "case__channel"))
    share = answered_share(brand_ids=[case.brand_id], at=NEXT_DAY + timedelta(days=9))
    told["share"] = (share.posts, [rate.share if rate else None for _, rate in share.shares])
    return told


@pytest.mark.parametrize("first", ["public", "mail"])
@pytest.mark.parametrize("happened", HAPPENED)
def test_parted_they_are_as_if_they_had_never_been_one(
    happened: tuple[str, ...], first: str
) -> None:
    with transaction.atomic():  # the world in which nobody joined them
        case, other = both(first=first)
        for what in happened:
            _happen(what, case, other, joined=False)
        never = _world(case, other)
        transaction.set_rollback(True)
    case, other = both(first=first)
    joined_id = join(case, other)
    for what in happened:
        _happen(what, case, other, joined=True)

    part_cases(joined_id=joined_id, by="bob", at=DUE)

    now = _world(case, other)
    assert {name: value for name, value in now.items() if value != never[name]} == {}


def test_a_draft_that_was_begun_before_is_worked_on_in_the_whole_and_goes_back() -> None:
    case, other = both()
    typed = Typed(text="Dear Ada, in private", seen=newest(), place=0)
    save_draft(case_id=other.pk, by="bob", typed=typed, at=NEXT_DAY)

    joined_id = join(case, other)
    mine, _ = case_replies(case_id=case.pk, handle="bob")
    assert mine is not None
    assert (mine.text, mine.place_id) == ("Dear Ada, in private", other.pk)
    part_cases(joined_id=joined_id, by="bob", at=DUE)

    reply = models.Reply.objects.get()
    assert (reply.case_id, reply.place_id, reply.state) == (other.pk, None, "draft")


def test_what_was_written_for_a_private_place_never_comes_to_stand_in_a_public_one() -> None:
    case, other = both()
    for number, text in ((case.pk, "In public"), (other.pk, "In private")):
        typed = Typed(text=text, seen=newest(), place=0)
        save_draft(case_id=number, by="bob", typed=typed, at=NEXT_DAY)
    joined_id = join(case, other)  # somebody has a draft in both
    models.Reply.objects.filter(case=case).update(place=other.pk, text="In private, too")
    mine = models.Reply.objects.get(case=case)
    models.ReplyFile.objects.create(reply=mine, name="a.png", data=b"x", by="bob", at=NEXT_DAY)

    part_cases(joined_id=joined_id, by="bob", at=DUE)

    drafts = models.Reply.objects.filter(state="draft")
    assert list(drafts.values_list("case_id", "text")) == [
        (other.pk, "In private\n\nIn private, too")
    ]
    assert models.ReplyFile.objects.get().reply_id == drafts.get().pk
    told = models.Event.objects.get(what="reply_cancelled")
    assert (told.case_id, told.particulars["reply"], told.at) == (other.pk, mine.pk, DUE)


def test_a_reply_in_the_place_of_a_joined_case_is_known_and_taken_away_there() -> None:
    case, other = both()
    join(case, other)
    say(case, place=other)
    said = models.Post.objects.get(external_id="said-1")
    as_told = mail("said-1", "as the mailbox tells it", minutes=20)

    ours = sent_from_here(brand_id=case.brand_id, posts=[as_told])
    _bury(models.Reply.objects.get(), at=DUE)

    assert (said.channel, ours) == ("mail", {("mail", "said-1")})
    assert models.Tombstone.objects.get().channel == "mail"


def test_a_case_whose_owner_works_here_no_more_goes_back_to_its_queue_when_it_is_parted() -> None:
    case, other = both()
    make_user("eve", role=Role.AGENT)
    assign_case(case_id=other.pk, to="eve", by="bob", at=NEXT_DAY)
    joined_id = join(case, other)
    models.User.objects.filter(handle="eve").update(is_active=False)

    part_cases(joined_id=joined_id, by="bob", at=DUE)

    other.refresh_from_db()
    assert (other.state, other.owner) == ("new", None)
