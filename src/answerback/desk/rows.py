"""Records to rows and back; nowhere else."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from answerback.domain.records.details import NO_DETAILS, Details
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.mention import Mention, Span
from answerback.domain.records.plan import Plan
from answerback.domain.records.post import Author, Media, MediaKind, Post, Visibility
from answerback.domain.records.reading import Kind, Reading, Sentiment
from answerback.domain.records.told_in_json import (
    comparison_read,
    comparison_told,
    names_read,
    names_told,
)

if TYPE_CHECKING:
    from answerback.desk import models

#: A row's columns by the name of the model's field.
Columns = dict[str, Any]


def post_columns(post: Post) -> Columns:
    """Return the record's part of a Post row."""
    return {
        "channel": post.channel,
        "source": post.source,
        "external_id": post.external_id,
        "version": post.version,
        "author_handle": post.author.handle,
        "author_name": post.author.name,
        "author_followers": post.author.followers,
        "author_native_id": post.author.native_id,
        "text": post.text,
        "created_at": post.created_at,
        "available_at": post.available_at,
        "heard_at": post.heard_at,
        "created_at_assumed": post.created_at_assumed,
        "in_reply_to": post.in_reply_to,
        "reply_ids": list(post.reply_ids),
        "conversation_id": post.conversation_id,
        "inbound": post.inbound,
        "about": post.about,
        "url": post.url,
        "details": {name: list(values) for name, values in post.details.items()},
        "revision": post.revision,
        "revised_at": post.revised_at,
        "visibility": post.visibility,
        "media": [[one.kind, one.url, one.alt] for one in post.media],
    }


def post_record(row: "models.Post") -> Post:
    return Post(
        channel=row.channel,
        source=row.source,
        external_id=row.external_id,
        version=row.version,
        author=Author(
            handle=row.author_handle,
            name=row.author_name,
            followers=row.author_followers,
            native_id=row.author_native_id,
        ),
        text=row.text,
        created_at=row.created_at,
        available_at=row.available_at,
        heard_at=row.heard_at,
        created_at_assumed=row.created_at_assumed,
        in_reply_to=row.in_reply_to,
        reply_ids=tuple(row.reply_ids),
        conversation_id=row.conversation_id,
        inbound=row.inbound,
        about=row.about,
        url=row.url,
        details=_details(row.details),
        revision=row.revision,
        revised_at=row.revised_at,
        visibility=Visibility(row.visibility),
        media=media_record(row.media),
    )


def media_record(told: Sequence[Sequence[str]]) -> tuple[Media, ...]:
    return tuple(Media(kind=MediaKind(kind), url=url, alt=alt) for kind, url, alt in told)


def _details(told: Mapping[str, list[str]]) -> Details:
    return Details(told) if told else NO_DETAILS


def mention_columns(mention: Mention) -> Columns:
    return {
        "heard": mention.heard,
        "addressed": mention.addressed,
        "relevance": float(mention.relevance),
        "matched": [[span.start, span.end] for span in mention.matched],
        "topics": [[name, float(score)] for name, score in mention.topics],
        "discarded": mention.discarded,
        "why": list(mention.why),
        "unsure": mention.unsure,
    }


def mention_record(row: "models.Mention") -> Mention:
    return Mention(
        heard=row.heard,
        addressed=row.addressed,
        relevance=row.relevance,
        matched=tuple(Span(start=start, end=end) for start, end in row.matched),
        topics=tuple((name, score) for name, score in row.topics),
        discarded=None if row.discarded is None else DiscardReason(row.discarded),
        why=tuple(row.why),
        unsure=row.unsure,
    )


def reading_columns(reading: Reading) -> Columns:
    return {
        "language": reading.language,
        "language_probability": float(reading.language_probability),
        "sentiment": _shares(reading.sentiment),
        "kinds": _shares(reading.kinds),
        "needs_response": float(reading.needs_response),
        "urgency": float(reading.urgency),
        "urgency_reasons": list(reading.urgency_reasons),
        "offensive": float(reading.offensive),
        "why": list(reading.why),
        "names": names_told(reading.names),
        "compared": comparison_told(reading.compared),
        "unsure": list(reading.unsure),
    }


def reading_record(row: "models.Reading") -> Reading:
    return Reading(
        language=row.language,
        language_probability=row.language_probability,
        sentiment={Sentiment(name): share for name, share in row.sentiment.items()},
        kinds={Kind(name): share for name, share in row.kinds.items()},
        needs_response=row.needs_response,
        urgency=row.urgency,
        urgency_reasons=tuple(row.urgency_reasons),
        offensive=row.offensive,
        why=tuple(row.why),
        names=names_read(row.names),
        compared=comparison_read(row.compared),
        unsure=tuple(row.unsure),
    )


def plan_columns(plan: Plan) -> Columns:
    return {
        "respond": plan.respond,
        "kind": plan.kind,
        "queue": plan.queue,
        "priority": float(plan.priority),
        "priority_parts": _shares(plan.priority_parts),
        "respond_by": plan.respond_by,
        "reasons": list(plan.reasons),
    }


def plan_record(row: "models.Plan") -> Plan:
    return Plan(
        respond=row.respond,
        kind=Kind(row.kind),
        queue=row.queue,
        priority=row.priority,
        priority_parts=row.priority_parts,
        respond_by=row.respond_by,
        reasons=tuple(row.reasons),
    )


def _shares(shares: Mapping[Any, float]) -> dict[str, float]:
    return {str(name): float(share) for name, share in shares.items()}
