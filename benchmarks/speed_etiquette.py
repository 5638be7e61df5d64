"""How long the checks of a reply take beside a day of 3,000 others; milliseconds of processor."""

import statistics
import time
from datetime import UTC, datetime, timedelta

from benchmarks.saying import say

from answerback.domain.etiquette.check import findings
from answerback.domain.etiquette.repetition import fingerprint
from answerback.domain.records.post import Author, Post
from answerback.domain.records.reply import Reply

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
OTHERS = 3_000
TIMES = 20
_WORDS = (
    "we are sorry to hear that your parcel number {n} did not come to the house in time we have "
    "asked the depot in town {n} about it and they will ring you before the end of the day thanks"
)


def main() -> None:
    """Look at one reply again and again, with an empty and with a full memory of the others."""
    reply = Reply(text=_WORDS.format(n="one") + " and a cup of tea", to="ada", in_reply_to="1")
    asked = Post(
        channel="x",
        source="s",
        external_id="1",
        author=Author(handle="ada"),
        text="@acme where is my parcel?",
        created_at=AT,
        heard_at=AT,
    )
    recent = [
        Reply(
            text=" ".join(_WORDS.format(n=n).split()[n % 9 :]) + f" yours {chr(97 + n % 26)}",
            to=f"a{n}",
            sent_at=AT - timedelta(seconds=n),
        )
        for n in range(OTHERS)
    ]
    fingerprint.cache_clear()
    took = [_looked(reply, asked=asked, recent=recent) for _ in range(TIMES)]
    say(
        "etiquette_beside_a_day_of_replies",
        others=OTHERS,
        first_ms=round(took[0]),
        median_ms=round(statistics.median(took[1:])),
        worst_ms=round(max(took[1:])),
    )


def _looked(reply: Reply, *, asked: Post, recent: list[Reply]) -> float:
    began = time.process_time()
    findings(reply=reply, conversation=[asked], recent=recent, at=AT)
    return 1_000 * (time.process_time() - began)


if __name__ == "__main__":
    main()
