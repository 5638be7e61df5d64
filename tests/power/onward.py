"""The desk goes on after a power cut: it hears and says what is left, and nothing twice."""

import json
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.builders import NEXT_DAY
from tests.desk.witness import LETTER, Witness
from tests.power import story

from answerback.channels.archive.send import HAND_OFF
from answerback.project.start import desk

_LATER = timedelta(minutes=10)


def went_on(scratch: Path, *, promised: list[tuple[str, str]], should: Any) -> dict[str, int]:
    """
    Let a process of its own go on with an image, and return what is lost or twice at the end.

    `should` is what `kept` told of the story that nothing cut short.  A letter of which nobody
    was told that it was kept may be missing: whoever brought it brings it again.
    """
    come, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(come)
        with os.fdopen(go, "w") as told:
            json.dump(_gone_on(scratch), told)
            told.flush()
            os._exit(0)
    os.close(go)
    with os.fdopen(come) as heard:
        text = heard.read()
    os.waitpid(child, 0)
    if not text:
        return {"fell": 1}
    now = json.loads(text)
    brought = {f"b{of.rpartition('-')[2]}" for what, of in promised if what == LETTER}
    wanted = [post for post in should["posts"] if post[0][0] != "b" or post[0] in brought]
    missing = Counter(map(str, wanted)) - Counter(map(str, now["posts"]))
    said = Counter(now["said"])
    return {
        "went_on": 1,
        "lost_at_the_end": missing.total() + len({*should["said"]} - {*said}),
        "twice_at_the_end": len(now["posts"])
        - len({*map(str, now["posts"])})
        + (said.total() - len(said)),
    }


def _gone_on(folder: Path) -> dict[str, Any]:
    from answerback.desk import models  # noqa: PLC0415  Django is up
    from answerback.desk.here import here  # noqa: PLC0415

    with desk(folder, create=True):
        # A copy in another folder is another place; after a power cut it is the same.
        models.Installation.objects.update(place=here().identity)
        story.hear(at=NEXT_DAY + _LATER)
        witness = Witness(folder / "said-again")
        story.speak(story.Voice(folder, witness=witness), at=NEXT_DAY + _LATER)
        return kept(folder)


def kept(folder: Path) -> dict[str, Any]:
    """Return the posts there are, and the ids of what was said."""
    from answerback.desk import models  # noqa: PLC0415  Django is up

    posts = models.Post.objects.order_by("external_id", "version")
    lines = (folder / HAND_OFF).read_text(encoding="utf-8").splitlines()
    return {
        "posts": [list(one) for one in posts.values_list("external_id", "version")],
        "said": [json.loads(line)["id"] for line in lines],
    }
