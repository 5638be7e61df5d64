"""What the tests of the desk do again and again."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.builders import (
    ACME,
    NEXT_DAY,
    Shelf,
    fetched,
    make_post,
    small_listening,
    small_sorting,
)

from answerback.channels.inbound import Failure
from answerback.desk import models
from answerback.desk.operations.collect import Pace, collect
from answerback.desk.operations.open_source import OpenSource, Stream, finish_source, open_source
from answerback.desk.operations.sort_waiting import Sorted, sort_waiting
from answerback.domain.records.ledger import LedgerLine
from answerback.domain.records.post import Post


@dataclass(frozen=True, kw_only=True)
class Imported:
    source: OpenSource
    lines: list[LedgerLine]
    turns: list[Sorted]


def no_rest(_seconds: float) -> None:
    """Do not sleep in tests."""


def collected(
    *things: Post | Failure, fingerprint: str = "file", most_rows: int = 500
) -> tuple[OpenSource, list[LedgerLine]]:
    stream = Stream(channel="archive", name="posts.jsonl", fingerprint=fingerprint)
    source = open_source(brand=ACME, stream=stream, at=NEXT_DAY)
    lines = collect(
        channel=Shelf(things=fetched(*things)),
        source=source,
        listening=small_listening(),
        at=NEXT_DAY,
        pace=Pace(sleep=no_rest, most_rows=most_rows),
    )
    return source, list(lines)


def sorted_out(brand_id: int, *, most_rows: int = 500) -> list[Sorted]:
    turns: list[Sorted] = []
    while turn := sort_waiting(
        brand_id=brand_id, stages=small_sorting(), at=NEXT_DAY, most_rows=most_rows
    ):
        turns.append(turn)
    return turns


def imported(*things: Post | Failure, fingerprint: str = "file", most_rows: int = 500) -> Imported:
    source, lines = collected(*things, fingerprint=fingerprint, most_rows=most_rows)
    turns = sorted_out(source.brand_id, most_rows=most_rows)
    finish_source(source_id=source.source_id, at=NEXT_DAY)
    return Imported(source=source, lines=lines, turns=turns)


def parts(lines: Sequence[LedgerLine]) -> tuple[int, int, int, int, int]:
    """Return fetched, stored, duplicate, discarded, failed over all lines."""
    return (
        sum(line.fetched for line in lines),
        sum(line.stored for line in lines),
        sum(line.duplicate for line in lines),
        sum(line.discarded for line in lines),
        sum(line.failed for line in lines),
    )


def one_case(*things: Post) -> models.Case:
    """Return the case of Ada's complaint, or of these posts of hers; nobody has it yet."""
    imported(*(things or (make_post("1"),)))
    return models.Case.objects.get(author_key="ada")


def events_of(case: models.Case) -> list[str]:
    """Return what happened to a case since it was opened and read."""
    told = models.Event.objects.filter(case=case).exclude(what__in=["case_opened", "post_read"])
    return list(told.order_by("pk").values_list("what", flat=True))


def notices() -> list[tuple[str, str, str | None]]:
    """Return who was told of what, by whom."""
    return list(models.Notice.objects.order_by("pk").values_list("user__handle", "what", "by"))
