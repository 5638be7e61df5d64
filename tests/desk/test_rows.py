from dataclasses import fields
from datetime import UTC, datetime

import pytest
from tests.builders import MONDAY_9, make_post

from answerback.desk import models, rows
from answerback.domain.records.details import Details
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.event import Event
from answerback.domain.records.ledger import LedgerLine
from answerback.domain.records.mention import Mention, Span
from answerback.domain.records.plan import Plan
from answerback.domain.records.post import Author, Media, MediaKind, Post, Visibility
from answerback.domain.records.reading import Kind, Reading, Sentiment

POST = Post(
    channel="mastodon",
    source="mentions",
    external_id="7",
    version=3,
    author=Author(handle="ada", name="Ada L.", followers=12, native_id="did:plc:ada"),
    text="It leaks",
    created_at=MONDAY_9,
    available_at=datetime(2026, 3, 2, 9, 1, 2, 345678, tzinfo=UTC),
    heard_at=datetime(2026, 3, 3, tzinfo=UTC),
    created_at_assumed=True,
    in_reply_to="6",
    reply_ids=("8", "9"),
    conversation_id="c",
    inbound=True,
    about="Acme",
    url="https://social.example/7",
    details=Details({"lang": ["en"], "tag": ["kettle", "Wörter"]}),
    revision="bafy-2",
    revised_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
    visibility=Visibility.DIRECT,
    media=(Media(kind=MediaKind.IMAGE, url="https://social.example/7.png", alt="A kettle"),),
)
MENTION = Mention(
    heard=True,
    addressed=False,
    relevance=0.25,
    matched=(Span(start=0, end=2),),
    topics=(("kettles", 0.5),),
    discarded=DiscardReason.SPAM,
    why=("It names a kettle.",),
)
READING = Reading(
    language="en",
    language_probability=0.5,
    sentiment={Sentiment.NEGATIVE: 1.0},
    kinds={Kind.COMPLAINT: 0.75},
    needs_response=0.5,
    urgency=0.25,
    urgency_reasons=("It burns.",),
    offensive=0.125,
    why=("'leaks'",),
)
PLAN = Plan(
    respond=True,
    kind=Kind.COMPLAINT,
    queue="repairs",
    priority=0.5,
    priority_parts={"urgency": 0.5},
    respond_by=MONDAY_9,
    reasons=("It leaks.",),
)


def names(record: type) -> set[str]:
    return {field.name for field in fields(record)}


def test_rows_and_records_have_the_same_fields() -> None:
    author = {f"author_{name}" for name in names(Author)}

    assert set(rows.post_columns(POST)) == names(Post) - {"author"} | author
    assert set(rows.mention_columns(MENTION)) == names(Mention)
    assert set(rows.reading_columns(READING)) == names(Reading)
    assert set(rows.plan_columns(PLAN)) == names(Plan)


@pytest.mark.parametrize(
    ("model", "record"), [(models.Event, Event), (models.LedgerLine, LedgerLine)]
)
def test_events_and_ledger_lines_too(
    model: type[models.Event] | type[models.LedgerLine], record: type
) -> None:
    columns = {field.attname for field in model._meta.concrete_fields}  # noqa: SLF001  Django's documented name

    assert names(record) - columns <= {"source"}  # a ledger line's source is a row of its own


def test_what_goes_into_the_database_comes_out_the_same() -> None:
    brand = models.Brand.objects.create(name="Acme")
    source = models.Source.objects.create(
        brand=brand, channel="mastodon", name="m", fingerprint="f", opened_at=MONDAY_9
    )
    for post in (POST, make_post("8", created_at=None)):
        row = models.Post.objects.create(
            **rows.post_columns(post),
            brand=brand,
            origin=source,
            content_hash="",
            author_key="ada",
            conversation="r:7",
        )
        models.Mention.objects.create(post=row, **rows.mention_columns(MENTION))
        models.Reading.objects.create(post=row, **rows.reading_columns(READING))
        models.Plan.objects.create(post=row, turn=MONDAY_9, **rows.plan_columns(PLAN))

        kept = models.Post.objects.select_related("mention", "reading", "plan").get(pk=row.pk)

        assert rows.post_record(kept) == post
        assert rows.mention_record(kept.mention) == MENTION
        assert rows.reading_record(kept.reading) == READING
        assert rows.plan_record(kept.plan) == PLAN
