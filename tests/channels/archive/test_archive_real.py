"""The real public files are read to the last row; skipped where they are not."""

from collections import Counter
from pathlib import Path

from tests.channels.files import NOON

from answerback.channels.archive.fetch import open_archive


def counted(path: Path) -> Counter[str]:
    """Count posts, failures, and what the posts have."""
    found: Counter[str] = Counter()
    for one in open_archive(path=path, heard_at=NOON).fetch(None):
        if one.post is None:
            found["failed"] += 1
            continue
        found["posts"] += 1
        found["inbound"] += one.post.inbound is True
        found["replies"] += one.post.in_reply_to is not None
        found["dated"] += one.post.created_at is not None
        found["assumed"] += one.post.created_at_assumed
    return +found


def test_all_conversations_are_read(shared_data: Path) -> None:
    found = counted(shared_data / "conversations.jsonl")

    assert (found["posts"], found["failed"], found["assumed"]) == (64_801, 0, 0)
    assert (found["dated"], found["replies"]) == (5_186, 41_113)


def test_all_airline_posts_are_read(shared_data: Path) -> None:
    assert counted(shared_data / "airline.jsonl") == {"posts": 9_578, "dated": 9_578}


def test_all_response_times_give_two_posts_each(shared_data: Path) -> None:
    found = counted(shared_data / "response_times.jsonl")

    assert found == {"posts": 56_512, "inbound": 28_256, "replies": 28_256, "dated": 56_512}
