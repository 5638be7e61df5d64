"""
What a post says, without what reposting adds to it: the part of a post that a copy shares.

Repost marks, links, mentions and tags at the ends, pictures, case, accents and characters that a
reader cannot see fall away; the words are kept as keyed hashes, so that a post takes eight bytes
a word however long its words are.
"""

import re
from array import array
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from answerback.domain.listening.folding import fold, without_marks
from answerback.domain.listening.words import is_link, raw_tokens
from answerback.domain.records.post import Post

#: Fewer words, or fewer letters, are said alike by people who never met: "my bag is lost".
FEWEST_WORDS = 8
FEWEST_LETTERS = 30
#: An answer in a talk is short and like others: more of it must be alike, and all of it exactly.
FEWEST_WORDS_OF_A_REPLY = 12
#: Below this a copy must be exact: with so few words one of them is a tenth of the matter.
FEWEST_WORDS_NEARLY = 10
#: A longer post is compared as a whole, exactly: its words would take too much room.
MOST_WORDS_NEARLY = 300
#: Characters whose words are looked at; what follows counts by its fingerprint.
READ = 10_000
#: Shingles, the smallest of a post's, under which a near copy finds it.
KEYS = 6
_SHINGLE = 3  #: words

_SIXTY_THREE = (1 << 63) - 1  #: a key fits a signed column
_SEED = b"answerback: copy"
_MARKS = frozenset({"rt", "mt", "qt"})
_CREDITS = frozenset({"via", "cc"})
_ASKING = re.compile("[?\uff1f\u061f\u2e2e\u055e]+")  #: question marks of several scripts
_AT = "@\uff20"  #: the second is as wide as a Chinese letter
_CUT = ("\u2026", "...")
_WIDE = "\u2e80"  #: from here on one character says about as much as two letters
_HIDDEN = re.compile("[\u180e\u200b\u2060-\u2064\u00ad\ufeff]")


class _Kind(StrEnum):  # hashed as fast as a string; asked some twenty times a post
    WORD = "word"
    NUMBER = "number"  #: what may be the author's own matter
    NAME = "name"  #: likewise: it begins with a capital letter
    MENTION = "mention"
    TAG = "tag"
    LINK = "link"
    PICTURE = "picture"
    MARK = "mark"  #: "RT"
    CREDIT = "credit"  #: "via"


_ADDED = frozenset({_Kind.MENTION, _Kind.TAG, _Kind.CREDIT, _Kind.MARK})
_DROPPED = frozenset({_Kind.LINK, _Kind.PICTURE})
_MATTER = frozenset({_Kind.NUMBER, _Kind.NAME, _Kind.MENTION})


class _Token(NamedTuple):
    kind: _Kind
    key: int  #: a keyed hash of its spelling
    letters: int  #: how much it says


class Gist(
    NamedTuple
):  # one for each post of a stream: a frozen dataclass takes four times as long
    """What of a post its copies share."""

    exact: int  #: a key of all its words in order
    words: "array[int]"  #: a keyed hash of each; empty where only an exact copy counts
    own: tuple[int, ...]  #: those of its words that are numbers or names
    repost: bool  #: it says that it repeats somebody
    cut: bool  #: it ends in the middle, as a repost cut to size does
    asks: int  #: how often it asks
    original: bool  #: nobody's copy, whatever it says: an edit is its author's last word
    channel: int  #: a key of its channel: what is said elsewhere is answered elsewhere

    def keys(self) -> tuple[int, ...]:
        """Return the keys under which copies find it: the exact one, then those of near copies."""
        smallest = sorted(shingles(self.words))[:KEYS] if self.words else ()
        return (self.exact, *[one ^ self.channel for one in smallest])


def shingles(words: Sequence[int]) -> set[int]:
    """Return a hash for each three words that stand together."""
    return {
        (one * 5 + two * 3 + three) & _SIXTY_THREE  # unlike factors: the order of words counts
        for one, two, three in zip(words, words[1:], words[2:], strict=False)
    }


