"""
How fast secrets are sealed anew; how long pages of channels and the doctor take on a full desk.

    python -m benchmarks.speed_channels [--accounts 1000] [--posts 300000] [--lines 100000]

Works in a database of its own, which is removed afterwards.  Prints one line of JSON a figure.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.saying import say

if TYPE_CHECKING:
    from django.test import Client

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def main() -> None:
    """Fill a desk, seal its accounts anew, and look at its pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--posts", type=int, default=300_000)
    parser.add_argument("--lines", type=int, default=100_000)
    told = parser.parse_args()
    with TemporaryDirectory() as made:
        os.environ["ANSWERBACK_HOME"] = made
        from answerback.project.start import desk

        with desk(Path(made), create=True, own_file=True, signs=True):
            _figures(told)


def _figures(told: argparse.Namespace) -> None:
    from tests.people import signed_in

    from answerback.desk.operations.rotate_account_keys import begin_rotation, reseal
    from answerback.desk.queries.channel_health import channel_health
    from answerback.project.doctor import look

    first = _accounts(told.accounts)
    rotation = begin_rotation(at=AT)
    began = time.perf_counter()
    done = sum(1 for _ in reseal(rotation.account_ids))
    seconds = time.perf_counter() - began
    say("accounts_sealed_anew", value=round(done / seconds), unit="accounts/s", n=done)
    _filled(first, posts=told.posts, lines=told.lines)
    browser = signed_in()
    pages: dict[str, Callable[[], Any]] = {
        "channels_page": lambda: _shown(browser, "/manage/channels"),
        "account_page": lambda: _shown(browser, f"/manage/channels/{first}"),
        "channel_health": lambda: channel_health(first, at=AT),
        "doctor": lambda: list(look(at=AT, network=False, look_through=True)),
    }
    for name, ask in pages.items():
        ask()
        times = sorted(_milliseconds(ask) for _ in range(5))
        say(
            name,
            value=round(statistics.median(times)),
            unit="ms",
            accounts=told.accounts,
            posts=told.posts,
            ledger_lines=told.lines,
        )


def _shown(browser: "Client", address: str) -> None:
    answer = browser.get(address, headers={"host": "localhost"})
    if answer.status_code != 200:  # noqa: PLR2004  HTTP's own
        raise SystemExit(f"{address} answered {answer.status_code}.")


def _milliseconds(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1_000


def _accounts(many: int) -> int:
    """Make accounts, and return the number of the first."""
    from tests.people import make_user

    from answerback.desk.operations.add_channel import AccountTold, add_channel
    from answerback.desk.operations.found_brand import found_brand

    make_user("olga", role=None)
    brand_id = found_brand(text='name = "Acme"\nhandles = ["acme"]\n', by="olga", at=AT)
    first = 0
    for number in range(many):
        account = AccountTold(
            channel="mastodon",
            name=f"account {number}",
            settings={"server": "https://social.example"},
            secrets={"token": f"token-{number}-of-a-length-that-is-usual"},
        )
        made = add_channel(brand_id=brand_id, told=account, by="olga", at=AT)
        first = first or made
    return first


def _filled(account_id: int, *, posts: int, lines: int) -> None:
    """Give an account's sources posts and a ledger, past the operations."""
    from answerback.desk import models

    sources = list(models.Source.objects.filter(account_id=account_id).order_by("pk"))
    each = posts // len(sources)
    for source in sources:
        models.Post.objects.bulk_create(
            (
                models.Post(
                    brand_id=source.brand_id,
                    channel=source.channel,
                    origin=source,
                    external_id=f"{source.pk}-{number}",
                    version=1,
                    text="@acme it leaks",
                    source="mentions",
                    author_handle=f"author{number % 999}",
                    author_key=f"author{number % 999}",
                    created_at=AT - timedelta(seconds=number),
                    heard_at=AT,
                    sorted_at=AT,
                    discard_reason=None if number % 3 else "not_heard",
                )
                for number in range(each)
            ),
            batch_size=2_000,
        )
        batches = max(lines // len(sources), 1)
        models.LedgerLine.objects.bulk_create(
            (
                models.LedgerLine(
                    source=source,
                    batch=number,
                    at=AT,
                    fetched=1,
                    stored=0,
                    duplicate=1,
                    discarded=0,
                    failed=0,
                )
                for number in range(1, batches + 1)
            ),
            batch_size=2_000,
        )
        models.Source.objects.filter(pk=source.pk).update(batches=batches)


if __name__ == "__main__":
    main()
