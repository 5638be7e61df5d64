"""Texts to features."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.domain.understanding.features import Features, featurise, phrase_hash
from answerback.domain.understanding.lexicon import lexicon, spot


def bag(seen: Features, text: int) -> list[tuple[int, int]]:
    """Every (family, bucket) of one text, sorted."""
    found = []
    for number, family in enumerate((*seen.characters, *seen.phrases)):
        mine = seen.word_texts[family.words] == text
        found += [(number, bucket) for bucket in family.buckets[mine].tolist()]
    return sorted(found)


ODD = ("", "   ", "\x00", "a", "😀😀", "Z̷̢͎a̶l̵g̸o̴", "\ud800 lone", "İstanbul", "@ada hi\x00there")


@given(st.lists(st.text(max_size=40), max_size=6))
def test_a_text_has_the_same_features_alone_and_in_company(texts: list[str]) -> None:
    together = featurise(texts=texts)

    for at, text in enumerate(texts):
        assert bag(together, at) == bag(featurise(texts=[text]), 0)


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_have_features_too(text: str) -> None:
    seen = featurise(texts=["before", text, "after"])

    assert bag(seen, 0) == bag(featurise(texts=["before"]), 0)
    assert bag(seen, 2) == bag(featurise(texts=["after"]), 0)
    assert np.isfinite(seen.character_scale).all()


@given(st.lists(st.text(max_size=30), max_size=5))
def test_the_words_are_those_of_split(texts: list[str]) -> None:
    seen = featurise(texts=texts)

    counts = np.bincount(seen.word_texts, minlength=len(texts)).tolist()
    assert counts[: len(texts)] == [len(text.replace("\x00", " ").split()) for text in texts]


def test_names_links_case_and_digits_do_not_matter() -> None:
    seen = featurise(texts=["@ada SEE http://x.example/1 12", "@bob see www.y.example 34", "other"])

    assert bag(seen, 0) == bag(seen, 1)
    assert bag(seen, 0) != bag(seen, 2)


def test_no_features_come_of_no_texts() -> None:
    seen = featurise(texts=[])

    assert (seen.texts, len(seen.word_texts), len(seen.tokens.texts)) == (0, 0, 0)


def test_a_phrase_is_found_where_it_stands_and_not_across_texts() -> None:
    wanted = lexicon({"late": ("still waiting", "?"), "glad": ("thanks",)})
    seen = featurise(texts=["I'm STILL waiting", "still", "waiting", "Why?? thank"])

    spots = spot(lexicon=wanted, tokens=seen.tokens)

    assert list(spots) == [(0, 0, 0, 1), (3, 0, 1, 5), (3, 0, 1, 5)]


@pytest.mark.parametrize("phrase", ["", "one two three four five"])
def test_a_phrase_too_short_or_too_long_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="A phrase has 1 to 4 tokens"):
        phrase_hash(phrase)
