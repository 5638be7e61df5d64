"""A submission or a comment of Reddit becomes a post, or word of one that is gone."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from answerback.channels.inbound import Cursor, Fetched, Gone
from answerback.channels.telling import as_raw, believable, fetched, name_of, text_of, word
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.details import Details
from answerback.domain.records.post import Author, Media, MediaKind, Post

CHANNEL: Final = "reddit"
SITE: Final = "https://www.reddit.com"
COMMENT, SUBMISSION = "t1", "t3"
#: What stands where words were: taken back by who wrote them, or by a moderator.
_TAKEN: Final = frozenset({"[deleted]", "[removed]", "[ Removed by Reddit ]"})
_NOBODY: Final = "[deleted]"


def thing_of(told: object, *, at: datetime, ours: str = "") -> Fetched:
    """
    Return what a thing of a listing is: `{"kind": "t1", "data": {…}}`.

    `ours` is the brand's own name there, in folded case; "" where it has none.
    Source: Reddit's API documents, "fullnames"; recordings of reddit.com, 2016 to 2026.
    """
    data = told.get("data") if isinstance(told, Mapping) else None
    named = name_of(data, "name")
    if isinstance(data, Mapping) and is_gone(data):
        gone = Gone(channel=CHANNEL, external_id=str(data["name"])[:400])
        return Fetched(cursor=Cursor(named), raw=as_raw(told), gone=gone)

    def read(payload: Mapping[str, Any]) -> Post:
        return post_of(payload["data"], kind=payload["kind"], at=at, ours=ours)

    return fetched(told, named=named, read=read)


def is_gone(data: Mapping[str, Any]) -> bool:
    """
    Say whether a thing's words are gone.

    Somebody whose account is gone leaves their words where they were; a link without words of
    whom only "[deleted]" is left is gone as well.
    """
    if not isinstance(data.get("name"), str) or not data["name"]:
        return False
    words = data.get("body", data.get("selftext"))
    if (isinstance(words, str) and words in _TAKEN) or data.get("removed_by_category"):
        return True
    return words == "" and data.get("author") == _NOBODY


def post_of(data: Mapping[str, Any], *, kind: object, at: datetime, ours: str) -> Post:
    """
    Return a submission or a comment as a post.

    :raises Unreadable: when it is neither, or its id is none.
    """
    name = word(data, "name", most=40)
    if kind not in {COMMENT, SUBMISSION} or not name.startswith(f"{kind}_"):
        raise Unreadable(
            reason="unknown_kind",
            sentence="Reddit sent a thing that is neither a submission nor a comment. It is kept.",
        )
    title = text_of(data["title"]).strip() if kind == SUBMISSION else ""
    words = text_of(data["selftext"] if kind == SUBMISSION else data["body"]).strip()
    created_at, assumed = believable(_moment(data["created_utc"]), at=at)
    edited = _moment(data.get("edited"))
    author = word(data, "author", most=100)
    subreddit = data.get("subreddit")
    flair = data.get("link_flair_text")
    return Post(
        channel=CHANNEL,
        source=f"r/{subreddit}" if isinstance(subreddit, str) else "Reddit",
        external_id=name,
        author=Author(
            # All whose accounts are gone have one name; they are no one person.
            handle=author if author != _NOBODY else f"deleted.{name}",
            native_id=word(data, "author_fullname") if data.get("author_fullname") else None,
        ),
        text=f"{title}\n\n{words}".strip(),
        created_at=created_at,
        created_at_assumed=assumed,
        heard_at=at,
        in_reply_to=word(data, "parent_id") if kind == COMMENT else None,
        conversation_id=word(data, "link_id") if data.get("link_id") else _thread(name),
        inbound=author.casefold() != ours if ours else None,
        url=_address(data),
        revision=hashlib.sha256(words.encode()).hexdigest()[:24],
        revised_at=edited and believable(edited, at=at)[0],
        details=Details(
            {
                "title": (title,) if title else (),
                "tag": (text_of(flair),) if isinstance(flair, str) and flair else (),
                "domain": ("reddit.com",),
            }
        ),
        media=_media(data),
    )


def _thread(name: str) -> str | None:
    return name if name.startswith(SUBMISSION) else None


def _moment(told: object) -> datetime | None:
    """Return seconds since 1970 as a moment; false and true stand where no time is told."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        return datetime.fromtimestamp(told, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _address(data: Mapping[str, Any]) -> str | None:
    path = data.get("permalink")
    return f"{SITE}{path}" if isinstance(path, str) and path.startswith("/r/") else None


def _media(data: Mapping[str, Any]) -> tuple[Media, ...]:
    url = data.get("url")
    if data.get("is_self", True) or not isinstance(url, str) or not url.startswith("http"):
        return ()
    kinds = {"image": MediaKind.IMAGE, "hosted:video": MediaKind.VIDEO}
    return (Media(kind=kinds.get(str(data.get("post_hint")), MediaKind.LINK), url=text_of(url)),)
