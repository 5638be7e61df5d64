"""A query written plainly: what it looks for, and nothing that was only there on paste."""

from datetime import UTC, datetime

from answerback.domain.listening.fields import Field
from answerback.domain.listening.folding import composed
from answerback.domain.listening.marks import GERSHAYIM, QUOTES
from answerback.domain.listening.syntax import (
    And,
    FieldIs,
    FieldRange,
    FieldText,
    Near,
    Node,
    Not,
    Or,
    Query,
    Term,
)
from answerback.domain.listening.words import looked_up, query_tokens, raw_tokens

_RESERVED = frozenset({"and", "or", "not", "near", "onear"})
_PLAIN_VALUE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.*/@%-")


def normalised(query: Query) -> str:
    """Return what the query looks for, written plainly; parsing it gives an equal query."""
    return _printed(query.root)


def _printed(node: Node) -> str:  # noqa: PLR0911 - one line a kind of node
    match node:
        case Term():
            return _term(node)
        case Not(part=part):
            return f"NOT {_within_brackets(part, And, Or, Near)}"
        case Near(left=left, right=right, within=within, ordered=ordered):
            sign = f"NEAR/{within}{'f' * ordered}"
            return f"{_within_brackets(left, Or)} {sign} {_within_brackets(right, Or, Near)}"
        case And(parts=parts):
            return " AND ".join([_within_brackets(part, Or) for part in parts])
        case Or(parts=parts):
            return " OR ".join([_within_brackets(part, And) for part in parts])
        case FieldIs(field=field, value=value):
            return f"{field}:{_value(value)}"
        case FieldRange(field=field, low=low, high=high):
            return f"{field}:[{_bound(field, low)} TO {_bound(field, high)}]"
        case FieldText(field=field, part=part):
            return f"{field}:({_printed(part)})"


def _within_brackets(node: Node, *kinds: type[Node]) -> str:
    return f"({_printed(node)})" if isinstance(node, kinds) else _printed(node)


def _value(value: str) -> str:
    if value and set(value) <= _PLAIN_VALUE:
        return value
    return _in_quotes(value)


def _in_quotes(words: str) -> str:
    """Quote with marks that do not stand in the words themselves."""
    signs = set(GERSHAYIM.sub("", words))  # one between Hebrew letters ends nothing
    opening = next(
        mark for mark, closing in QUOTES.items() if mark != "”" and not set(closing) & signs
    )
    return f"{opening}{words}{QUOTES[opening][0]}"


def _bound(field: Field, bound: float | None) -> str:
    if bound is None:
        return "*"
    if field is Field.DATE:
        return datetime.fromtimestamp(bound, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{bound:.0f}" if bound == int(bound) else repr(bound)


def _term(term: Term) -> str:
    if term.literal is not None:
        return f"raw:{_in_quotes(term.literal)}"
    if term.words[0].exact:
        return _exact(term)
    return _plain(term)


def _exact(term: Term) -> str:
    words = " ".join([word.form for word in term.words])
    if [composed(raw) for raw in raw_tokens(words)] != [w.form for w in term.words]:
        words = term.typed.replace("}", " ")
    return f"{{{words}}}"


def _plain(term: Term) -> str:
    """Print the folded words where they can be read back as the same, else as they were typed."""
    asks = any(word.wild and "?" in word.form for word in term.words)
    words = ("-" if asks else " ").join([word.form for word in term.words])
    quoted = not asks and (len(term.words) > 1 or words in _RESERVED or "?" in words)
    if not _reads_back(words, term, quoted=quoted):
        words = term.typed.replace("＂", " ")  # noqa: RUF001 - it would end the phrase
        quoted = not asks  # a "?" in quotation marks would be no wildcard
    return f'"{words}"' if quoted else words


def _reads_back(words: str, term: Term, *, quoted: bool) -> bool:
    raws = [raw for raw, _, _ in query_tokens(words, quoted=quoted)]
    forms = [
        raw if word.wild else looked_up(raw) for raw, word in zip(raws, term.words, strict=False)
    ]
    return len(raws) == len(term.words) and forms == [word.form for word in term.words]
