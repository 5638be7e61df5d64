"""Which column of a file holds what."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches

from answerback.domain.records.refusal import Refusal

#: For each thing a post has, the names files give it, the likeliest first.  Case, spaces and
#: dashes do not count: "Created At" is created_at.
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "full_text", "body", "content", "message", "tweet_text", "post_text", "tweet"),
    "id": ("id", "post_id", "tweet_id", "status_id", "external_id", "id_str", "message_id"),
    "created_at": (
        "created_at",
        "date",
        "timestamp",
        "time",
        "datetime",
        "published_at",
        "posted_at",
        "created",
        "tweet_created",
    ),
    "available_at": ("available_at",),
    "author": (
        "author",
        "author_handle",
        "user",
        "username",
        "user_name",
        "handle",
        "screen_name",
        "author_id",
        "user_id",
        "name",
    ),
    "author_name": ("author_name", "display_name", "name"),
    "followers": ("followers", "followers_count", "author_followers"),
    "in_reply_to": (
        "in_reply_to",
        "in_reply_to_id",
        "in_reply_to_status_id",
        "in_response_to_tweet_id",
        "reply_to",
        "parent_id",
    ),
    "reply_ids": ("reply_ids", "response_tweet_id"),
    "conversation_id": ("conversation_id", "thread_id", "conversation"),
    "inbound": ("inbound",),
    "brand": ("brand", "about"),
    "version": ("version",),
    "url": ("url", "link", "permalink"),
    "channel": ("channel", "network", "platform"),
}

#: What a post's details may hold (`Post.details`), by the name that queries have for it, and the
#: names files give it.  None of these is a name above: no file is read otherwise for them.
DETAILS: Mapping[str, tuple[str, ...]] = {
    "lang": ("lang", "language", "tweet_lang"),
    "type": ("type", "post_type", "engagement_type"),
    "title": ("title", "headline", "subject"),
    "quoted": ("quoted", "quoted_text", "quoted_status"),
    "parent": ("parent", "parent_text", "parent_message"),
    "bio": ("bio", "user_description", "author_description", "author_bio", "user_bio"),
    "tag": ("tag", "tags", "labels"),
    "to": ("to", "in_reply_to_user", "in_reply_to_screen_name", "reply_to_user", "to_user"),
    "repost_of": ("repost_of", "retweet_of", "reblog_of"),
    "engaging_with": ("engaging_with",),
    "has": ("has",),
    "domain": ("domain", "site"),
    "country": ("country", "place_country", "country_code"),
    "region": ("region", "place_region"),
    "city": ("city", "place_city"),
    "continent": ("continent",),
    "place": ("place", "place_name"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng"),
    "gender": ("gender", "author_gender", "user_gender"),
    "verified": ("verified", "is_verified", "author_verified", "user_verified"),
    "following": ("following", "following_count", "friends_count"),
    "posts": ("posts", "posts_count", "statuses_count", "tweets_count"),
    "likes": ("likes", "like_count", "likes_count", "favorite_count", "favorites", "favourites"),
    "reposts": (
        *("reposts", "repost_count", "retweets", "retweet_count", "shares", "share_count"),
        "reblogs_count",
    ),
    "replies": ("replies", "reply_count", "replies_count", "comment_count", "num_comments"),
    "rating": ("rating", "stars", "review_rating"),
    "subreddit": ("subreddit",),
}
#: Everything that `--map` can fill.
TARGETS = (*NAMES, *DETAILS)

#: The public "Customer Support on Twitter" file.
_TWITTER_SUPPORT = frozenset(
    {
        "tweet_id",
        "author_id",
        "inbound",
        "created_at",
        "text",
        "response_tweet_id",
        "in_response_to_tweet_id",
    }
)
#: A customer's post and the brand's reply to it in one row.
_PAIRS = frozenset({"post_id", "reply_id", "created_at", "reply_at", "author", "brand"})

_MOST_SHOWN, _LONGEST_SHOWN = 20, 30


class NoSuchColumn(Refusal):
    """A column that a mapping names, or the one with the text, is not in the file."""

    def __init__(self, sentence: str, *, columns: int = 0) -> None:
        """Remember how many columns there were, to tell the likeliest delimiter."""
        super().__init__(sentence)
        self.columns = columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The file's own name for each thing a post has; None: the file does not tell it."""

    text: str | None = None
    id: str | None = None
    created_at: str | None = None
    available_at: str | None = None
    author: str | None = None
    author_name: str | None = None
    followers: str | None = None
    in_reply_to: str | None = None
    reply_ids: str | None = None
    conversation_id: str | None = None
    inbound: str | None = None
    brand: str | None = None
    version: str | None = None
    url: str | None = None
    channel: str | None = None
    details: tuple[tuple[str, str], ...] = ()  #: (name in `DETAILS`, the file's own), those told
    layout: str = "columns"  #: "columns", "twitter support" or "response pairs"

    def used(self) -> list[str]:
        """Return the file's names that anything but details is read from."""
        told = (
            getattr(self, field.name)
            for field in fields(self)
            if field.name not in ("layout", "details")
        )
        return [name for name in told if name is not None]


