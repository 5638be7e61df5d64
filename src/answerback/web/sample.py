"""The invented brand, for people who only want to look."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from answerback.desk.operations.found_brand import found_brand
from answerback.desk.operations.hand_in_file import HandedIn, hand_in_file

_A_WHILE = timedelta(minutes=40)


def found_sample(*, by: str, at: datetime) -> int:
    """
    Make the invented brand, and hand in its 200 posts; return the number of that file.

    Their times are moved together, so that the last of them was written a little while ago and
    some deadlines are still to come.

    :raises Refusal: when it is there already, or `by` may add no brand.
    """
    folder = Path(settings.SAMPLE_BRAND)
    lines = (folder / "posts.jsonl").read_text("utf-8").splitlines()
    posts = "".join(moved(lines, last=at - _A_WHILE)).encode()
    brand_id = found_brand(text=(folder / "brand.toml").read_text("utf-8"), by=by, at=at)
    return hand_in_file(
        brand_id=brand_id,
        file=HandedIn(name="acme.jsonl", size=len(posts), chunks=[posts]),
        by=by,
        at=at,
    )


def moved(lines: Iterable[str], *, last: datetime) -> Iterator[str]:
    """
    Yield posts with their times moved by one span, so that the last was written at `last`.

    Shapes: n lines of JSON in, n lines out, in the order given.
    Error: to the second.
    """
    posts = [json.loads(line) for line in lines]
    times = [datetime.fromisoformat(post["created_at"]) for post in posts]
    span = last.replace(microsecond=0) - max(times)
    for post, written in zip(posts, times, strict=True):
        told = {**post, "created_at": (written + span).isoformat()}
        yield json.dumps(told, ensure_ascii=False) + "\n"
