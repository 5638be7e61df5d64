"""What we send: original posts, engagement with others, promotion.  Aim at thirds."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from answerback.domain.records.brand import Brand
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.post import is_ours


class ContentClass(StrEnum):
    """What a post of ours is for."""

    ORIGINAL = "original"  #: tells something
    ENGAGEMENT = "engagement"  #: speaks with others: answers, thanks, passes on their words
    PROMOTION = "promotion"  #: wants the reader to buy, join, visit or vote


_LINK = re.compile(r"https?://|\bwww\.|\b[\w-]{2,40}\.(?:com|org|net|co|io|eu|de|fr|es|example)/")
_SALE = re.compile(
    r"""\b(?:
      (?:buy|shop|order|join|subscribe|upgrade|book|apply|register)[ ](?:now|today|here|online)
    | sign[ ]up | (?:use|with|enter)[ ](?:the[ ]|our[ ])?code[ ](?-i:[A-Z0-9]{3,15})
    | (?:save|get|enjoy|take)[ ](?:up[ ]to[ ]|an[ ]extra[ ])?(?:[£$€]\d{1,5}|\d{1,2}[ ]?%)
    | \d{1,2}[ ]?%[ ]off | free[ ](?:trial|for[ ]a[ ](?:week|month|year)) | special[ ]offer
    | last[ ](?:day|days|chance)[ ](?:to|at|for) | while[ ]stocks[ ]last
    | jetzt[ ](?:kaufen|bestellen|sichern|buchen) | achetez | commandez | profitez
    | compra[ ](?:ya|ahora) | aprovecha
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: A call to act is promotion when a link follows it up.
_CALL = re.compile(
    r"""\b(?:
      (?:learn|read|find[ ]out|discover|see|get|hear|know|for)[ ](?:\w{1,12}[ ]){0,2}?more
    | more[ ](?:here|info|information|details|at|on|in|via) | more(?=\s?:) | details(?=\s?:)
    | webcast
    | (?:check|try)[ ](?:it[ ]|them[ ])?out | take[ ](?:a[ ]look|part|our|the) | click | tune[ ]in
    | (?:see|learn|find[ ]out|discover)[ ](?:how|what|why|which|where|who)
    | read[ ](?:our|the|her|his|their|about|it|this|on|up|\d) | tips | you[ ]can[ ](?:read|find|see)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: These call only at the start of a sentence: "they visit us" tells, "Visit us" calls.
_ORDER = re.compile(
    r"""(?:^|[.?!:;|&\u2013"]\s?|\bplease\s|\band\s)(?:
      watch|visit|download|follow|join|vote|register|apply|enter|submit|nominate|donate|pledge|help
    | explore|meet|listen|share|hear|read|see|look|find|come
    | don't[ ]miss|have[ ]you[ ](?:joined|seen)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_PASSED_ON = re.compile(r"^[^@#]{2,60}?[ !.:-](?:RT|MT)\s?@|^MT\s?@")
_KIND_WORD = re.compile(
    r"""\b(?:
      thanks | thank[ ]you | thx | tx | congrat\w{0,12} | kudos | well[ ]done | you're[ ]welcome
    | great[ ](?:job|work|photo|pic|picture|team|teamwork|to[ ](?:see|hear)) | good[ ](?:luck|work)
    | shout[ -]?out | danke | merci | gracias | félicitations | felicidades
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def content_class(*, text: str, is_reply: bool) -> ContentClass:
    """
    Say what a post of ours is for.

    A reply is engagement unless it sells; a post that begins with a handle is a reply.

    Error: v1, rules.  On the nearest public set (information, dialogue, action; seven
    companies) the figure is printed by benchmarks/accuracy_content_mix.py and stands in
    docs/reference/etiquette.md; a person's correction wins over the rule.
    """
    plain = text.replace("’", "'")  # noqa: RUF001 - the typed apostrophe
    if _SALE.search(plain):
        return ContentClass.PROMOTION
    if is_reply or plain.lstrip().startswith(("@", ".@")) or _PASSED_ON.search(plain):
        return ContentClass.ENGAGEMENT
    if _LINK.search(plain) and (_CALL.search(plain) or _ORDER.search(plain)):
        return ContentClass.PROMOTION
    if _KIND_WORD.search(plain):
        return ContentClass.ENGAGEMENT
    return ContentClass.ORIGINAL


#: What the encoder's head `content` is taught on, and what each of its classes is to us:
#: information tells something, dialogue speaks with others, action wants the reader to act.
MEANS: Final[Mapping[str, ContentClass]] = MappingProxyType(
    {
        "information": ContentClass.ORIGINAL,
        "dialogue": ContentClass.ENGAGEMENT,
        "action": ContentClass.PROMOTION,
    }
)
#: How many times likelier the rule's word is where it is right than elsewhere: what a rule
#: adds to a head's chances.  Rules are nearly sure of promotion and engagement.
_TRUST: Final[Mapping[ContentClass, float]] = MappingProxyType(
    {ContentClass.ORIGINAL: 3.0, ContentClass.ENGAGEMENT: 6.0, ContentClass.PROMOTION: 4.0}
)


def joined_class(*, text: str, is_reply: bool, chances: Mapping[str, float]) -> ContentClass:
    """
    Say what a post of ours is for, by the rules and the encoder's head together.

    `chances` holds the head's for information, dialogue and action; where there are none, and
    for a reply, whose thread the head does not see, the rules decide alone.

    Units: chances in [0, 1]; they need not sum to 1.
    Error: as `content_class`; the head decides where the rules only fall back.
    """
    said = content_class(text=text, is_reply=is_reply)
    if is_reply or not chances:
        return said
    weights = {MEANS[name]: chance for name, chance in chances.items()}
    weights[said] = weights.get(said, 0.0) * _TRUST[said]
    return max(weights, key=weights.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentMix:
    """
    What the brand's own posts were, with the posts behind each count.

    Units: posts.
    Source: GLOSSARY.md, "content mix"; the rule of thirds.
    """

    posts: Mapping[ContentClass, tuple[str, ...]]  #: external ids, in the order given

    @property
    def sent(self) -> int:
        """How many posts there are in all."""
        return sum(len(ids) for ids in self.posts.values())

    def sentences(self) -> tuple[str, ...]:
        """Return the meter for reading: the counts, then what to write more or less of."""
        if not self.sent:
            return ("The brand sent nothing, so there is no mix to show.",)
        counts = ", ".join(f"{len(ids)} {name}" for name, ids in self.posts.items())
        head = f"Of {self.sent} posts of ours: {counts}; a third of each is the aim."
        promotion = len(self.posts[ContentClass.PROMOTION])
        if promotion * 3 > self.sent:
            return (head, "More than a third promotes. Answer people or tell something first.")
        short = min(self.posts, key=lambda name: len(self.posts[name]))
        return (head, f"The shortest third is {short}, with {len(self.posts[short])}.")


#: Gives each text the encoder's chances of information, dialogue and action.
Told = Callable[[Sequence[str]], Sequence[Mapping[str, float]]]


def content_mix(
    *, dossiers: Sequence[Dossier], brand: Brand, told: Told | None = None
) -> ContentMix:
    """
    Sort the brand's own posts of an archive, answers too, into the three classes.

    With `told`, the encoder's head has its say beside the rules; see `joined_class`.
    """
    ours = frozenset(handle.casefold() for handle in brand.handles)
    own = [one.post for one in dossiers if is_ours(one.post, handles=ours)]
    chances = told([post.text for post in own]) if told else [{}] * len(own)
    kept: dict[ContentClass, list[str]] = {name: [] for name in ContentClass}
    for post, chance in zip(own, chances, strict=True):
        name = joined_class(text=post.text, is_reply=post.in_reply_to is not None, chances=chance)
        kept[name].append(post.external_id)
    return ContentMix(posts=MappingProxyType({name: tuple(ids) for name, ids in kept.items()}))
