"""The same words to many people."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from answerback.domain.records.reply import Check, Finding, Reply, Weight

#: How far back the same words still count.
WINDOW = timedelta(hours=24)
#: Shared word triples over all word triples (Jaccard) from which two replies are the same.
SAME = 0.6
#: Fewer words than this are a courtesy ("you are welcome"), which may be said to everybody.
COURTESY_WORDS = 6
#: From so many other people on, the finding blocks.
MANY = 3

_SHOWN = 3
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+|@\w+")
_SIGNATURE = re.compile(r"(?:\s[\^~*/-]\s?\w{1,12})(?:\s\w{1,12}){0,2}\s*$|\s\(?\d/\d\)?(?=\s|$)")
_GREETING = re.compile(
    r"^\W*(?:hi|hey|hello|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)"
    r"|bonjour|bonsoir|salut|hola|buenos días|buenas tardes|cześć|dzień dobry)\b"
    r"(?:\s(?:there|again))?(?:\s\w+)?\s?[,!.:-]+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


@lru_cache(maxsize=8192)
def fingerprint(text: str) -> frozenset[tuple[str, ...]]:
    """
    Return the word triples of a reply, without names, links, greeting and signature.

    Any number becomes the same mark, so two replies that differ in a parcel number
    are the same.  A courtesy of fewer than `COURTESY_WORDS` words gives nothing.
    """
    bare = _ADDRESS.sub(" ", text.replace("’", "'"))  # noqa: RUF001 - the typed apostrophe
    bare = _GREETING.sub(" ", _SIGNATURE.sub(" ", bare.strip()).strip())
    words = _WORD.findall(_NUMBER.sub("0", bare).casefold())
    if len(words) < COURTESY_WORDS:
        return frozenset()
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def likeness(one: str, other: str) -> float:
    """
    Return how alike two replies are, from 0 to 1.

    Source: Jaccard's index over word triples; 0 when either is a courtesy.
    """
    return _jaccard(fingerprint(one), fingerprint(other))


def _jaccard(here: frozenset[tuple[str, ...]], there: frozenset[tuple[str, ...]]) -> float:
    if not here or not there:
        return 0.0
    shared = len(here & there)
    return shared / (len(here) + len(there) - shared)


def repetition(*, reply: Reply, recent: Sequence[Reply], at: datetime) -> list[Finding]:
    """
    Say to whom else the same words went in the 24 hours before `at`.

    Replies to the same person do not count: a promise may be repeated.  It asks, and
    from three other people on it blocks.
    """
    words = fingerprint(reply.text)
    if not words:
        return []
    whom = reply.to.casefold()
    people: dict[str, None] = {}
    for said in recent:
        if (
            said.sent_at is not None
            and timedelta(0) <= at - said.sent_at <= WINDOW
            and said.to.casefold() != whom
            and _same(words, fingerprint(said.text))
        ):
            people.setdefault(said.to)
    if not people:
        return []
    return [
        Finding(
            check=Check.REPETITION,
            weight=Weight.BLOCKS if len(people) >= MANY else Weight.ASKS,
            sentence=(
                f"Nearly the same words went to {_others(tuple(people))} in the last 24 hours. "
                "Say what is true of this person's case, or post the news once for everybody."
            ),
            people=tuple(people),
        )
    ]


def _same(here: frozenset[tuple[str, ...]], there: frozenset[tuple[str, ...]]) -> bool:
    # Sets of too different a size cannot share enough: most of a day's replies end here.
    fewer, more = sorted((len(here), len(there)))
    return fewer >= SAME * more and _jaccard(here, there) >= SAME


def _others(people: tuple[str, ...]) -> str:
    named = ", ".join(f"@{handle}" for handle in people[:_SHOWN])
    if len(people) == 1:
        return named
    rest = len(people) - _SHOWN
    return f"{len(people)} other people ({named}{f' and {rest} more' if rest > 0 else ''})"
