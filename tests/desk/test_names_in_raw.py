"""Whether raw text names a post that is gone."""

import pytest

from answerback.desk.operations.erase_raw import Names

ID = "at://did:plc:ada/app.bsky.feed.post/3kabcdefghij2"


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (f'{{"uri": "{ID}"}}', True),
        ('{"text": "see\\n3kabcdefghij2"}', True),
        ("?at=post%2F3kabcdefghij2", True),
        ('{"text": "3kabcdefghij"}', False),
        ("", False),
    ],
)
def test_a_name_is_found_behind_whatever_stands_for_a_sign(raw: str, *, named: bool) -> None:
    assert Names([ID]).stand_in(raw) is named
