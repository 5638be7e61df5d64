"""Conversations rebuilt from an archive, and both sides of the talk."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from answerback.domain.measure.answered import NEVER_AFTER
from answerback.domain.measure.rate import Rate
from answerback.domain.measure.spoken import Spoken
from answerback.domain.records.handles import addressed, known_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The posts of one thread that concern one brand, in order; both sides."""

    id: str  #: the network's own, else the id of the first post
    brand: str | None  #: None: nobody in it can be told to be a brand
    posts: tuple[Spoken, ...]
    parents: Mapping[str, str]  #: post id to the id of the post it answers, where both are here
    channel: str = ""  #: the network all its posts were said on


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """An archive as conversations, and what could not become part of one."""

    conversations: tuple[Conversation, ...]
    posts: int  #: in conversations
    duplicates: int  #: an id seen before: the first one counts
    sideless: int  #: nobody can say whether brand or customer spoke
    customer_posts: int = 0  #: of `posts`, those by customers


def gather(heard: Iterable[Spoken]) -> Gathered:
    """
    Rebuild the conversations of an archive.

    Posts belong together when they share a conversation id, or when one answers the
    other by `in_reply_to` or `reply_ids`; ids are a channel's own, so equal ids of two
    channels are two posts, and no conversation goes across.  The order of the rows does not
    matter where there is a clock or a reply link; a ring of replies is cut at its first row.
    Where several brands speak in one thread, each gets its own conversation of it, and a
    post that two brands answered is in both.

    Shapes: every post given is in a conversation, or counted as a duplicate or as sideless;
    in archives of one brand in exactly one.
    """
    channels: dict[str, dict[str, Spoken]] = {}
    duplicates = sideless = 0
    for post in heard:
        posts = channels.setdefault(post.channel, {})
        if post.id in posts:
            duplicates += 1
        elif post.inbound is None:
            sideless += 1
        else:
            posts[post.id] = post
    brands = _Brands(post for posts in channels.values() for post in posts.values())
    return Gathered(
        conversations=tuple(
            talk for posts in channels.values() for talk in _channel(posts, brands=brands)
        ),
        posts=sum(map(len, channels.values())),
        duplicates=duplicates,
        sideless=sideless,
        customer_posts=sum(
            post.inbound is True for posts in channels.values() for post in posts.values()
        ),
    )


def _channel(posts: Mapping[str, Spoken], *, brands: "_Brands") -> Iterator[Conversation]:
    """Yield the conversations of one channel, by the first row of each."""
    parents = _parents(posts)
    for thread in _threads(posts, parents=parents):
        yield from _talks(_in_order(thread, parents=parents), parents=parents, brands=brands)


def _parents(posts: Mapping[str, Spoken]) -> dict[str, str]:
    """Return which post each post answers; its own word goes before the parent's list."""
    parents = {
        reply: post.id
        for post in posts.values()
        for reply in post.reply_ids
        if reply in posts and reply != post.id
    }
    for post in posts.values():
        told = post.in_reply_to
        if told is not None and told in posts and told != post.id:
            parents[post.id] = told
    return parents


