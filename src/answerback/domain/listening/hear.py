"""The stage that says whether a post is about the brand, how it knows, and why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import repeat

from answerback.domain.listening.exclusions import exclusions, without_exclusions
from answerback.domain.listening.facts import Language, facts_of_posts
from answerback.domain.listening.fields import Facts, Field
from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import normalised, parse
from answerback.domain.listening.reasons import Reasons, disjoint, snippets
from answerback.domain.listening.relevance import HeardBy, RelevancePrior, heard_by
from answerback.domain.listening.syntax import Or, Query, QueryError, Term, Word
from answerback.domain.listening.words import looked_up
from answerback.domain.records.brand import Brand
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.handles import addressed as named_among
from answerback.domain.records.handles import known_by
from answerback.domain.records.mention import Mention, Span
from answerback.domain.records.post import Post, Visibility, written_to_us
from answerback.domain.records.refusal import Refusal

Hear = Callable[[Sequence[Dossier]], Sequence[Dossier]]

_WAYS = {
    HeardBy.MENTION: "by a mention",
    HeardBy.WORDS: "by name",
    HeardBy.TAG: "by a hashtag alone",
}
_SHOWN_QUERY = 60  #: characters of a query in a sentence


def listener(
    *, brand: Brand | None, prior: RelevancePrior, language: Language | None = None
) -> Hear:
    """
    Return the listening stage for a brand; without one, every post with a text is heard.

    A brand hears posts that name, answer or quote one of its handles, that its query matches, or
    that the archive files under it, and all that was written to it directly; not what a machine
    wrote, which nobody waits for an answer to.  `language` tells the language of posts that do
    not tell it themselves, asked once a batch where a query asks `lang`.

    Shapes: n dossiers in, n out, same order; discarded ones pass untouched.

    :raises Refusal: when a query of the brand cannot be understood, saying which and where.
    """
    if brand is None:
        return _hear_everything
    ear = _Ear(brand=brand, prior=prior, language=language)
    return ear.hear


def _hear_everything(dossiers: Sequence[Dossier]) -> list[Dossier]:
    return [_heard_without_brand(dossier) for dossier in dossiers]


def _heard_without_brand(dossier: Dossier) -> Dossier:
    if dossier.discarded is not None:
        return dossier
    if not dossier.post.text.strip():
        return _set_aside(dossier, DiscardReason.EMPTY, "it has no text")
    why = ("no brand was named, so every post counts as heard",)
    return replace(dossier, mention=Mention(heard=True, addressed=False, relevance=1.0, why=why))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One query of the brand, with what it says for itself."""

    query: Query
    reasons: Reasons
    shown: str  #: the query, normalised and short


@dataclass(slots=True)
class _Heard:
    """One post with what it tells and what it matches.  Not frozen: there is one for each post."""

    post: Post
    facts: Facts | None  #: None: no query asks any
    matches: set[int]  #: the `id` of each `_Asked`

    def holds(self, asked: _Asked | None) -> bool:
        return id(asked) in self.matches

    def spans(self, reasons: Reasons) -> tuple[Span, ...]:
        return reasons.spans(self.post.text, self.facts)

    def told(self, reasons: Reasons, spans: Sequence[Span], *, at: str = "") -> str:
        """Return the matched words, behind `at`; without any, the fields that made the match."""
        if spans:
            return at + snippets(self.post.text, spans)
        return f"by {reasons.by_fields(self.post.text, self.facts) or 'what it does not say'}"


