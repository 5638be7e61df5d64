"""Ignored people stay in the count, however their brand's handle is spelt."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from answerback.domain.measure.conversation import gather
from answerback.domain.measure.engaging import by_brand, rate_by_clock, tell
from answerback.domain.measure.spoken import spoken
from answerback.domain.records.post import Author, Post

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONTH_LATER = MONDAY_9 + timedelta(days=30)


def post(name: str, author: str, text: str, *, minute: int, answers: str | None = None) -> Post:
    return Post(
        channel="archive",
        source="file",
        external_id=name,
        author=Author(handle=author),
        text=text,
        created_at=MONDAY_9 + timedelta(minutes=minute),
        heard_at=MONTH_LATER,
        in_reply_to=answers,
        inbound=not name.endswith("-r"),
    )


def asked(handle: str, *, written: str, people: int) -> Iterator[Post]:
    """Every other one has an answer; nothing but the handle tells whom the others wrote to."""
    for number in range(people):
        name = f"{handle}-{number}"
        yield post(name, f"u{number}.of.{handle}", f"{written} where is it?", minute=number)
        if number % 2:
            yield post(f"{name}-r", handle, "Soon!", minute=number + 30, answers=name)


@pytest.mark.parametrize(
    ("handle", "written"),
    [
        ("Acme", "@acme"),
        ("acme.bsky.social", "@Acme.bsky.social"),
        ("acme.bsky.social", "@acme.bsky.social."),
        ("acme@m.social", "@acme@m.social,"),
        ("acme@m.social", "@acme"),
        ("acme", "@acme@m.social"),
        ("acme", "@acme.please:"),
        ("acme", "@acme-"),
    ],
)
def test_half_ignored_is_half_whatever_the_handle_looks_like(handle: str, written: str) -> None:
    archive = [
        *asked(handle, written=written, people=120),
        *asked("bolt.example", written="@bolt.example", people=60),  # noise: another brand
    ]

    brands = by_brand(gather(spoken(one) for one in archive))
    told = tell(brand=handle, conversations=brands[handle], at=MONTH_LATER)

    day = rate_by_clock(told.figures.first)
    assert told.figures.first.clocked is not None
    assert day is not None
    assert (round(day.share, 9), day.n, told.figures.first.clocked.never) == (0.5, 120, 60)


@pytest.mark.parametrize("author", ["ann.bsky.social", "ann@m.social", "Ann"])
def test_a_brand_post_without_a_link_answers_whom_it_names_in_full(author: str) -> None:
    archive = [
        post("q", author, "@acme where is it?", minute=0),
        post("noise", "ann.elsewhere", "@acme and mine?", minute=1, answers="q"),
        post("own-r", "acme", f"@{author} Soon!", minute=2),
    ]
    talk = [replace(spoken(one), conversation_id="c") for one in archive]

    told = tell(brand="acme", conversations=gather(talk).conversations, at=MONTH_LATER)

    assert {wait.post.id: wait.answer.id if wait.answer else None for wait in told.counted} == {
        "q": "own-r",
        "noise": None,
    }
