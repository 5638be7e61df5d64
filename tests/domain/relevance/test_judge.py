from dataclasses import replace

import numpy as np
from tests.builders import make_post
from tests.domain.relevance.seeing import (
    FERRIES,
    relevance_of,
    small_day_one,
    small_filter,
    small_meanings,
)

from answerback.domain.records.correction import Correction
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.relevance.brand_filter import first_filter
from answerback.domain.relevance.day_one import TOLD
from answerback.domain.relevance.judge import SAYS, Judgement, judge, judge_texts
from answerback.domain.relevance.words import WordBag, grams

HEARD = Mention(heard=True, addressed=False, relevance=0.8, why=("it names @fernweh",))


def step(*dossiers: Dossier) -> list[Dossier]:
    return list(judge(brand_filter=small_filter(), meanings=small_meanings)(dossiers))


def test_a_heard_post_gets_the_filters_relevance_and_its_reasons_after_listenings() -> None:
    (after,) = step(Dossier(post=make_post(text="@fernweh my cabin leaks"), mention=HEARD))

    assert after.mention is not None
    assert after.mention.relevance != HEARD.relevance
    assert after.mention.why[0] == "it names @fernweh"
    assert f"{SAYS}it names one of the brand's handles" in after.mention.why
    assert after.discarded is None


def test_a_post_judged_twice_has_the_filters_reasons_once() -> None:
    once = step(Dossier(post=make_post(text="@fernweh my cabin leaks"), mention=HEARD))

    assert step(*once) == once


def test_discarded_posts_pass_untouched_and_in_order() -> None:
    spam = Dossier(post=make_post("1"), mention=HEARD, discarded=DiscardReason.SPAM)
    heard = Dossier(post=make_post("2", text="ferry"), mention=HEARD)

    after = step(spam, heard, spam)

    assert after[0] is spam
    assert after[2] is spam
    assert after[1].post is heard.post


def test_no_posts_ask_for_no_meaning() -> None:
    assert judge_texts([], brand_filter=small_filter(), meanings=small_meanings) == []


def test_reasons_name_the_nearest_correction_the_words_and_the_description() -> None:
    corrections = [
        *(Correction(text=f"@fernweh ferry crossing late {at}", relevant=True) for at in "abc"),
        *(Correction(text=f"wanderlust poem {at}", relevant=False) for at in "abc"),
    ]
    brand_filter = small_filter().teach(corrections, meanings=small_meanings)

    ours, other = judge_texts(
        ["@fernweh ferry crossing late again", "a wanderlust poem"],
        brand_filter=brand_filter,
        meanings=small_meanings,
    )

    assert ours.relevance > 0.5 > other.relevance
    assert ours.why[0].startswith("like the post marked relevant: '@fernweh ferry crossing late")
    assert "'@fernweh', 'ferry', 'crossing' speak for it" in ours.why
    assert other.why[0].startswith("like the post marked irrelevant: 'wanderlust poem")
    assert "nothing in it names the brand" in other.why


def test_an_example_of_the_brand_file_is_called_that() -> None:
    description = replace(FERRIES, examples=("the ferry crossing was rough",))

    (told,) = judge_texts(
        ["the ferry crossing was rough today"],
        brand_filter=small_filter(description),
        meanings=small_meanings,
    )

    assert told.why[0] == "like the brand's own example: 'the ferry crossing was rough'"


def test_every_post_is_told_a_reason() -> None:
    texts = ["", "x", "🙂" * 50, "ferry " * 3_000]

    judged = judge_texts(texts, brand_filter=small_filter(), meanings=small_meanings)

    assert all(one.why for one in judged)


def test_reasons_argue_for_the_side_of_the_relevance_that_is_shown() -> None:
    told_weights = np.array([-1.0 if name == "unnamed" else 0.0 for name in TOLD])
    day_one = replace(small_day_one(), told_weights=told_weights, bias=0.9999)
    nearly_half = first_filter(day_one=day_one, description=FERRIES, meanings=small_meanings)

    (told,) = judge_texts(["a poem"], brand_filter=nearly_half, meanings=small_meanings)

    assert 0.49997 < relevance_of(nearly_half, "a poem")[0] < 0.5
    assert told == Judgement(relevance=0.5, why=("its meaning and wording as a whole",))


def test_words_that_stand_in_one_post_alone_say_nothing() -> None:
    bag = WordBag()
    bag.add(["late ferry", "late crossing", "sunny poem"], relevant=[True, True, False])

    assert [word for word, _ in bag.telling("late sunny ferry")] == ["late"]
    assert bag.scores(["sunny", ""]).tolist() == [0.0, 0.0]
    assert bag.scores(["late"])[0] > 0


def test_a_counted_text_does_not_speak_for_itself() -> None:
    bag = WordBag()
    texts, labels = ["late ferry", "late poem"], [True, False]
    bag.add(texts, relevant=labels)

    assert bag.scores_of_counted(texts, relevant=labels).tolist() == [0.0, 0.0]


def test_grams_are_words_and_pairs_without_links() -> None:
    assert grams("Late ferry, late ferry! https://t.example/x") == [
        *("late", "ferry", "late ferry", "ferry late"),
    ]
