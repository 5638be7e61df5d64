"""
What a post has beside its words, asked plainly: names, values, links, numbers, moments.

The half of the naive reading that knows about fields.  It shares no code with the product.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tests.domain.listening.naive_words import KEYCAP, SIGNS, cut, fold, is_link, kind_of, plain

NAMES = frozenset({"author", "to", "engaging_with", "repost_of"})
LINKS = frozenset({"url", "domain", "tld"})
NUMBERS = frozenset(
    {"followers", "following", "posts", "likes", "reposts", "replies", "rating", "latitude"}
    | {"longitude"}
)
TEXTS = frozenset({"title", "quoted", "parent", "bio"})
_TYPES = {
    **dict.fromkeys(("post", "original", "tweet"), "post"),
    **dict.fromkeys(("reply", "comment"), "reply"),
    **dict.fromkeys(("repost", "retweet", "share"), "repost"),
    "quote": "quote",
}
_HAS = {
    "image": "images",
    "video": "videos",
    "video_link": "videos",
    "link": "links",
    "mention": "mentions",
    "hashtag": "hashtags",
    "cashtag": "cashtags",
    "emojis": "emoji",
}
_YES = {"yes": "true", "no": "false"}

Facts = Mapping[str, Sequence[str]]


def fact_holds(field: str, asked: str, facts: Facts, tokens: Sequence[str]) -> bool:
    """Say whether a field has a value; `tokens` are those of the post's own text."""
    told = facts.get(field, ())
    wanted = " ".join(fold_plainly(asked).split())
    if field in NAMES:
        return _named(wanted.removeprefix("@"), told, author=field == "author")
    if field in LINKS:
        told = (*facts.get("url", ()), *filter(is_link, tokens))
        return any(_linked(field, wanted, address_of(value)) for value in told)
    if field == "has":
        wanted = _HAS.get(wanted, wanted)
        return wanted in map(fold, told) or any(_kind_in(token) == wanted for token in tokens)
    if field == "type":
        wanted = _TYPES[wanted]
    if field == "verified":
        wanted = _YES.get(wanted, wanted)
    values = [fold_plainly(value) for value in told]
    values += [plain(value) for value in values]  # what is asked without accents finds both
    if field == "lang":
        values += [value.replace("_", "-").split("-")[0] for value in values]
    return any(globbed(wanted, value) for value in values)


def fold_plainly(value: str) -> str:
    """Return a value of a field as it is compared: word by word folded."""
    return " ".join(fold(word) for word in value.split(" "))


def _named(wanted: str, told: Sequence[str], *, author: bool) -> bool:
    if " " in wanted:
        shown = [fold_plainly(" ".join(name.split())) for name in told[1:] if author]
        return any(globbed(wanted, name) for name in (*shown, *map(plain, shown)))
    handles = [fold(handle).removeprefix("@") for handle in (told[:1] if author else told)]
    firsts = [handle.replace("@", ".").split(".")[0] for handle in handles]
    names = (*handles, *firsts)
    return any(globbed(wanted, name) for name in (*names, *map(plain, names)))


def globbed(pattern: str, value: str) -> bool:
    """Say whether a value is a pattern in which `*` is any letters."""
    first, *more = pattern.split("*")
    if not more:
        return value == pattern
    if not value.startswith(first):
        return False
    rest = value[len(first) :]
    for piece in more[:-1]:
        if piece not in rest:
            return False
        rest = rest[rest.index(piece) + len(piece) :]
    return rest.endswith(more[-1])


def address_of(link: str) -> str:
    """Return an address as it is compared: without scheme, www. and a last stroke."""
    bare = link.casefold()
    for scheme in ("http://", "https://"):
        bare = bare.removeprefix(scheme)
    return bare.removeprefix("www.").rstrip("/")


def _linked(field: str, wanted: str, address: str) -> bool:
    if field == "url":
        return address_of(wanted) in address
    host = address
    for end in "/?#":
        host = host.split(end)[0]
    host = host.split("@")[-1].split(":")[0]
    return host.endswith("." + wanted) or (field == "domain" and host == wanted)


def _kind_in(token: str) -> str:
    if is_link(token):
        return "links"
    if KEYCAP in token[:3] or kind_of(token[0]) in {"emoji", "flag"}:
        return "emoji"
    signs = {"#": "hashtags", "@": "mentions", "$": "cashtags"}
    return signs.get(SIGNS.get(token[0], ""), "")


def links_in(text: str) -> list[str]:
    """Return the links that stand in a text."""
    return [token for token in cut(text) if is_link(token)]


def number_holds(low: float | None, high: float | None, told: Sequence[str]) -> bool:
    """Say whether a number told lies from `low` to `high`, both included."""
    numbers = [float(value) for value in told if value.lstrip("-").replace(".", "", 1).isdigit()]
    return any((low is None or low <= n) and (high is None or n <= high) for n in numbers)


def moment_holds(how: str, asked: Sequence[str | None], told: Sequence[str]) -> bool:
    """Say whether a post's second lies where `how` (date, since, until, …) says."""
    first, after = _span(how, asked)
    moments = [moment for value in told if (moment := _moment(value)) is not None]
    return any((not first or first <= m) and (not after or m < after) for m in moments)


def _span(how: str, asked: Sequence[str | None]) -> tuple[datetime | None, datetime | None]:
    """Return the first moment and the first one after."""
    (begin, past), (_, ended) = (_bounds(value) for value in (asked[0], asked[-1]))
    spans: dict[str, Callable[[], tuple[datetime | None, datetime | None]]] = {
        "date": lambda: (begin, ended),
        "during": lambda: (begin, ended),
        "since": lambda: (begin, None),
        "until": lambda: (None, begin),
        "before": lambda: (None, begin),
        "after": lambda: (past, None),
    }
    return spans[how]()


def _bounds(value: str | None) -> tuple[datetime | None, datetime | None]:
    """Return where a second, minute, day, month or year begins, and where the next one does."""
    if value is None:
        return None, None
    if "T" in value:
        moment = _moment(value)
        assert moment is not None
        to_the_minute = len(value.split("T")[1].split("+")[0].rstrip("Z")) == len("10:00")
        return moment, moment + timedelta(
            minutes=1 if to_the_minute else 0, seconds=not to_the_minute
        )
    year, month, day = (*map(int, value.split("-")), 0, 0)[:3]
    begin = datetime(year, month or 1, day or 1, tzinfo=UTC)
    if day:
        return begin, begin + timedelta(days=1)
    later = (year, month + 1) if 0 < month < 12 else (year + 1, 1)
    return begin, datetime(*later, 1, tzinfo=UTC)


def _moment(value: str) -> datetime | None:
    """Return a moment in whole seconds; None when it makes no sense."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.replace(microsecond=0)