def parse_map(text: str) -> dict[str, str]:
    """
    Return what `--map` says: for each thing a post has, the file's column for it.

    `text=body,created_at=ts` gives {"text": "body", "created_at": "ts"}.  A column with a
    comma in its name is quoted: `"text=what they said, in full"`.  `created_at=` (nothing
    behind the sign) says that the file does not tell it, whatever its columns are called.

    :raises Refusal: for a thing that a post does not have, or one that comes twice.
    """
    found: dict[str, str] = {}
    for part in next(csv.reader([text]), []):
        target, sign, column = (piece.strip() for piece in part.partition("="))
        if not sign:
            raise Refusal(
                f"--map {part.strip()!r} has no '='. Write it like text=body,created_at=ts."
            )
        if target not in TARGETS:
            near = get_close_matches(target, TARGETS, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise Refusal(
                f"--map cannot fill {target!r}: a post has no such thing.{hint} "
                f"It can fill: {', '.join(TARGETS)}."
            )
        if target in found:
            raise Refusal(f"--map names {target!r} twice. Keep one.")
        found[target] = column
    if not found:
        raise Refusal("--map is empty. Write it like text=body,created_at=ts.")
    return found


def find_columns(names: Iterable[str], *, mapping: Mapping[str, str] | None) -> Columns:
    """
    Say which of the file's columns holds what; a mapping wins over what names suggest.

    A mapping also switches off the layouts that are known by all their names.  Nothing is
    refused here: see `check_columns`.
    """
    given = tuple(names)
    known = {_plain(name): name for name in reversed(given)}  # of two alike the first counts
    found: dict[str, str] = {}
    for target, candidates in NAMES.items():
        if mapping and target in mapping:
            if mapping[target] in given:
                found[target] = mapping[target]
            continue
        name = next((known[candidate] for candidate in candidates if candidate in known), None)
        if name is not None and not (target == "author_name" and name == found.get("author")):
            found[target] = name
    return Columns(
        **found,
        details=tuple(_details(given, known=known, taken=set(found.values()), mapping=mapping)),
        layout=_layout(known.keys()) if not mapping else "columns",
    )


def _details(
    given: Sequence[str],
    *,
    known: Mapping[str, str],
    taken: Collection[str],
    mapping: Mapping[str, str] | None,
) -> Iterator[tuple[str, str]]:
    """Yield what else the columns tell; one that comes twice, or holds something else, is none."""
    for target, candidates in DETAILS.items():
        if mapping and target in mapping:
            if mapping[target] in given:
                yield target, mapping[target]
            continue
        name = next((known[candidate] for candidate in candidates if candidate in known), None)
        if name is not None and name not in taken and given.count(name) == 1:
            yield target, name


def check_columns(names: Sequence[str], *, mapping: Mapping[str, str] | None) -> Columns:
    """
    Find the columns, or say what is missing.

    :raises NoSuchColumn: when no column holds the text, a mapped one is not there, or one that
        is needed comes twice.
    """
    for target, name in (mapping or {}).items():
        if name and name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise NoSuchColumn(
                f"it has no column {name!r} to fill {target!r} from.{hint} "
                f"Its columns: {_shown(names)}. Mend --map",
                columns=len(names),
            )
    columns = find_columns(names, mapping=mapping)
    if columns.text is None and columns.layout != "response pairs":
        example = next((name for name in names if name.strip()), "body")
        raise NoSuchColumn(
            f"none of its columns is known to hold the text. Its columns: {_shown(names)}. "
            f'Say which one does, for example --map "text={example[:_LONGEST_SHOWN]}"',
            columns=len(names),
        )
    for name in (*columns.used(), *filter(None, (mapping or {}).values())):
        if names.count(name) > 1:
            raise NoSuchColumn(f"it has the column {name!r} twice. Rename one", columns=len(names))
    return columns


def _layout(known: Iterable[str]) -> str:
    there = set(known)
    if there >= _TWITTER_SUPPORT:
        return "twitter support"
    if there >= _PAIRS:
        return "response pairs"
    return "columns"


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _shown(names: Sequence[str]) -> str:
    some = ", ".join(repr(name[:_LONGEST_SHOWN]) for name in names[:_MOST_SHOWN])
    more = len(names) - _MOST_SHOWN
    return f"{some} and {more} more" if more > 0 else some
