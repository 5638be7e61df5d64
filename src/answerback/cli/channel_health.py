"""`answerback channel health`: is every source heard, how late, and what got by."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.channel_words import account_in_json
from answerback.cli.output import say_json, say_safely, say_table

if TYPE_CHECKING:
    from datetime import datetime

    from answerback.desk.queries.channel_health import GapLine, SourceHealth

_PATH = click.Path(path_type=Path)
_COLUMNS = ("source", "state", "last post", "lag", "asked", "next try", "limit", "gaps", "ledger")
_DATA = "Folder of the database; or set ANSWERBACK_HOME."


@click.command("health")
@click.argument("account", type=int, required=False)
@click.option("--data", type=_PATH, help=_DATA)
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def health(**told: Any) -> None:
    """Show each source: last post, lag, limits, gaps, failures and its ledger."""
    from answerback.cli.channel_change import check_there
    from answerback.project import clock
    from answerback.project.start import desk

    at = clock.now()
    with desk(told["data"], create=False):
        from answerback.desk.queries.channel_health import channel_health
        from answerback.desk.queries.channels import account_lines

        wanted = told["account"]
        lines = account_lines(at=at) if wanted is None else [check_there(wanted)]
        found = [(line, channel_health(line.account_id, at=at)) for line in lines]
    if told["json"]:
        accounts = [
            {**account_in_json(line), "sources": [_in_json(source) for source in sources]}
            for line, sources in found
        ]
        say_json({"accounts": accounts})
        return
    say_table(
        title="Sources of the accounts",
        columns=_COLUMNS,
        rows=[
            (
                source.name,
                state_of(source, at=at),
                _last_post(source),
                "not told" if source.lag is None else f"{source.lag.total_seconds():.1f} s",
                _moment(source.asked_at),
                _next(source),
                _limit(source, at=at),
                str(source.open_gaps),
                _sum(source),
            )
            for _, sources in found
            for source in sources
        ],
    )
    for line, sources in found:
        for sentence in dict.fromkeys([line.sentence, *(one.sentence for one in sources)]):
            if sentence:
                say_safely(f"{line.name}: {sentence}")


@click.command("backfill")
@click.argument("account", type=int)
@click.option("--since", required=True, help="From when, like 2026-11-21T09:00+00:00.")
@click.option("--until", help="Until when; default: now.")
@click.option("--stream", "streams", multiple=True, help="Only this stream of it; again…")
@click.option("--data", type=_PATH, help=_DATA)
def backfill(**told: Any) -> None:
    """Let a window of the past be fetched in the background; what is here counts as duplicate."""
    from answerback.cli.channel_change import check_there
    from answerback.project import clock
    from answerback.project.start import desk

    at = clock.now()
    since = clock.moment(told["since"], option="--since")
    until = at if told["until"] is None else clock.moment(told["until"], option="--until")
    with desk(told["data"], create=False, signs=True):
        from answerback.desk.operations.backfill_source import NoBackfill, backfill_source
        from answerback.desk.queries.channel_health import channel_health

        line = check_there(told["account"])
        followed = [one for one in channel_health(line.account_id, at=at) if one.on]
        wanted = [one for one in followed if one.stream in told["streams"] or not told["streams"]]
        able = [one for one in wanted if one.backfills or told["streams"]]
        if not able:
            there = ", ".join(one.stream for one in followed if one.backfills) or "none"
            raise NoBackfill(
                f"No such stream of this account gives the past. Those that do: {there}."
            )
        for source in able:
            gap = backfill_source(
                source_id=source.source_id, since=since, until=until, by=None, at=at
            )
            say_safely(f"{source.name}: it is fetched as gap {gap}. See: answerback channel health")


def state_of(source: "SourceHealth", *, at: "datetime") -> str:
    """Return how a source is, in a word or two, the most pressing first."""
    if not source.on:
        return "off"
    if source.limited_until is not None and source.limited_until > at:
        return "waits, as asked"
    if source.failures:
        return f"failed {source.failures} times"
    if source.stale:
        return "nobody asks"
    return "streams" if source.streaming else "well"


def _last_post(source: "SourceHealth") -> str:
    """Return when the newest post was written; of posts that tell no time, when we heard them."""
    if source.last_post_at is None and source.heard_at is not None:
        return f"heard {_moment(source.heard_at)}"
    return _moment(source.last_post_at)


def _next(source: "SourceHealth") -> str:
    return "" if not source.on or source.next_at is None else _moment(source.next_at)


def _limit(source: "SourceHealth", *, at: "datetime") -> str:
    """Return what the network says of how often we may ask: nothing, how much is left, or wait."""
    if source.limited_until is not None and source.limited_until > at:
        return f"wait until {_moment(source.limited_until)}"
    remaining, limit = source.rate.get("remaining"), source.rate.get("limit")
    return "" if remaining is None else f"{remaining} of {'?' if limit is None else limit} left"


def _sum(source: "SourceHealth") -> str:
    told = source.ledger
    sign = "=" if told.balances else "is not"
    return (
        f"{told.fetched} fetched {sign} {told.stored} + {told.duplicate} + {told.discarded} + "
        f"{told.failed}"
    )


def _moment(at: "datetime | None") -> str:
    return at.isoformat(timespec="seconds") if at else "never"


def _in_json(source: "SourceHealth") -> dict[str, object]:
    told = source.ledger
    return {
        "number": source.source_id,
        "stream": source.stream,
        "name": source.name,
        "on": source.on,
        "streaming": source.streaming,
        "every_seconds": source.every,
        "last_post_at": source.last_post_at,
        "heard_at": source.heard_at,
        "lag_seconds": source.lag,
        "asked_at": source.asked_at,
        "next_at": source.next_at,
        "limited_until": source.limited_until,
        "rate": dict(source.rate),
        "failures": source.failures,
        "sentence": source.sentence or None,
        "stale": source.stale,
        "ledger": {
            "fetched": told.fetched,
            "stored": told.stored,
            "duplicate": told.duplicate,
            "discarded": told.discarded,
            "failed": told.failed,
            "balances": told.balances,
            "problems": list(told.problems),
        },
        "gaps": [_gap_in_json(gap) for gap in source.gaps],
    }


def _gap_in_json(gap: "GapLine") -> dict[str, object]:
    return {
        "number": gap.gap_id,
        "kind": gap.kind,
        "state": gap.state,
        "sentence": gap.sentence,
        "since": gap.since,
        "until": gap.until,
        "found_at": gap.found_at,
        "tries": gap.tries,
        "repaired_at": gap.repaired_at,
        "found_posts": gap.found_posts,
        "given_up": gap.given_up or None,
    }
