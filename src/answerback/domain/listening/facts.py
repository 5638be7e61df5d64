"""What a post tells beside its text, gathered for the queries that ask for it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import isfinite
from types import MappingProxyType

from answerback.domain.listening.fields import HAS, KINDS, TYPES, Facts, Field, FieldKind
from answerback.domain.listening.syntax import FieldIs, FieldRange, FieldText, Query, parts_of
from answerback.domain.records.post import Post

#: Tells the language of each text, or None where it cannot: handed in from above.
Language = Callable[[Sequence[str]], Sequence[str | None]]

_NUMBERS = frozenset(field for field, kind in KINDS.items() if kind is FieldKind.NUMBER)
#: Degrees to either side; every other number is a count, and a count is not negative.
_DEGREES = MappingProxyType({Field.LATITUDE: 90.0, Field.LONGITUDE: 180.0})
#: What networks call the four types.
_TYPES = MappingProxyType(
    {
        **{name: name for name in TYPES},
        **dict.fromkeys(("original", "tweet", "status"), "post"),
        **dict.fromkeys(("comment", "replied_to"), "reply"),
        **dict.fromkeys(("retweet", "retweeted", "share", "reblog"), "repost"),
        **dict.fromkeys(("quoted", "quote_tweet"), "quote"),
    }
)
_HAS = MappingProxyType(
    {
        **{name: name for name in HAS},
        **{name.removesuffix("s"): name for name in HAS},
        **dict.fromkeys(("emojis",), "emoji"),
        **dict.fromkeys(("photo", "photos", "picture", "pictures"), "images"),
    }
)


def fields_asked(queries: Iterable[Query]) -> frozenset[Field]:
    """Return the fields that some query asks for; in any depth, for it does not recurse."""
    waiting = [query.root for query in queries]
    asked: set[Field] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, FieldIs | FieldRange | FieldText):
            asked.add(node.field)
        waiting.extend(parts_of(node))
    return frozenset(asked)


def facts_of(post: Post, *, fields: Collection[Field]) -> Facts:
    """
    Return what a post tells of the fields asked, and nothing else.

    A host is a part of an address, so whoever asks for `domain` or `tld` gets `url`.  What is
    not told, or makes no sense, is absent.  `type` is told of every post: what answers, quotes
    and repeats nothing that we know of is a "post".

    Source: docs/reference/query-language.md, "Fields"; ADR 0016.
    """
    told = ((field, _told(post, field)) for field in kept(fields))
    return {field.value: values for field, values in told if values}


def facts_of_posts(
    posts: Sequence[Post], *, fields: Collection[Field], language: Language | None = None
) -> list[Facts] | None:
    """
    Return the facts of each post; None when no field is asked.

    `language` fills in what the posts do not tell, asked once, and only when `lang` is asked.
    Of those that have no text it is not asked.

    Shapes: n posts in, n facts out, in the order given.
    """
    if not fields:
        return None
    facts = [facts_of(post, fields=fields) for post in posts]
    if Field.LANG in fields and language is not None:
        texts = [post.text for post in posts]
        return with_languages(facts, texts=texts, language=language)
    return facts


def with_languages(
    facts: Sequence[Facts], *, texts: Sequence[str], language: Language
) -> list[Facts]:
    """
    Return the facts with the language of each text that did not tell its own.

    Shapes: n facts and n texts in, n facts out, in the order given.
    """
    unsaid = [row for row, one in enumerate(facts) if Field.LANG not in one and texts[row].strip()]
    found = language([texts[row] for row in unsaid]) if unsaid else ()
    filled = list(facts)
    for row, code in zip(unsaid, found, strict=True):
        if code is not None:
            filled[row] = {**filled[row], Field.LANG.value: (code,)}
    return filled


def sensible(field: Field, values: Sequence[str]) -> tuple[str, ...]:
    """Return those of a field's values that can be one; what networks call it by our word."""
    if field in _NUMBERS:
        return tuple([value for value in values if _is_number(field, value)])
    if field is Field.TYPE:
        return _closed(values, words=_TYPES)
    if field is Field.HAS:
        return _closed(values, words=_HAS)
    return tuple([value for value in values if value.strip()])


def kept(fields: Collection[Field]) -> list[Field]:
    """Return the fields under which the facts are kept that these ask, in the order of all."""
    asked = {Field.URL if field in (Field.DOMAIN, Field.TLD) else field for field in fields}
    return sorted(asked, key=list(Field).index) if len(asked) > 1 else list(asked)


def _told(post: Post, field: Field) -> tuple[str, ...]:
    own = _OWN.get(field)
    if own is not None:
        return own(post)
    return sensible(field, post.details.get(field, ()))


def _author(post: Post) -> tuple[str, ...]:
    """Return the handle, then the name; a handle that is not told keeps its place."""
    name = (post.author.name,) if post.author.name.strip() else ()
    return (post.author.handle, *name) if post.author.handle or name else ()


def _followers(post: Post) -> tuple[str, ...]:
    return () if post.author.followers is None else (str(post.author.followers),)


def _date(post: Post) -> tuple[str, ...]:
    if post.created_at is None or post.created_at_assumed:
        return ()
    return (post.created_at.isoformat(),)


def _type(post: Post) -> tuple[str, ...]:
    told = sensible(Field.TYPE, post.details.get(Field.TYPE, ()))
    if told:
        return told
    if Field.REPOST_OF in post.details:
        return ("repost",)
    if Field.QUOTED in post.details:
        return ("quote",)
    return ("reply",) if post.in_reply_to is not None else ("post",)


def _engaging_with(post: Post) -> tuple[str, ...]:
    several = (Field.ENGAGING_WITH, Field.TO, Field.REPOST_OF)
    return tuple(
        dict.fromkeys(name for field in several for name in post.details.get(field, ()) if name)
    )


def _url(post: Post) -> tuple[str, ...]:
    """Return its own address, the links in it as the network tells them, and bare hosts."""
    details = post.details
    told = (post.url or "", *details.get(Field.URL, ()), *details.get(Field.DOMAIN, ()))
    return tuple([address for address in told if address.strip()])


def _has(post: Post) -> tuple[str, ...]:
    told = sensible(Field.HAS, post.details.get(Field.HAS, ()))
    placed = all(_told(post, field) for field in _DEGREES)
    return (*told, "geo") if placed and "geo" not in told else told


#: The fields that are not simply read from the details.
_OWN: Mapping[Field, Callable[[Post], tuple[str, ...]]] = MappingProxyType(
    {
        Field.AUTHOR: _author,
        Field.FOLLOWERS: _followers,
        Field.CHANNEL: lambda post: (post.channel,),
        Field.ID: lambda post: (post.external_id,),
        Field.CONVERSATION: lambda post: (
            () if post.conversation_id is None else (post.conversation_id,)
        ),
        Field.URL: _url,
        Field.DATE: _date,
        Field.TYPE: _type,
        Field.ENGAGING_WITH: _engaging_with,
        Field.HAS: _has,
    }
)


def _is_number(field: Field, value: str) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    if field in _DEGREES:
        return abs(number) <= _DEGREES[field]
    return isfinite(number) and number >= 0


def _closed(values: Sequence[str], *, words: Mapping[str, str]) -> tuple[str, ...]:
    known = (words.get(value.strip().lower()) for value in values)
    return tuple(dict.fromkeys(word for word in known if word is not None))
