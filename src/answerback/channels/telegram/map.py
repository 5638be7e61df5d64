"""An update of Telegram's Bot API becomes a post."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from answerback.channels.inbound import Fetched
from answerback.channels.telling import believable, fetched, name_of, text_of, word
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.post import Author, Media, MediaKind, Post, Visibility

CHANNEL: Final = "telegram"
#: The updates that are messages; an update holds one of them at most.
MESSAGES: Final = ("message", "edited_message", "channel_post", "edited_channel_post")
_MEDIA: Final = {
    "photo": MediaKind.IMAGE,
    "sticker": MediaKind.IMAGE,
    "animation": MediaKind.VIDEO,
    "video": MediaKind.VIDEO,
    "video_note": MediaKind.VIDEO,
    "voice": MediaKind.AUDIO,
    "audio": MediaKind.AUDIO,
    "document": MediaKind.FILE,
}


def thing_of(update: object, *, at: datetime, bot: str = "") -> Fetched:
    """
    Return an update as a post; `bot` is the bot's own id, whose messages are the brand's.

    Source: Telegram's documents of the Bot API, "Update" and "Message".
    """

    def read(payload: Mapping[str, Any]) -> Post:
        word(payload, "update_id")
        kind = next((name for name in MESSAGES if name in payload), None)
        if kind is None:
            raise Unreadable(
                reason="no_message",
                sentence="Telegram sent an update that holds no message. It is kept.",
            )
        return _post(payload[kind], at=at, bot=bot)

    return fetched(update, named=name_of(update, "update_id"), read=read)


def _post(told: Mapping[str, Any], *, at: datetime, bot: str) -> Post:
    chat = told["chat"]
    place = _place(chat, bot=bot)
    created_at, assumed = believable(_moment(told.get("date")), at=at)
    edited = _moment(told.get("edit_date"))
    author = _author(told, chat=chat)
    answered = told.get("reply_to_message")
    return Post(
        channel=CHANNEL,
        source=_title(chat),
        external_id=f"{place}/{word(told, 'message_id')}",
        author=author,
        text=text_of(told.get("text", told.get("caption"))),
        created_at=created_at,
        created_at_assumed=assumed,
        heard_at=at,
        in_reply_to=f"{place}/{word(answered, 'message_id')}" if answered else None,
        conversation_id=_thread(told, place),
        inbound=author.native_id != bot if bot else None,
        url=_address(chat, told),
        revision=word(told, "edit_date") if edited else "1",
        revised_at=edited and believable(edited, at=at)[0],
        visibility=_visibility(chat),
        media=tuple(Media(kind=kind) for name, kind in _MEDIA.items() if told.get(name)),
    )


def _place(chat: Mapping[str, Any], *, bot: str) -> str:
    """
    Return what names a chat, and with a message's number the message.

    Outside of supergroups and channels each bot counts for itself: what is said to two bots of
    a brand has the same chat and may have the same number.
    """
    name = word(chat, "id")
    shared = chat.get("type") in {"supergroup", "channel"}
    return name if shared or not bot else f"{bot}:{name}"


def _author(told: Mapping[str, Any], *, chat: Mapping[str, Any]) -> Author:
    """Return who wrote a message; in a channel, and for a hidden admin, the chat itself did."""
    who = told.get("sender_chat") or told.get("from") or chat
    native_id = word(who, "id")
    names = (who.get("first_name"), who.get("last_name"), who.get("title"))
    name = " ".join(text_of(part) for part in names if part)
    handle = word(who, "username") if who.get("username") else native_id
    return Author(handle=handle, name=name[:200], native_id=native_id)


def _title(chat: Mapping[str, Any]) -> str:
    title = text_of(chat.get("title")).strip()
    return title[:200] or "Messages"


def _thread(told: Mapping[str, Any], place: str) -> str:
    topic = told.get("message_thread_id")
    return f"{place}/t{word(told, 'message_thread_id')}" if topic else place


def _visibility(chat: Mapping[str, Any]) -> Visibility:
    if chat.get("type") == "private":
        return Visibility.DIRECT
    return Visibility.PUBLIC if chat.get("username") else Visibility.FOLLOWERS


def _address(chat: Mapping[str, Any], told: Mapping[str, Any]) -> str | None:
    if chat.get("type") == "private" or not chat.get("username"):
        return None
    return f"https://t.me/{word(chat, 'username')}/{word(told, 'message_id')}"


def _moment(told: object) -> datetime | None:
    if isinstance(told, bool) or not isinstance(told, int):
        return None
    try:
        return datetime.fromtimestamp(told, UTC)
    except (ValueError, OverflowError, OSError):
        return None
