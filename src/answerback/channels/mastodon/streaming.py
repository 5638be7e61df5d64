"""The stream that a server of the Mastodon API holds open: what comes, as small pages."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from answerback.channels import websocket
from answerback.channels.inbound import Fetched
from answerback.channels.live import Page
from answerback.channels.mastodon.map import Reader, digest
from answerback.channels.strict_json import read_any
from answerback.channels.telling import fetched
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.post import Post

#: Notifications of what concerns no post, or of what people did with one of ours.  All other
#: kinds are heard when they carry a status: a mention, a quote, an edit, what is yet to come.
NO_POSTS: Final = (
    *("follow", "follow_request", "favourite", "reblog", "poll"),
    *("admin.sign_up", "admin.report", "severed_relationships", "moderation_warning"),
    *("pleroma:emoji_reaction", "pleroma:chat_mention", "reaction", "annual_report"),
)

ReaderOf = Callable[[datetime], Reader]
#: Says of a status whether it belongs to the stream that is listened to.
Belongs = Callable[[Mapping[str, Any]], bool]


def address(streaming: str, *, base: str, params: Mapping[str, str]) -> str:
    """
    Return where to listen: "wss://social.example/api/v1/streaming?stream=user".

    Of a server that is asked without encryption, inside our own house, so is its stream:
    small ones say wss whatever they speak.
    """
    told, own = urlsplit(streaming), urlsplit(base)
    plain = told.scheme in {"ws", "http"} or (own.scheme == "http" and told.netloc == own.netloc)
    where = f"{told.netloc}{told.path}/api/v1/streaming?{urlencode(params)}"
    return f"{'ws' if plain else 'wss'}://{where}"


def listened(
    told: Iterator[str | bytes | None],
    *,
    reader: ReaderOf,
    belongs: Belongs,
    clock: Callable[[], datetime],
) -> Iterator[Page]:
    """Yield a page for whatever comes, and an empty one when nothing does."""
    for message in told:
        if message is None:
            yield Page()
        else:
            text = message if isinstance(message, str) else message.decode("utf-8", "replace")
            yield Page(things=tuple(read_event(text, reader=reader(clock()), belongs=belongs)))


def read_event(text: str, *, reader: Reader, belongs: Belongs) -> Iterator[Fetched]:
    """Yield what one message of a stream tells; a message that cannot be read is a failure."""
    try:
        event = read_any(text)
        kind, told = event["event"], event.get("payload")
        payload = read_any(told) if isinstance(told, str) and told[:1] == "{" else told
    except (Unreadable, KeyError, TypeError, AttributeError) as wrong:
        yield _unreadable(text, wrong)
        return
    if kind == "delete" and isinstance(payload, str | int):
        yield reader.gone(str(payload), raw=text)
    elif kind in {"update", "status.update"}:
        if not isinstance(payload, Mapping) or belongs(payload):
            yield reader.status(payload, raw=text)
    elif kind == "notification":
        yield from read_notification(payload, reader=reader, raw=text)


def read_notification(
    payload: object, *, reader: Reader, raw: str | None = None
) -> Iterator[Fetched]:
    """Yield the status that a notification tells of, if it is of a kind that tells of one."""
    if not isinstance(payload, Mapping):
        yield reader.status(payload, raw=raw)
    elif payload.get("type") not in NO_POSTS:
        named = payload.get("id")
        name = f"notification:{named}" if isinstance(named, str) else ""
        # A mention of a post that was deleted meanwhile has null there; a real server sent some.
        absent = "status" not in payload and payload.get("type") == "mention"
        if absent or payload.get("status") is not None:
            yield reader.status(payload.get("status"), named=name, raw=raw)


def _unreadable(text: str, wrong: Exception) -> Fetched:
    def refuse(_: object) -> Post:
        if isinstance(wrong, Unreadable):
            raise wrong
        raise Unreadable(
            reason="unknown_event",
            sentence="The stream sent something that is no event. It is kept; report it.",
        )

    return fetched({}, named=f"event:{digest(text)}", read=refuse, raw=text)


def messages(
    where: str,
    *,
    authorization: Mapping[str, str],
    reach: frozenset[str],
    stopping: Callable[[], bool],
) -> Iterator[str | bytes | None]:
    """Hold the stream open; see `websocket.messages` for what it raises."""
    return websocket.messages(where, headers=authorization, reach=reach, stopping=stopping)
