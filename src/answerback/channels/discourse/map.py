"""A post of Discourse becomes one of ours, or word that it is gone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from answerback.channels.inbound import Cursor, Fetched, Gone
from answerback.channels.markup import text_of_html
from answerback.channels.telling import as_raw, believable, fetched, name_of, text_of, word
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Post, Visibility

CHANNEL: Final = "discourse"
#: What somebody wrote; others are the forum's own notes of what was done ("moved", "closed").
_BY_PEOPLE: Final = 1


def thing_of(
    told: object, *, server: str, host: str, at: datetime, event: str = "", ours: str = ""
) -> Fetched:
    """
    Return a post of `/posts.json` or of a webhook; `event` is the webhook's, "" for polls.

    Ids rise on one server and mean nothing on another, so they carry its name.
    Source: Discourse's API documents, "posts"; its webhooks' payload `{"post": {…}}`.
    """
    named = name_of(told)
    if isinstance(told, Mapping) and _is_gone(told, event=event):
        gone = Gone(channel=CHANNEL, external_id=f"{host}/{named}", at=_moment(told, "deleted_at"))
        return Fetched(cursor=Cursor(named), raw=as_raw(told), gone=gone)

    def read(payload: Mapping[str, Any]) -> Post:
        return _post(payload, server=server, host=host, at=at, ours=ours)

    return fetched(told, named=named, read=read)


def _is_gone(told: Mapping[str, Any], *, event: str) -> bool:
    usable = type(told.get("id")) is int
    taken = told.get("deleted_at") or told.get("user_deleted") is True
    return usable and bool(event == "post_destroyed" or taken)


def _post(told: Mapping[str, Any], *, server: str, host: str, at: datetime, ours: str) -> Post:
    if told.get("post_type", _BY_PEOPLE) != _BY_PEOPLE:
        raise Unreadable(
            reason="no_words",
            sentence="It is the forum's own note that something was done, and nobody's words.",
        )
    created_at, assumed = believable(_moment(told, "created_at"), at=at)
    version = told.get("version", 1)
    title = text_of(told.get("topic_title")).strip()
    author = word(told, "username", most=100)
    first = told["post_number"] == 1
    words = _words(told)
    return Post(
        channel=CHANNEL,
        source=host,
        external_id=f"{host}/{word(told, 'id')}",
        author=Author(
            handle=f"{author}@{host}",
            name=text_of(told.get("name"))[:200],
            native_id=f"{host}/{word(told, 'user_id')}" if told.get("user_id") else None,
        ),
        text=f"{title}\n\n{words}" if first and title else words,
        created_at=created_at,
        created_at_assumed=assumed,
        heard_at=at,
        conversation_id=f"{host}/t{word(told, 'topic_id')}",
        inbound=author.casefold() != ours.casefold() if ours else None,
        url=f"{server}/t/{word(told, 'topic_id')}/{word(told, 'post_number')}",
        revision=str(version) if type(version) is int else None,
        revised_at=_revised(told, version, at=at),
        visibility=_visibility(told),
        details=Details({"title": (title,) if title else (), "domain": (host,)}),
    )


def _words(told: Mapping[str, Any]) -> str:
    raw = told.get("raw")
    return text_of(raw if isinstance(raw, str) else text_of_html(text_of(told["cooked"]))).strip()


def _revised(told: Mapping[str, Any], version: object, *, at: datetime) -> datetime | None:
    moment = _moment(told, "updated_at") if version != 1 else None
    return moment and believable(moment, at=at)[0]


def _visibility(told: Mapping[str, Any]) -> Visibility:
    private = told.get("topic_archetype") == "private_message"
    return Visibility.DIRECT if private else Visibility.PUBLIC


def _moment(told: Mapping[str, Any], name: str) -> datetime | None:
    value = told.get(name)
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
