"""The invented brand, for people who only want to look."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from answerback.desk.operations.found_brand import found_brand
from answerback.desk.operations.hand_in_file import HandedIn, hand_in_file


def found_sample(*, by: str, at: datetime) -> int:
    """
    Make the invented brand, and hand in its 200 posts; return the number of that file.

    :raises Refusal: when it is there already, or `by` may add no brand.
    """
    folder = Path(settings.SAMPLE_BRAND)
    posts = (folder / "posts.jsonl").read_bytes()
    brand_id = found_brand(text=(folder / "brand.toml").read_text("utf-8"), by=by, at=at)
    return hand_in_file(
        brand_id=brand_id,
        file=HandedIn(name="acme.jsonl", size=len(posts), chunks=[posts]),
        by=by,
        at=at,
    )
