"""Whether intake must slow down: more waits than can be sorted soon, or the disk is nearly full."""

import shutil
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from answerback.desk import models

#: So many posts of a brand may wait to be sorted before its networks are asked more seldom.  They
#: wait on the disk and the pressing ones go first, so fetching on costs room and finds those.
MOST_WAITING: Final = 200_000
#: Below this share of the disk, and this much room, nothing more is fetched.
LEAST_FREE: Final = 0.10
ROOMY_BYTES: Final = 10 * 2**30


def pressure(*, brand_id: int) -> str | None:
    """
    Return why nothing more should be fetched for a brand just now; None: go on.

    The networks keep what is not fetched yet, so slowing down loses nothing.
    """
    return no_room() or _behind(brand_id)


def _behind(brand_id: int) -> str | None:
    waiting = models.Post.objects.filter(brand_id=brand_id, sorted_at__isnull=True)
    # In the order of the index: no more is read than counts.
    if not waiting.order_by("lane", "pk")[MOST_WAITING : MOST_WAITING + 1].exists():
        return None
    return (
        f"More than {MOST_WAITING:,} posts wait to be sorted, so the network is asked more seldom. "
        "Nothing is lost; it goes on by itself when they are sorted."
    )


def no_room() -> str | None:
    """Return why nothing more should be kept on this disk; None: there is room."""
    if not on_this_disk():
        return None
    folder = Path(settings.DATA_DIR).absolute()
    # It is made when something is first kept in it.
    disk = shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists()))
    if disk.free >= min(LEAST_FREE * disk.total, ROOMY_BYTES):
        return None
    return (
        f"The disk of the data folder has {disk.free / 2**20:,.0f} MB left, so nothing more is "
        "fetched. Make room; it goes on by itself."
    )


def on_this_disk() -> bool:
    """Tell whether the tables lie in the data folder; those of a server lie on its own disk."""
    return connection.vendor == "sqlite"
