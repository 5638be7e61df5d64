"""The words and phrases that a query looks for, as the brand filter wants to know them."""

from answerback.domain.listening.query import parse
from answerback.domain.listening.syntax import FieldText, Not, Term, parts_of


def wanted_words(query: str) -> tuple[str, ...]:
    """
    Return each word or phrase that a query looks for in a post's text, once, as typed.

    `apple NEAR/3 (store OR shop) -juice` wants "apple", "store" and "shop".

    :raises QueryError: when the query cannot be understood.
    """
    found: list[str] = []
    waiting = [parse(query).root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Term):
            found.append(" ".join(word.form for word in node.words))
        elif not isinstance(node, Not | FieldText):
            waiting.extend(reversed(parts_of(node)))
    return tuple(dict.fromkeys(word for word in found if word))