def gist(post: Post) -> Gist | None:
    """
    Return what a copy of this post would share with it, or None for a post too short to tell.

    At most `READ` characters are read word by word, however long the post is.
    """
    text = post.text
    head = text[:READ]
    if not head.isascii():
        head = _HIDDEN.sub("", head)
    raws = raw_tokens(head)
    first = 0
    while first < len(raws) and raws[first][0] in _AT:  # no need to know whom it addresses
        first += 1
    told = [one for one in map(_token, raws[first:]) if one.kind not in _DROPPED]
    cut = len(text) <= READ and _is_cut(head)
    kept, repost = _without_marks(told)
    if cut and kept:
        kept = kept[:-1]  # half a word
    reply = post.in_reply_to is not None
    fewest = FEWEST_WORDS_OF_A_REPLY if reply else FEWEST_WORDS
    if len(kept) < fewest or sum([one.letters for one in kept]) < FEWEST_LETTERS:
        return None
    words = array("Q", [one.key for one in kept])
    channel = _channel_key(post.channel)
    some = FEWEST_WORDS_NEARLY <= len(words) <= MOST_WORDS_NEARLY
    nearly = some and not reply and len(text) <= READ
    return Gist(
        exact=_key(words.tobytes() + text[READ:].encode(errors="surrogatepass")) ^ channel,
        words=words if nearly else array("Q"),
        own=tuple([one.key for one in kept if one.kind in _MATTER]),
        repost=repost,
        cut=cut,
        asks=len(_ASKING.findall(head)),
        original=post.version > 1,
        channel=channel,
    )


def _without_marks(told: list[_Token]) -> tuple[list[_Token], bool]:
    """Take off what reposting adds, and say whether a mark of it was among that."""
    repost = False
    if _Kind.MARK in [one.kind for one in told]:
        told, repost = _without_reposts(told)
    first, last = 0, len(told)
    while first < last and told[first].kind in _ADDED:
        first += 1
    while last > first and told[last - 1].kind in _ADDED:
        last -= 1
        repost = repost or told[last].kind is _Kind.CREDIT
    return told[first:last], repost


def _without_reposts(told: list[_Token]) -> tuple[list[_Token], bool]:
    """Take off "RT @kim: @lee" wherever it stands; what stands before it is a comment."""
    kept: list[_Token] = []
    repost = in_mark = False
    for at, one in enumerate(told):
        follows = at + 1 < len(told) and told[at + 1].kind is _Kind.MENTION
        if one.kind is _Kind.MARK and (follows or at == 0):
            if not repost:  # the capitals of a comment begin sentences
                kept = [
                    past._replace(kind=_Kind.WORD) if past.kind is _Kind.NAME else past
                    for past in kept
                ]
            repost = in_mark = True
        elif not (in_mark and one.kind is _Kind.MENTION):
            in_mark = False
            kept.append(one)
    return kept, repost


def _is_cut(text: str) -> bool:
    """Say whether a text ends in three dots, but for a link behind them."""
    end = text.rstrip()
    last = end.rsplit(None, 1)
    if len(last) > 1 and is_link(last[-1]):
        end = last[0].rstrip()
    return end.endswith(_CUT)


@lru_cache(maxsize=50_000)
def _token(raw: str) -> _Token:
    """Return what one raw token counts as; it depends on nothing else."""
    if raw.isascii() and raw.isalnum():  # most words: the long way says the same
        spelled = raw.lower()
        return _Token(_kind_of(raw, spelled), _key(spelled.encode()), len(raw))
    if is_link(raw):
        return _Token(_Kind.LINK, 0, 0)
    spelled = without_marks(fold(raw))
    if len(raw) > 1 and raw[0] in _AT:
        return _Token(_Kind.MENTION, _spelling_key(spelled), 0)
    if len(raw) > 1 and raw[0] in "#\uff03" and raw[-1] != "\u20e3":
        name = spelled.lstrip("#")
        return _Token(_Kind.TAG, _spelling_key(name), len(name))
    if not spelled.isalnum() and not any(map(str.isalnum, spelled)):
        return _Token(_Kind.PICTURE, 0, 0)
    key = _spelling_key(spelled)
    wide = 0 if spelled.isascii() else sum(letter >= _WIDE for letter in spelled)
    return _Token(_kind_of(raw, spelled), key, len(spelled) + wide)


def _kind_of(raw: str, spelled: str) -> _Kind:
    if spelled in _MARKS:
        return _Kind.MARK
    if spelled in _CREDITS:
        return _Kind.CREDIT
    if not (spelled.isascii() and spelled.isalpha()) and any(map(str.isnumeric, spelled)):
        return _Kind.NUMBER
    if raw[0].isupper():
        return _Kind.NAME
    return _Kind.WORD


def _spelling_key(spelled: str) -> int:
    return _key(spelled.encode(errors="surrogatepass"))


_channel_key = lru_cache(maxsize=64)(_spelling_key)


def _key(told: bytes) -> int:
    digest = blake2b(told, digest_size=8, salt=_SEED).digest()
    return int.from_bytes(digest, "big") & _SIXTY_THREE
