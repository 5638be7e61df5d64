"""Live sources of an invented account, and pages for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.builders import MONDAY_9, NEXT_DAY, make_post, small_listening
from tests.people import make_brand

from answerback.channels.inbound import Cursor, Failure, Fetched, Gone
from answerback.channels.live import Hole, Page, Stream
from answerback.desk import models
from answerback.desk.operations.follow_streams import follow_streams
from answerback.desk.operations.lease import take_lease
from answerback.desk.operations.take_page import TakenIn, Turn, lease_of_source, take_page
from answerback.domain.records.post import Post

SECOND = timedelta(seconds=1)
#: Handed to a builder in the place of a post.
Thing = Post | Failure | Gone


def live_account(
    folder: Path | None = None, *, streams: str = "mentions", **settings: str
) -> models.ChannelAccount:
    """Return an account on the fake network, whose streams are followed."""
    told = {"folder": str(folder or "/nowhere"), "streams": streams, **settings}
    account = models.ChannelAccount.objects.create(
        brand=make_brand(), channel="fake", name="rehearsal", settings=told, added_at=MONDAY_9
    )
    names = [Stream(name=one, title=one) for one in streams.split(",")]
    follow_streams(account_id=account.pk, streams=names, at=MONDAY_9)
    return account


def live_source(folder: Path | None = None, **settings: str) -> models.Source:
    """Return the one source of such an account."""
    return models.Source.objects.get(account=live_account(folder, **settings))


def live_post(external_id: str = "1", **told: object) -> Post:
    """Return Ada's complaint to Acme, as a live network tells it."""
    return replace(make_post(external_id, **told), channel="fake", source="mentions")


def gone(external_id: str = "1") -> Gone:
    return Gone(channel="fake", external_id=external_id)


def page_of(*things: Thing, cursor: str | None = None, holes: Sequence[Hole] = ()) -> Page:
    """Return a page of these things, its cursor at its end."""
    fetched = tuple(
        Fetched(
            cursor=Cursor(f"thing-{number}"),
            raw=f"raw {thing}",
            post=thing if isinstance(thing, Post) else None,
            failure=thing if isinstance(thing, Failure) else None,
            gone=thing if isinstance(thing, Gone) else None,
        )
        for number, thing in enumerate(things)
    )
    return Page(
        things=fetched, cursor=None if cursor is None else Cursor(cursor), holes=tuple(holes)
    )


def turn_at(source: models.Source, *, at: datetime = NEXT_DAY) -> Turn:
    """Return a turn at a source with a fresh lease, whoever had the one before."""
    until = at + SECOND * 20
    name = lease_of_source(source.pk)
    token = take_lease(name=name, at=at, until=until, by_force=True)
    if token is None:
        raise AssertionError("A lease that is taken by force is taken")
    return Turn(source_id=source.pk, token=token, until=until)


def heard(
    source: models.Source, *things: Thing, cursor: str | None = None, at: datetime = NEXT_DAY
) -> TakenIn:
    """Take one page of these things in."""
    page = page_of(*things, cursor=cursor)
    return take_page(turn=turn_at(source, at=at), page=page, listening=small_listening(), at=at)


def line_of(taken: TakenIn) -> tuple[int, int, int, int, int] | None:
    """Return fetched, stored, duplicate, discarded, failed."""
    line = taken.line
    if line is None:
        return None
    return (line.fetched, line.stored, line.duplicate, line.discarded, line.failed)


def texts_kept() -> list[tuple[str, int, str]]:
    """Return the id, version and words of each post that we have."""
    rows = models.Post.objects.order_by("external_id", "version")
    return list(rows.values_list("external_id", "version", "text"))
