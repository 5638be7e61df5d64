"""What a stream tells is gathered into pages, and what nobody can read does not fill the disk."""

from contextlib import closing
from datetime import UTC, datetime

from answerback.channels.bluesky.api import Api
from answerback.channels.bluesky.map import Ear
from answerback.channels.bluesky.pages import Pages
from answerback.channels.bluesky.people import People
from answerback.channels.bluesky.place import Place
from answerback.channels.bluesky.told import Told, What
from answerback.channels.live import Account

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
US = "did:plc:acme"


def gathered(*told: Told) -> list[str]:
    """Return the raw text of what a stream that tells this hands on."""
    with closing(Api(Account(account_id=1, channel="bluesky", name="Acme"))) as api:
        pages = Pages(
            ear=lambda at: Ear(source="mentions", did=US, handle="acme.example", at=at),
            people=People(api),
            place=Place(),
            host="stream.example",
            clock=lambda: NOON,
        )
        return [thing.raw for page in pages.gather(iter(told)) for thing in page.things]


def test_of_what_nobody_can_read_some_is_kept_and_all_that_names_us() -> None:
    odd = [Told(what=What.BROKEN, raw=f'{{"kind": "new", "number": {n}}}') for n in range(1_000)]
    ours = Told(what=What.BROKEN, raw=f'{{"kind": "new", "of": "{US}"}}')

    kept = gathered(*odd, ours)

    assert len(kept) == 101
    assert kept[-1] == ours.raw