def _threads(
    posts: Mapping[str, Spoken], *, parents: Mapping[str, str]
) -> list[list[tuple[int, Spoken]]]:
    """Return the posts that belong together, each with its row, by union-find."""
    place = {name: row for row, name in enumerate(posts)}
    leader = list(range(len(posts)))

    def find(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    def unite(one: int, other: int) -> None:
        first, second = sorted((find(one), find(other)))
        leader[second] = first

    told: dict[str, int] = {}
    for row, post in enumerate(posts.values()):
        if post.conversation_id is not None:
            unite(told.setdefault(post.conversation_id, row), row)
    for reply, parent in parents.items():
        unite(place[reply], place[parent])
    threads: dict[int, list[tuple[int, Spoken]]] = {}
    for row, post in enumerate(posts.values()):
        threads.setdefault(find(row), []).append((row, post))
    return list(threads.values())


def _in_order(
    thread: list[tuple[int, Spoken]], *, parents: Mapping[str, str]
) -> tuple[Spoken, ...]:
    """
    Return a thread as it was spoken: never a reply before its parent, then by time, then by row.

    A post without a time counts as spoken right after the one it answers.
    """
    here = {post.id: (row, post) for row, post in thread}
    replies: dict[str, list[str]] = {}
    for name in here:
        parent = parents.get(name)
        if parent in here:
            replies.setdefault(parent, []).append(name)
    waiting = dict.fromkeys(here)
    ready: list[tuple[float, int, str]] = []
    for row, post in thread:
        if parents.get(post.id) not in here:
            heapq.heappush(ready, (_stamp(post.at), row, post.id))
    order = []
    while waiting:
        if not ready:  # only rings of replies are left
            name = next(iter(waiting))
            ready.append((_stamp(here[name][1].at), here[name][0], name))
        stamp, _, name = heapq.heappop(ready)
        if name not in waiting:
            continue
        del waiting[name]
        order.append(here[name][1])
        for reply in replies.get(name, ()):
            row, post = here[reply]
            heapq.heappush(ready, (max(stamp, _stamp(post.at)), row, reply))
    return tuple(order)


def _stamp(moment: datetime | None) -> float:
    return float("-inf") if moment is None else moment.timestamp()


class _Brands:
    """Which brand a post concerns."""

    def __init__(self, posts: Iterable[Spoken]) -> None:
        self.voices: dict[str, str] = {}  #: casefolded handle to the brand's name
        names: Counter[str] = Counter()
        for post in posts:
            if post.inbound is False:
                name = post.about or self.voices.get(post.author.casefold(), post.author)
                self.voices.setdefault(post.author.casefold(), name)
                names[name] += 1
            elif post.about is not None:
                names[post.about] += 1
        self.known = known_by(self.voices)
        #: An archive with one brand in it is about that brand, even where it stays silent.
        self.only = next(iter(names)) if len(names) == 1 else None

    def of_voice(self, post: Spoken) -> str | None:
        if post.about is not None:
            return post.about
        return self.voices[post.author.casefold()] if post.inbound is False else None


def _talks(
    thread: Sequence[Spoken], *, parents: Mapping[str, str], brands: _Brands
) -> list[Conversation]:
    """Split a thread by brand; most threads have one."""
    own = {post.id: brands.of_voice(post) for post in thread}
    told = {name: [brand] if brand is not None else [] for name, brand in own.items()}
    known = Counter(brand for brand in own.values() if brand is not None)
    if len(known) <= 1:
        only = next(iter(known), None) or _named(thread, brands=brands)
        return [_talk(thread, brand=only, parents=parents)]
    customers = {post.id for post in thread if post.inbound}
    for post in thread:  # a brand that answers a post is spoken to, beside any other
        parent = parents.get(post.id)
        if post.inbound is False and parent in customers:
            told[parent] += [name for name in told[post.id] if name not in told[parent]]
    main = known.most_common(1)[0][0]
    for post in thread:  # parents come first, so theirs are known
        if not told[post.id]:
            named = _named((post,), brands=brands)
            told[post.id] = told.get(parents.get(post.id, ""), [named or main])
    return [
        _talk([post for post in thread if name in told[post.id]], brand=name, parents=parents)
        for name in dict.fromkeys(name for post in thread for name in told[post.id])
    ]


def _named(posts: Sequence[Spoken], *, brands: _Brands) -> str | None:
    """Return the first brand that the posts address by handle, or the only one there is."""
    named = (addressed(post.handles, known=brands.known) for post in posts)
    return next((brand for brand in named if brand is not None), brands.only)


def _talk(
    posts: Sequence[Spoken], *, brand: str | None, parents: Mapping[str, str]
) -> Conversation:
    here = {post.id for post in posts}
    told = next((post.conversation_id for post in posts if post.conversation_id), None)
    return Conversation(
        id=told or posts[0].id,
        brand=brand,
        posts=tuple(posts),
        channel=posts[0].channel,
        parents={post.id: parents[post.id] for post in posts if parents.get(post.id) in here},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BothSides:
    """
    How the talk went, over a brand's conversations.

    Units: a turn is a run of posts by one side; posts and turns are counted, not averaged.
    """

    conversations: int
    customer_posts: int
    brand_posts: int
    customer_turns: int
    brand_turns: int
    middle_turns: int  #: turns of the middle conversation (the lower of two)
    begun_by_brand: Rate
    without_brand: Rate  #: conversations in which the brand says nothing
    brand_spoke_last: Rate
    ended_with_thanks: Rate  #: the customer's last turn gives thanks
    abandoned: Rate  #: the customer spoke last, without thanks, and it stayed so


def both_sides(conversations: Sequence[Conversation], *, at: datetime) -> BothSides:
    """
    Count turns, last words, thanks and abandoned talks.

    Abandoned: the customer's word was the last, gave no thanks, and is 7 days old at `at`
    or has no clock.

    Error: Wilson 95 % intervals; conversations of one day resemble each other, so the
    true uncertainty is somewhat larger.
    Source: GLOSSARY.md, "both sides".

    :raises ValueError: when there is no conversation.
    """
    if not conversations:
        raise ValueError("Both sides of the talk need at least one conversation.")
    posts = [talk.posts for talk in conversations]
    turns = [[side for side, _ in groupby(post.inbound for post in talk)] for talk in posts]
    sides = Counter(post.inbound for talk in posts for post in talk)
    taken = Counter(side for talk in turns for side in talk)
    n = len(conversations)
    return BothSides(
        conversations=n,
        customer_posts=sides[True],
        brand_posts=sides[False],
        customer_turns=taken[True],
        brand_turns=taken[False],
        middle_turns=sorted(map(len, turns))[(n - 1) // 2],
        begun_by_brand=Rate.of(sum(talk[0].inbound is False for talk in posts), n),
        without_brand=Rate.of(sum(False not in talk for talk in turns), n),
        brand_spoke_last=Rate.of(sum(talk[-1].inbound is False for talk in posts), n),
        ended_with_thanks=Rate.of(sum(map(thanked, posts)), n),
        abandoned=Rate.of(sum(_abandoned(talk, at=at) for talk in posts), n),
    )


def thanked(posts: Sequence[Spoken]) -> bool:
    """Say whether the customer's last turn gives thanks."""
    for inbound, turn in groupby(reversed(posts), key=lambda post: post.inbound):
        if inbound:
            return any(post.thanks for post in turn)
    return False


def _abandoned(posts: Sequence[Spoken], *, at: datetime) -> bool:
    last = posts[-1]
    if not last.inbound or thanked(posts):
        return False
    return last.at is None or at - last.at >= NEVER_AFTER


def widest_gap(conversations: Sequence[Conversation]) -> timedelta:
    """Return the longest time in which the archive holds no post at all; zero under two posts."""
    moments = sorted(
        post.at for talk in conversations for post in talk.posts if post.at is not None
    )
    return max((late - early for early, late in pairwise(moments)), default=timedelta(0))
