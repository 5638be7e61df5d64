"""From the cells of a row to the posts it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from answerback.channels.archive import cells
from answerback.channels.archive.columns import Columns
from answerback.channels.archive.detail_cells import read_details
from answerback.channels.archive.times import NotATime, believable, is_untold, read_time
from answerback.channels.clean import clean
from answerback.channels.inbound import Cursor, Failure
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.details import NO_DETAILS
from answerback.domain.records.post import Author, Post

_TIME_KEPT = 100  # characters of a told time that is none: enough to tell two apart


@dataclass(slots=True, kw_only=True)
class Row:
    """
    One row of a file: its cells, or why it has none.

    Not frozen: it lives for microseconds, and to freeze it costs a tenth of reading it.
    """

    line: int  #: 1-based: the line it begins on; for Parquet the row
    cursor: Cursor  #: resume after this row
    raw: str  #: as it came; undecodable bytes and NUL as \\xNN
    cells: Mapping[str, Any] | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all posts of one file share."""

    channel: str | None  #: None: as the row tells, else by the layout
    source: str
    heard_at: datetime
    latest: datetime  #: a post told to be later than this is not believed


def posts_of(row: Row, *, columns: Columns, frame: Frame) -> list[Post]:
    """
    Return the posts that a row tells of: one, or two for a pair of post and reply.

    :raises Unreadable: when a cell cannot be what a post needs.
    """
    if row.cells is None:
        raise ValueError("A row that has failed has no posts.")
    if columns.layout == "response pairs":
        return _pair(row.cells, columns=columns, frame=frame)
    return [_post(row.cells, columns=columns, frame=frame)]


def _post(found: Mapping[str, Any], *, columns: Columns, frame: Frame) -> Post:
    # A name of None is in no row, so `get` gives None for what the file does not tell.
    get: Any = found.get
    text = cells.read_text(get(columns.text), column=columns.text or "text")
    handle = cells.read_handle(get(columns.author), column=columns.author)
    created_at, assumed = _when(get(columns.created_at), frame=frame)
    inbound = cells.read_flag(get(columns.inbound), column=columns.inbound)
    about = cells.read_word(get(columns.brand))
    if columns.layout == "twitter support" and inbound is False:
        about = handle  # in that file a post that is not inbound is the brand's own
    in_reply_to = cells.read_id(get(columns.in_reply_to), column=columns.in_reply_to)
    external_id = cells.read_id(get(columns.id), column=columns.id)
    conversation_id = cells.read_id(get(columns.conversation_id), column=columns.conversation_id)
    url = cells.read_word(get(columns.url))
    if external_id is None:
        told_at = _as_told(get(columns.created_at))
        external_id = _made_id(handle, told_at, text, in_reply_to, conversation_id, about, url)
    return Post(
        channel=_channel(get(columns.channel), columns=columns, frame=frame),
        source=frame.source,
        external_id=external_id,
        version=cells.read_version(get(columns.version), column=columns.version),
        author=Author(
            handle=handle,
            name=cells.read_word(get(columns.author_name)) or "",
            followers=cells.read_count(get(columns.followers)),
        ),
        text=text,
        created_at=created_at,
        available_at=_known_time(get(columns.available_at), frame=frame),
        heard_at=frame.heard_at,
        created_at_assumed=assumed,
        in_reply_to=in_reply_to,
        reply_ids=cells.read_ids(get(columns.reply_ids), column=columns.reply_ids),
        conversation_id=conversation_id,
        inbound=inbound,
        about=about,
        url=url,
        details=read_details(found, columns=columns.details) if columns.details else NO_DETAILS,
    )


def _pair(found: Mapping[str, Any], *, columns: Columns, frame: Frame) -> list[Post]:
    """Return the customer's post and, where the row tells of one, the brand's reply."""
    get: Any = found.get
    brand = cells.read_handle(get(columns.brand), column=columns.brand)
    post_id = _needed_id(get("post_id"), column="post_id")
    told = get(columns.text)
    text = cells.read_text("" if told is None else told, column=columns.text or "text")
    has_reply = any(get(name) is not None and get(name) != "" for name in ("reply_id", "reply_at"))
    reply_id = _needed_id(get("reply_id"), column="reply_id") if has_reply else None
    posts = []
    for external_id, author, told_at, inbound in (
        (post_id, get(columns.author), get("created_at"), True),
        (reply_id, brand, get("reply_at"), False),
    ):
        if external_id is None:
            continue
        created_at, assumed = _when(told_at, frame=frame)
        posts.append(
            Post(
                channel=_channel(get(columns.channel), columns=columns, frame=frame),
                source=frame.source,
                external_id=external_id,
                author=Author(handle=cells.read_handle(author, column=columns.author)),
                text=text if inbound else _reply_text(get("reply_text"), otherwise=text),
                created_at=created_at,
                heard_at=frame.heard_at,
                created_at_assumed=assumed,
                in_reply_to=None if inbound else post_id,
                reply_ids=(reply_id,) if inbound and reply_id else (),
                inbound=inbound,
                about=brand or None,
            )
        )
    return posts


def _channel(told: object, *, columns: Columns, frame: Frame) -> str:
    """Return the network it was said on: as the caller says, as the row says, or by the layout."""
    if frame.channel is not None:
        return frame.channel
    if told is not None and (word := cells.read_word(told)):
        return word
    return "twitter" if columns.layout == "twitter support" else "archive"


def _reply_text(told: object, *, otherwise: str) -> str:
    """Return what the brand said; a file of pairs without texts has "-" for both."""
    if told is not None:
        return cells.read_text(told, column="reply_text")
    return otherwise if otherwise == "-" else ""


def _needed_id(told: object, *, column: str) -> str:
    found = cells.read_id(told, column=column)
    if found is None:
        raise Unreadable(
            reason="no_id",
            sentence=f"It has no {column!r}, so its post and reply cannot be told apart. Add it.",
        )
    return found


def _when(told: object, *, frame: Frame) -> tuple[datetime | None, bool]:
    """
    Return the post time, and whether ours stands in for one that was absurd.

    Nothing told is None: an archive without a clock stays without, so that nothing is
    measured from the moment we happened to read it.
    """
    if is_untold(told):
        return None, False
    try:
        return believable(told, latest=frame.latest), False
    except NotATime:
        return frame.heard_at, True


def _known_time(told: object, *, frame: Frame) -> datetime | None:
    moment, assumed = _when(told, frame=frame)
    return None if assumed else moment


def _made_id(*content: str | None) -> str:
    """
    Return an identifier for a post that came without one, from what is told of it alone.

    Equal content is the same post, so a file may be renamed, packed, sorted or cut in two and
    read again.  To count equal rows apart would need all rows before, which a fetch that is
    resumed has not read.
    """
    together = "\x00".join([part or "" for part in content])  # no part holds a NUL: all are clean
    return "made-" + blake2b(together.encode(), digest_size=12).hexdigest()


def _as_told(told_at: object) -> str:
    """Write a told time the same way, whether or not we believe it on the day we read it."""
    if is_untold(told_at):
        return ""
    try:
        return read_time(told_at).isoformat()
    except NotATime:
        return clean(str(told_at)[:_TIME_KEPT]).strip()
