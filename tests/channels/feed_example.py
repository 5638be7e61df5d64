"""A feed on a web server of the test's own, with ever more entries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.channels.example import Example
from tests.channels.site import Said, site

from answerback.channels.live import Account


@contextmanager
def example(_folder: Path) -> Iterator[Example]:
    with site() as served:
        there = 0

        def say(most: int) -> None:
            nonlocal there
            there += most
            entries = "".join(_entry(number) for number in range(there, 0, -1))
            body = f'<rss version="2.0"><channel><title>Acme</title>{entries}</channel></rss>'
            served.pages["/feed"] = Said(
                body=body.encode(), headers={"content-type": "application/rss+xml"}
            )

        account = Account(
            account_id=1,
            channel="rss",
            name="blog",
            settings={"feeds": f"{served.url}/feed"},
            reach=frozenset({served.address}),
        )
        yield Example(account=account, stream=f"feed:{served.url}/feed", say=say)


def _entry(number: int) -> str:
    return (
        f"<item><guid isPermaLink='false'>g{number}</guid><title>@acme {number}</title>"
        f"<pubDate>Mon, 02 Mar 2026 08:00:{number:02} GMT</pubDate></item>"
    )
