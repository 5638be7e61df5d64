import pytest

from answerback.domain.listening.asked_words import wanted_words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("apple", ("apple",)),
        ('"grand tour" OR tour*', ("grand tour", "tour*")),
        ("apple NEAR/3 (store OR shop) -juice", ("apple", "store", "shop")),
        ("apple lang:en", ("apple",)),
    ],
)
def test_what_a_query_looks_for(query: str, words: tuple[str, ...]) -> None:
    assert wanted_words(query) == words