class _Ear:
    """A brand's queries, compiled once: all are asked of a batch in one pass."""

    def __init__(self, *, brand: Brand, prior: RelevancePrior, language: Language | None) -> None:
        self._prior = prior
        self._language = language
        self._handles = tuple(handle.removeprefix("@") for handle in brand.handles)
        self._handle_names = frozenset(handle.casefold() for handle in self._handles)
        self._known = known_by({handle.casefold(): handle for handle in self._handles})
        self._ours = self._handle_names | {brand.name.casefold()}
        self._named = _asked(_any_mention(self._handles))
        self._main = _asked(_understood(brand.query, what=f"The query of '{brand.name}'"))
        self._wanted = _asked(without_exclusions(self._main.query) if self._main else None)
        self._unwanted = tuple(
            Reasons(query) for query in (exclusions(self._main.query) if self._main else ())
        )
        self._topics = {
            topic.name: asked
            for topic in brand.topics
            if (asked := _asked(_understood(topic.query, what=f"The topic '{topic.name}'")))
        }
        self._queries = [
            asked
            for asked in (self._named, self._main, self._wanted, *self._topics.values())
            if asked
        ]
        self._matcher = compile_queries([asked.query for asked in self._queries])

    def hear(self, dossiers: Sequence[Dossier]) -> list[Dossier]:
        """Fill in the mention of each dossier that is not yet discarded."""
        posts = [dossier.post for dossier in dossiers]
        facts = facts_of_posts(posts, fields=self._matcher.fields, language=self._language)
        matched: list[set[int]] = [set() for _ in dossiers]
        for row, query in self._matcher.match([post.text for post in posts], facts):
            matched[row].add(id(self._queries[query]))
        return [
            dossier
            if dossier.discarded is not None
            else self._judged(dossier, _Heard(dossier.post, told, matches))
            for dossier, told, matches in zip(
                dossiers, facts or repeat(None, len(dossiers)), matched, strict=True
            )
        ]

    def _judged(self, dossier: Dossier, heard: _Heard) -> Dossier:
        post, matches = dossier.post, heard.matches
        if machine := post.details.get("automatic"):
            return _set_aside(dossier, DiscardReason.AUTOMATIC, _by_machine(machine))
        if self._own(post):
            return _set_aside(
                dossier, DiscardReason.OWN_POST, f"@{post.author.handle} is the brand itself"
            )
        if not post.text.strip():
            return _set_aside(dossier, DiscardReason.EMPTY, "it has no text")
        told = id(self._named) in matches or id(self._main) in matches
        if told or self._filed(post) or written_to_us(post) or self._turned_to(post):
            return replace(dossier, mention=self._mention(heard))
        if id(self._wanted) in matches:
            return _set_aside(dossier, DiscardReason.EXCLUDED, self._why_excluded(heard))
        return _set_aside(dossier, DiscardReason.NOT_HEARD, self._why_not())

    def _own(self, post: Post) -> bool:
        """Say whether the brand wrote it: under one of its handles, or so the archive says."""
        if post.author.handle.removeprefix("@").casefold() in self._handle_names:
            return True
        # What is not public came from an account of ours, so "by the brand" means this one.
        whose = self._filed(post) or post.visibility is Visibility.DIRECT
        return post.inbound is False and whose

    def _filed(self, post: Post) -> bool:
        return post.about is not None and post.about.removeprefix("@").casefold() in self._ours

    def _turned_to(self, post: Post) -> str:
        """
        Return that a post answers or quotes an account of ours, in a sentence; "": neither.

        Few who press Reply write our name once more, and some networks never do so for them.
        """
        told = post.details
        if Field.REPOST_OF in told or "repost" in told.get(Field.TYPE, ()):
            return ""  # said by somebody else, and heard as theirs
        for field, does in ((Field.TO, "answers"), (Field.ENGAGING_WITH, "quotes")):
            names = (name.removeprefix("@").casefold() for name in told.get(field, ()))
            if account := named_among(names, known=self._known):
                return f"it {does} @{account}"
        return ""

    def _addressing(self, heard: _Heard) -> tuple[list[str], list[Span]]:
        """Return how a post is to us, in sentences, and the words that say so; empty: it is not."""
        post = heard.post
        why: list[str] = []
        spans: list[Span] = []
        if self._named and heard.holds(self._named):
            spans = list(heard.spans(self._named.reasons))
            why.append(f"it names {snippets(post.text, spans, quoted=False)}")
        if turned_to := self._turned_to(post):
            why.append(turned_to)
        if self._filed(post):  # an archive files what a handle was written in, or answers
            why.append(f"the archive files it under '{post.about}'")
        if written_to_us(post):
            why.append("it was written to us directly")
        return why, spans

    def _mention(self, heard: _Heard) -> Mention:
        post = heard.post
        why, spans = self._addressing(heard)
        addressed = bool(why)
        by = {HeardBy.MENTION} if addressed else set()
        if self._main and heard.holds(self._main):
            at = heard.spans(self._main.reasons)
            carried = heard.told(self._main.reasons, at, at="at ")
            why.append(f"it matches '{self._main.shown}' {carried}")
            spans.extend(at)
            by |= {heard_by(post.text, at)} if at else set()
        topics = self._topics_of(heard, why)
        share, sentence = self._share(by)
        if written_to_us(post):
            share = 1.0
        else:
            why.append(sentence)
        return Mention(
            heard=True,
            addressed=addressed,
            relevance=share,
            matched=disjoint(spans),
            topics=topics,
            why=tuple(why),
        )

    def _share(self, by: set[HeardBy]) -> tuple[float, str]:
        """Return how likely a post heard so concerns the brand, and what that rests on."""
        way = next((way for way in HeardBy if way in by), HeardBy.WORDS)
        share = self._prior.shares[way]
        counted = (
            f"of {share.labelled:,} labelled posts heard {_WAYS[way]}, "
            f"{share.share:.0%} concerned the brand"
        )
        return (
            share.share,
            counted if by else f"no labelled post was heard by fields alone; {counted}",
        )

    def _topics_of(self, heard: _Heard, why: list[str]) -> tuple[tuple[str, float], ...]:
        """Return the topics whose query matches, each at 1.0: v1 knows no halves."""
        topics: list[tuple[str, float]] = []
        for name, asked in self._topics.items():
            if heard.holds(asked):
                at = heard.spans(asked.reasons)
                why.append(f"topic '{name}': {heard.told(asked.reasons, at)}")
                topics.append((name, 1.0))
        return tuple(topics)

    def _why_excluded(self, heard: _Heard) -> str:
        """Say which words are excluded; where there are none, which fields."""
        places = [span for reasons in self._unwanted for span in heard.spans(reasons)]
        if places:
            found = snippets(heard.post.text, disjoint(places))
            return f"the query matches it, but excludes {found}"
        told = [
            fields
            for reasons in self._unwanted
            if (fields := reasons.by_fields(heard.post.text, heard.facts))
        ]
        return f"the query matches it, but excludes it by {' and '.join(dict.fromkeys(told))}"

    def _why_not(self) -> str:
        names = " or ".join(f"@{handle}" for handle in self._handles)
        query = f"'{self._main.shown}' does not match it" if self._main else ""
        return " and ".join(part for part in (names and f"it does not name {names}", query) if part)


