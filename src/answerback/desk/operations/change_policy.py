"""Give a brand another policy."""

from datetime import datetime

from django.db import transaction

from answerback.desk.operations.keep_text import check_based_on, keep_text
from answerback.desk.queries.brand_texts import What, newest_texts, read_brand, read_policy
from answerback.domain.triage.decide import decider


@transaction.atomic
def change_policy(
    *,
    brand_id: int,
    text: str,
    by: str,
    at: datetime,
    note: str = "",
    based_on: int | None = None,
) -> int:
    """
    Let a policy's text hold for a brand from now on: a new version, and one event.

    An earlier text saved again is a new version, too: that is how one goes back.  The posts that
    nobody works on are planned anew in the background (`project/brand_work.py`).
    `based_on`: the number of the version that the writer began with; None: whatever holds.

    Returns the number of the version.

    :raises NotHere: when there is no such brand.
    :raises TomlRefused: naming the line and the key.
    :raises NeverOpen: when the open hours cannot hold one of the targets.
    :raises ChangedMeanwhile: when another version holds by now.
    """
    text = with_one_end(text)
    check_policy(brand_id=brand_id, text=text, at=at)
    check_based_on(brand_id=brand_id, what=What.POLICY, based_on=based_on)
    return keep_text(
        brand_id=brand_id, what=What.POLICY, text=text, by=by, at=at, note=note.strip()
    )


def check_policy(*, brand_id: int, text: str, at: datetime) -> None:
    """
    Do nothing when a text is a policy that this brand can keep.

    :raises Refusal: as `change_policy` does.
    """
    held = newest_texts(brand_id=brand_id)
    brand = read_brand(held.brand) if held.brand is not None else None
    decider(policy=read_policy(text), brand=brand, at=at)


def with_one_end(text: str) -> str:
    """Return a text as a browser or an editor sent it, with our line ends and one at its end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    return f"{lines}\n"
