"""What a mail, a thread of a forum or an entry of a feed is headed with."""

from collections.abc import Iterable, Sequence
from typing import Final

from answerback.desk import models
from answerback.desk.rows import media_record
from answerback.domain.listening.fields import Field
from answerback.domain.records.post import Media, MediaKind

_LONGEST: Final = 280  #: characters


def subject_of(row: models.Post, *, text: str) -> str:
    """Return the subject of a stored post whose words begin with `text`; "": it has none."""
    return subject(row.details.get(Field.TITLE, ()), text=text, media=media_record(row.media))


def subject(title: Iterable[str], *, text: str, media: Sequence[Media]) -> str:
    """
    Return what heads a post; "": nothing that tells more than its words.

    `title` is what its network calls so.  What the words begin with is not said twice, and the
    title of a card belongs to the page that it links to.
    """
    told = shortened(" ".join(" ".join(title).split()))
    if any(one.kind is MediaKind.LINK for one in media):
        return ""
    return "" if " ".join(text.split()).startswith(told.removesuffix("…")) else told


def shortened(text: str) -> str:
    """Return a text, or its beginning where it is long."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
