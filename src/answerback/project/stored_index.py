"""The tokenised index of the stored posts, brought up to date before a query is replayed."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from answerback.desk.queries.stored_posts import stored_post, stored_posts
from answerback.domain.records.post import Post
from answerback.firehose.tokenised.entries import entry_of
from answerback.firehose.tokenised.index import Index, NoIndex, OtherReading, take_in
from answerback.firehose.tokenised.segment import Entry

FOLDER = "query-index"  #: beside the database


def index_of_stored(data: Path) -> Index:
    """
    Return the index of all stored posts, after adding those that came since it was last asked.

    `data` is the folder of the database, which must be open.  An index of another database (one
    that was restored or made anew), or by another version, is thrown away and built again.

    :raises Damaged: when a file of the index is not as it was written.
    """
    folder = data / FOLDER
    after = _last(folder)
    new = _New(after)
    take_in(folder, new)
    if new.last != after and new.mark:
        take_in(folder, (), mark=new.mark)
    return Index(folder)


class _New:
    """The posts after a row, while they are taken in."""

    def __init__(self, after: int) -> None:
        self.last = after
        self.mark = ""

    def __iter__(self) -> Iterator[Entry]:
        for pk, post in stored_posts(after=self.last):
            self.last, self.mark = pk, _mark(pk, post)
            yield entry_of(post)


def _last(folder: Path) -> int:
    """Return the last row that the index has; 0 when it is of another database."""
    try:
        mark = Index(folder).mark
    except OtherReading:
        shutil.rmtree(folder)
        return 0
    except NoIndex:
        return 0
    if not mark:
        return 0
    pk = int(json.loads(mark)[0])
    post = stored_post(pk)
    if post is None or _mark(pk, post) != mark:
        shutil.rmtree(folder)
        return 0
    return pk


def _mark(pk: int, post: Post) -> str:
    """Return where to go on, and what lets us see whether it is still the same database."""
    return json.dumps([pk, post.channel, post.external_id, post.version])
