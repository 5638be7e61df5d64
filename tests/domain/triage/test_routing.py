from dataclasses import replace

import pytest
from tests.domain.triage.triaging import make_brand, make_mention, make_policy, make_reading

from answerback.domain.records.brand import Topic
from answerback.domain.records.reading import Kind
from answerback.domain.triage.routing import Risk, router

BRAND = make_brand(
    languages=("en", "de"),
    topics=(
        Topic(name="pets", query="dog", queue="deck"),
        Topic(name="storms", query="storm", queue="harbour"),
        Topic(name="food", query="soup"),  # no queue of its own
    ),
)
ROUTER = router(policy=make_policy(), brand=BRAND)


def queued(
    *,
    topics: tuple[tuple[str, float], ...] = (),
    language: str = "en",
    risk: Risk | None = None,
    probability: float = 0.95,
) -> tuple[str, str]:
    return ROUTER.queue(
        kind=Kind.NEED,
        mention=make_mention(topics=topics),
        reading=replace(make_reading(language=language), language_probability=probability),
        risk=risk,
    )


def test_the_likeliest_topic_that_has_a_queue_decides() -> None:
    topics = (("food", 0.99), ("pets", 0.4), ("storms", 0.8), ("unheard-of", 1.0))

    assert queued(topics=topics) == ("harbour", "Queue 'harbour', for its topic storms (80 %).")


def test_of_topics_with_the_same_score_the_brands_first_decides() -> None:
    assert queued(topics=(("pets", 0.8), ("storms", 0.8)))[0] == "deck"


def test_without_a_topics_queue_the_kind_decides() -> None:
    assert queued(topics=(("food", 0.99),)) == ("sales", "Queue 'sales', for its kind.")


def test_a_language_the_brand_does_not_list_has_its_own_queue() -> None:
    assert queued(language="pt") == (
        "other-language",
        "Queue 'other-language', for it is written in 'pt'.",
    )


def test_a_topic_comes_before_the_language() -> None:
    assert queued(language="pt", topics=(("pets", 0.4),))[0] == "deck"


@pytest.mark.parametrize(("language", "probability"), [("und", 0.95), ("pt", 0.79), ("de", 0.95)])
def test_an_unsure_or_listed_language_decides_nothing(language: str, probability: float) -> None:
    assert queued(language=language, probability=probability)[0] == "sales"


def test_a_brand_that_lists_no_languages_answers_in_all() -> None:
    everywhere = router(policy=make_policy(), brand=make_brand())

    queue, _ = everywhere.queue(
        kind=Kind.NEED, mention=None, reading=make_reading(language="pt"), risk=None
    )

    assert queue == "sales"


def test_an_escalating_word_comes_before_all_else() -> None:
    risk = Risk(name="legal", word="lawyer")

    assert queued(topics=(("pets", 0.9),), risk=risk) == (
        "escalations",
        "Queue 'escalations', for legal risks.",
    )


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("My LAWYERS will write to you", Risk(name="legal", word="lawyers")),
        ("see you in small\nclaims then", Risk(name="legal", word="small\nclaims")),
        ("two people were injured on deck", Risk(name="safety", word="injured")),
        ("I am a journalist with a question", Risk(name="press", word="journalist")),
        ("a bombastic show on board", None),
        ("thanks for the hospitality", None),
        ("she was hospitalised on the way", Risk(name="safety", word="hospitalised")),
        ("your pursue yourself slogan is odd", None),
        ("small but fair claims", None),
        ("", None),
    ],
)
def test_escalating_words_are_whole_words_in_any_case(text: str, risk: Risk | None) -> None:
    assert ROUTER.risk(text) == risk


@pytest.mark.parametrize(
    ("text", "word"), [("我要找律师谈谈", "律师"), ("meu ADVOGADO avisou", "advogado")]
)
def test_a_team_adds_the_words_of_its_languages(text: str, word: str) -> None:
    policy = make_policy('[escalate.words]\nlegal = ["律师", "advogad*"]\n')

    assert router(policy=policy, brand=None).risk(text) == Risk(name="legal", word=word)


def test_a_policy_without_words_escalates_nothing() -> None:
    none = "\n".join(f"{group} = []" for group in make_policy().escalate.words)

    quiet = router(policy=make_policy(f"[escalate.words]\n{none}\n"), brand=None)

    assert quiet.risk("my lawyer has a bomb") is None