def _set_aside(dossier: Dossier, reason: DiscardReason, why: str) -> Dossier:
    mention = Mention(heard=False, addressed=False, relevance=0.0, discarded=reason, why=(why,))
    return replace(dossier, mention=mention, discarded=reason)


def _by_machine(kinds: Sequence[str]) -> str:
    return f"a machine wrote it: {' and '.join(kinds).replace('_', ' ')}"


def _asked(query: Query | None) -> _Asked | None:
    if query is None:
        return None
    words = normalised(query)
    shown = words if len(words) <= _SHOWN_QUERY else f"{words[: _SHOWN_QUERY - 1]}…"
    return _Asked(query=query, reasons=Reasons(query), shown=shown)


def _understood(text: str, *, what: str) -> Query | None:
    """
    Return a query of the brand file; None for an empty one.

    :raises Refusal: naming the query, with the error and its place in it.
    """
    if not text.strip():
        return None
    try:
        return parse(text)
    except QueryError as wrong:
        raise Refusal(f"{what} cannot be understood:\n{wrong}") from wrong


def _any_mention(handles: Sequence[str]) -> Query | None:
    here = Span(start=0, end=0)
    terms = [
        Term(words=(Word(looked_up(f"@{handle}")),), place=here, typed=f"@{handle}")
        for handle in handles
    ]
    if not terms:
        return None
    root = terms[0] if len(terms) == 1 else Or(tuple(terms), here)
    return Query(root=root, text=" OR ".join(term.typed for term in terms))
