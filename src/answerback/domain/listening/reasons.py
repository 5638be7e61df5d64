"""Why a query matched a post, in words: the words that carried it, or else the fields."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from answerback.domain.listening.fields import Facts, Field
from answerback.domain.listening.match import MOST_SPANS, Matcher, compile_queries, explainer
from answerback.domain.listening.syntax import (
    FieldIs,
    FieldRange,
    FieldText,
    Node,
    Not,
    Query,
    parts_of,
)
from answerback.domain.records.mention import Span

_SHOWN_WORDS = 3  #: matched places in a sentence
#: What each field tells of a post: "it matches 'author:kim' by who wrote it".
_BY: Mapping[Field, str] = MappingProxyType(
    {
        Field.AUTHOR: "who wrote it",
        Field.TO: "whom it answers",
        Field.ENGAGING_WITH: "whose post it engages with",
        Field.REPOST_OF: "whose post it repeats",
        Field.LANG: "its language",
        Field.CHANNEL: "where it was said",
        Field.TYPE: "what it is to another post",
        Field.HAS: "what is in it",
        **dict.fromkeys(
            (Field.VERIFIED, Field.GENDER, Field.FOLLOWERS), "what is known of its author"
        ),
        **dict.fromkeys((Field.FOLLOWING, Field.POSTS), "what is known of its author"),
        **dict.fromkeys(
            (Field.COUNTRY, Field.REGION, Field.CITY, Field.CONTINENT), "where it is from"
        ),
        **dict.fromkeys((Field.PLACE, Field.LATITUDE, Field.LONGITUDE), "where it is from"),
        Field.ID: "which post it is",
        Field.CONVERSATION: "its conversation",
        Field.TAG: "its labels",
        Field.SUBREDDIT: "where it was said",
        **dict.fromkeys((Field.URL, Field.DOMAIN, Field.TLD), "its links"),
        **dict.fromkeys((Field.LIKES, Field.REPOSTS, Field.REPLIES), "how it was received"),
        Field.RATING: "its rating",
        Field.DATE: "when it was written",
        Field.TITLE: "its title",
        Field.QUOTED: "the text it quotes",
        Field.PARENT: "the text it answers",
        Field.BIO: "what its author says of themselves",
    }
)


class Reasons:
    """One query, ready to say why it matches a post that it matches."""

    def __init__(self, query: Query) -> None:
        """Get ready to show the words; the fields only when they are asked for."""
        self.query = query
        self._explain = explainer(query)

    def spans(self, text: str, facts: Facts | None) -> tuple[Span, ...]:
        """Return the words of the text that carried the match; none when fields alone did."""
        return self._explain(text, facts)

    def by_fields(self, text: str, facts: Facts | None) -> str:
        """
        Return which fields hold of the post, in words: "who wrote it and its language".

        "" when the query does not match, or by nothing that it asks for.
        """
        held = [row for _, row in self._alone.match([text], None if facts is None else [facts])]
        if len(self._leaves) not in held:
            return ""
        return " and ".join(dict.fromkeys(_BY[leaf.field] for leaf in self._these(held)))

    def _these(self, rows: Sequence[int]) -> Iterator[FieldIs | FieldRange | FieldText]:
        return (self._leaves[row] for row in rows if row < len(self._leaves))

    @cached_property
    def _leaves(self) -> list[FieldIs | FieldRange | FieldText]:
        return list(_asked_for(self.query.root))

    @cached_property
    def _alone(self) -> Matcher:
        """Return each field by itself, and behind them the whole query."""
        leaves = [Query(root=leaf, text=self.query.text) for leaf in self._leaves]
        return compile_queries([*leaves, self.query])


def snippets(text: str, spans: Sequence[Span], *, quoted: bool = True) -> str:
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


def disjoint(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that overlap made one."""
    whole: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if whole and span.start < whole[-1].end:
            whole[-1] = Span(start=whole[-1].start, end=max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return tuple(whole)


def _and_more(more: int, *, whole: bool) -> str:
    if not whole:
        return " and more"  # there may be places that were not counted
    return f" and {more} more" if more > 0 else ""


def _asked_for(node: Node) -> Iterator[FieldIs | FieldRange | FieldText]:
    """Yield the fields that a query asks for, not those that it excludes."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, FieldIs | FieldRange | FieldText):
            yield one
        elif not isinstance(one, Not):
            waiting.extend(reversed(parts_of(one)))
