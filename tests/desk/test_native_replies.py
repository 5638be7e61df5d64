"""What we say on a live network, from here or there, is one post and counts as an answer."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.builders import LATER, MONDAY_9, NEXT_DAY
from tests.desk.hearing import heard, live_account, live_post
from tests.desk.replying import DUE, Voice, make_draft, make_queued, submit
from tests.desk.steps import sorted_out

from answerback.desk import models
from answerback.desk.operations.guard_send import SomebodyPosted
from answerback.desk.operations.send import send_due
from answerback.desk.queries.answered import answered_share
from answerback.domain.records.post import Post


def source(stream: str) -> models.Source:
    if not models.ChannelAccount.objects.exists():
        live_account(streams="mentions,own")
    return models.Source.objects.get(stream=stream)


def asked() -> models.Case:
    heard(source("mentions"), live_post("1"))
    sorted_out(models.Brand.objects.get().pk)
    return models.Case.objects.get()


def ours(external_id: str, **told: object) -> Post:
    """Return a post of ours as its network tells it, with a mark of its version."""
    post = live_post(
        external_id, author="acme", text="@ada We are sorry. https://acme.example/kettle"
    )
    first = {"revision": "mark-1", "created_at": MONDAY_9 + LATER}
    said = {**first, "in_reply_to": "1", "inbound": False, **told}
    return replace(post, **said)  # type: ignore[arg-type]


def hear_ours(*posts: Post, at: datetime = NEXT_DAY) -> None:
    heard(source("own"), *posts, at=at)
    sorted_out(models.Brand.objects.get().pk)


def test_a_reply_that_was_sent_from_here_and_is_heard_again_is_the_same_post() -> None:
    case = asked()
    make_queued(case)
    voice = Voice()
    send_due(at=DUE, senders=voice)

    hear_ours(ours("said-1"), at=DUE + LATER)
    hear_ours(ours("said-1", revision="mark-2"), at=DUE + 2 * LATER)

    posts = models.Post.objects.filter(external_id="said-1")
    assert posts.count() == 1
    assert models.FailedRow.objects.count() == 0
    assert models.Event.objects.filter(what="answer_seen").count() == 1
    case.refresh_from_db()
    assert (case.state, case.author_has_the_word) == ("awaiting_author", True)


def test_a_reply_that_the_network_tells_of_before_we_have_recorded_it_is_the_same_post() -> None:
    case = asked()
    make_queued(case)
    hear_first = ours("said-1", created_at=DUE, heard_at=DUE)

    class Quick(Voice):
        def send(self, message: object) -> str:
            said = super().send(message)  # type: ignore[arg-type]
            hear_ours(replace(hear_first), at=DUE)
            return said

    send_due(at=DUE, senders=Quick())

    assert models.Post.objects.filter(external_id="said-1").count() == 1
    reply = models.Reply.objects.get()
    assert (reply.state, reply.external_id) == ("sent", "said-1")
    assert models.Event.objects.filter(what="answer_seen").count() == 1


def test_a_native_reply_answers_by_the_networks_clock() -> None:
    case = asked()

    hear_ours(ours("9", created_at=MONDAY_9 + timedelta(minutes=30)))

    case.refresh_from_db()
    assert (case.state, case.close_reason) == ("closed", "answered_elsewhere")
    share = answered_share(brand_ids=[case.brand_id], at=NEXT_DAY + LATER)
    assert share.median_seconds == 30 * 60


def test_a_native_reply_that_appears_while_somebody_writes_holds_theirs() -> None:
    case = asked()
    draft = make_draft(case)

    heard(source("own"), ours("9"))  # not even sorted yet

    with pytest.raises(SomebodyPosted, match="@acme posted here"):
        submit(draft)


def test_an_edit_of_ours_on_the_network_is_the_next_version() -> None:
    case = asked()
    make_queued(case)
    send_due(at=DUE, senders=Voice())
    hear_ours(ours("said-1"), at=DUE + LATER)

    edited = ours("said-1", text="@ada We are very sorry.", revised_at=DUE + 2 * LATER)
    hear_ours(edited, at=DUE + 3 * LATER)

    versions = models.Post.objects.filter(external_id="said-1").order_by("version")
    assert [post.text for post in versions][1:] == ["@ada We are very sorry."]
    assert models.Event.objects.filter(what="answer_seen").count() == 1
