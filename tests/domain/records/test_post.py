from datetime import UTC, datetime

import pytest

from answerback.domain.records.post import Author, Post


def test_a_post_refuses_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="Post.created_at=2026-03-02T09:00:00 needs a zone"):
        Post(
            channel="archive",
            source="archive:test",
            external_id="1",
            author=Author(handle="ada"),
            text="hello",
            created_at=datetime(2026, 3, 2, 9),  # noqa: DTZ001 - the fault under test
            heard_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        )
