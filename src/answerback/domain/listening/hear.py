"""The stage that says whether a post is about the brand, how it knows, and why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from answerback.domain.listening.exclusions import exclusions, without_exclusions
from answerback.domain.listening.match import MOST_SPANS, Explain, compile_queries, explainer
from answerback.domain.listening.query import normalised, parse
from answerback.domain.listening.relevance import HeardBy, RelevancePrior, heard_by
from answerback.domain.listening.syntax import Or, Query, QueryError, Term, Word
from answerback.domain.listening.words import looked_up
from answerback.domain.records.brand import Brand
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention, Span
from answerback.domain.records.post import Post
from answerback.domain.records.refusal import Refusal

Hear = Callable[[Sequence[Dossier]], Sequence[Dossier]]

_WAYS = {
    HeardBy.MENTION: "by a mention",
    HeardBy.WORDS: "by name",
    HeardBy.TAG: "by a hashtag alone",
}
_SHOWN_QUERY = 60  #: characters of a query in a sentence
_SHOWN_WORDS = 3  #: matched places in a sentence


def listener(*, brand: Brand | None, prior: RelevancePrior) -> Hear:
    """
    Return the listening stage for a brand; without one, every post with a text is heard.

    A brand hears posts that name one of its handles, that its query matches, or that the archive
    files under it.  Shapes: n dossiers in, n out, same order; discarded ones pass untouched.

    :raises Refusal: when a query of the brand cannot be understood, saying which and where.
    """
    if brand is None:
        return _hear_everything
    ear = _Ear(brand=brand, prior=prior)
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
    """One query of the brand, with the function that shows where it matched."""

    query: Query
    explain: Explain
    shown: str  #: the query, normalised and short


class _Ear:
    """A brand's queries, compiled once: all are asked of a batch in one pass."""

    def __init__(self, *, brand: Brand, prior: RelevancePrior) -> None:
        self._prior = prior
        self._handles = tuple(handle.removeprefix("@") for handle in brand.handles)
        self._handle_names = frozenset(handle.casefold() for handle in self._handles)
        self._ours = self._handle_names | {brand.name.casefold()}
        self._named = _asked(_any_mention(self._handles))
        self._main = _asked(_understood(brand.query, what=f"The query of '{brand.name}'"))
        self._wanted = _asked(without_exclusions(self._main.query) if self._main else None)
        self._unwanted = tuple(
            explainer(query) for query in (exclusions(self._main.query) if self._main else ())
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
        matched: list[set[int]] = [set() for _ in dossiers]
        for row, query in self._matcher.match([dossier.post.text for dossier in dossiers]):
            matched[row].add(id(self._queries[query]))
        return [
            dossier if dossier.discarded is not None else self._judged(dossier, matches)
            for dossier, matches in zip(dossiers, matched, strict=True)
        ]

    def _judged(self, dossier: Dossier, matches: set[int]) -> Dossier:
        post = dossier.post
        if self._own(post):
            return _set_aside(
                dossier, DiscardReason.OWN_POST, f"@{post.author.handle} is the brand itself"
            )
        if not post.text.strip():
            return _set_aside(dossier, DiscardReason.EMPTY, "it has no text")
        if id(self._named) in matches or id(self._main) in matches or self._filed(post):
            return replace(dossier, mention=self._mention(post, matches))
        if id(self._wanted) in matches:
            return _set_aside(dossier, DiscardReason.EXCLUDED, self._why_excluded(post.text))
        return _set_aside(dossier, DiscardReason.NOT_HEARD, self._why_not())

    def _own(self, post: Post) -> bool:
        """Say whether the brand wrote it: under one of its handles, or so the archive says."""
        if post.author.handle.removeprefix("@").casefold() in self._handle_names:
            return True
        return post.inbound is False and self._filed(post)

    def _filed(self, post: Post) -> bool:
        return post.about is not None and post.about.removeprefix("@").casefold() in self._ours

    def _mention(self, post: Post, matches: set[int]) -> Mention:
        why: list[str] = []
        spans: list[Span] = []
        by: set[HeardBy] = set()
        if self._named and id(self._named) in matches:
            at = self._named.explain(post.text)
            why.append(f"it names {_snippets(post.text, at, quoted=False)}")
            spans.extend(at)
            by.add(HeardBy.MENTION)
        if self._filed(post):
            why.append(f"the archive files it under '{post.about}'")
            by.add(HeardBy.MENTION)  # an archive files what a handle was written in, or answers
        addressed = bool(by)
        if self._main and id(self._main) in matches:
            at = self._main.explain(post.text)
            why.append(f"it matches '{self._main.shown}' at {_snippets(post.text, at)}")
            spans.extend(at)
            by.add(heard_by(post.text, at))
        way = next(way for way in HeardBy if way in by)
        share = self._prior.shares[way]
        topics = self._topics_of(post.text, matches, why)
        why.append(
            f"of {share.labelled:,} labelled posts heard {_WAYS[way]}, "
            f"{share.share:.0%} concerned the brand"
        )
        return Mention(
            heard=True,
            addressed=addressed,
            relevance=share.share,
            matched=_disjoint(spans),
            topics=topics,
            why=tuple(why),
        )

    def _topics_of(
        self, text: str, matches: set[int], why: list[str]
    ) -> tuple[tuple[str, float], ...]:
        """Return the topics whose query matches, each at 1.0: v1 knows no halves."""
        topics: list[tuple[str, float]] = []
        for name, asked in self._topics.items():
            if id(asked) in matches:
                why.append(f"topic '{name}': {_snippets(text, asked.explain(text))}")
                topics.append((name, 1.0))
        return tuple(topics)

    def _why_excluded(self, text: str) -> str:
        places = [span for explain in self._unwanted for span in explain(text)]
        return f"the query matches it, but excludes {_snippets(text, _disjoint(places))}"

    def _why_not(self) -> str:
        names = " or ".join(f"@{handle}" for handle in self._handles)
        query = f"'{self._main.shown}' does not match it" if self._main else ""
        return " and ".join(part for part in (names and f"it does not name {names}", query) if part)


def _set_aside(dossier: Dossier, reason: DiscardReason, why: str) -> Dossier:
    mention = Mention(heard=False, addressed=False, relevance=0.0, discarded=reason, why=(why,))
    return replace(dossier, mention=mention, discarded=reason)


def _asked(query: Query | None) -> _Asked | None:
    if query is None:
        return None
    words = normalised(query)
    shown = words if len(words) <= _SHOWN_QUERY else f"{words[: _SHOWN_QUERY - 1]}…"
    return _Asked(query=query, explain=explainer(query), shown=shown)


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


def _snippets(text: str, spans: Sequence[Span], *, quoted: bool = True) -> str:
    """Return the matched words as they stand, neighbours together, at most three of them."""
    together: list[tuple[int, int]] = []
    for span in spans:
        if together and not text[together[-1][1] : span.start].strip():
            together[-1] = (together[-1][0], span.end)
        else:
            together.append((span.start, span.end))
    seen = dict.fromkeys(text[start:end] for start, end in together)
    shown = [f"'{words}'" if quoted else words for words in list(seen)[:_SHOWN_WORDS]]
    return ", ".join(shown) + _and_more(len(seen) - _SHOWN_WORDS, whole=len(spans) < MOST_SPANS)


def _and_more(more: int, *, whole: bool) -> str:
    if not whole:
        return " and more"  # there may be places that were not counted
    return f" and {more} more" if more > 0 else ""


def _disjoint(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that overlap made one."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if whole and span.start < whole[-1].end:
            whole[-1] = Span(start=whole[-1].start, end=max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return tuple(whole)
