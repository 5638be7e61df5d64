"""Topics told by what posts mean, on meanings small enough to see through."""

from collections.abc import Sequence

import numpy as np
import pytest

from answerback.domain.records.brand import Topic
from answerback.domain.understanding.encoder import Matrix
from answerback.domain.understanding.topics import HOLDS, topic_judge

PETS = Topic(name="pets", about="dog kennel")
REFUNDS = Topic(name="refunds", about="refund owed")


def word_meanings(texts: Sequence[str]) -> Matrix:
    """Mean what the words mean: each word has a direction of its own, without likeness."""
    rows = np.array([np.sum([_direction(word) for word in text.split()], axis=0) for text in texts])
    lengths = np.linalg.norm(rows.reshape(len(texts), -1), axis=1, keepdims=True)
    scaled: Matrix = (rows / lengths).astype(np.float32)
    return scaled


def _direction(word: str) -> Matrix:
    chance = np.random.default_rng(list(word.encode()))
    return chance.standard_normal(384).astype(np.float32)


def told(text: str, *topics: Topic) -> list[str]:
    judge = topic_judge(topics=topics, meanings_of=word_meanings)
    return [about.name for about in judge.judge([text])[0]]


def test_a_topic_is_told_from_what_it_is_about_before_there_is_an_example() -> None:
    assert told("my dog hates kennel", PETS, REFUNDS) == ["pets"]


def test_a_name_alone_is_enough_and_its_dashes_are_blanks() -> None:
    assert told("another late delivery", Topic(name="late_delivery"), PETS) == ["late_delivery"]


def test_a_post_about_something_else_is_about_none_of_them() -> None:
    assert told("lovely sunset over the harbour tonight", PETS, REFUNDS) == []


def test_a_post_may_be_about_two_topics() -> None:
    assert sorted(told("dog kennel refund owed", PETS, REFUNDS)) == ["pets", "refunds"]


def test_examples_teach_what_the_name_does_not_say() -> None:
    post = "our whippet barks at gulls"
    taught = Topic(name="pets", about=PETS.about, examples=("a whippet barks", "it barks at gulls"))

    assert told(post, PETS, REFUNDS) == []
    assert told(post, taught, REFUNDS) == ["pets"]


def test_a_brand_may_have_a_single_topic() -> None:
    taught = Topic(name="pets", examples=("the parrot sings", "a parrot on board"))

    assert told("may a parrot sail on board", taught) == ["pets"]
    assert told("where do I get my ticket", taught) == []


def test_many_examples_unlearn_a_misleading_name() -> None:
    animals = ("dog", "cat", "parrot", "horse", "hen", "goat")
    horns = Topic(name="horn", examples=tuple(f"the {one} is loud tonight" for one in animals))
    noise = Topic(name="noise", examples=tuple(f"a horn blew at {hour}" for hour in range(12)))

    assert told("a horn blew at dawn", horns, noise)[0] == "noise"


def test_what_all_examples_share_tells_no_topic() -> None:
    shared = "ferry crossing harbour crew"
    pets = Topic(name="pets", examples=tuple(f"{shared} {x}" for x in ("dog", "cat", "parrot")))
    meals = Topic(name="meals", examples=tuple(f"{shared} {x}" for x in ("soup", "bread", "cake")))

    judge = topic_judge(topics=(pets, meals), meanings_of=word_meanings)
    of_both, of_one = judge.scores(word_meanings([f"{shared} wind", f"{shared} soup"]))

    assert of_one[1] > 2 * of_one[0]
    assert of_both.max() < of_one.max()


def test_each_topic_says_what_it_is_near_to() -> None:
    taught = Topic(name="pets", about=PETS.about, examples=("a whippet barks at gulls",))
    judge = topic_judge(topics=(taught, REFUNDS), meanings_of=word_meanings)

    whys = [about[0].why for about in judge.judge(["a whippet barks at dawn", "dog kennel"])]

    assert whys[0].startswith("it reads like topic 'pets' (")
    assert whys[0].endswith("near its example 'a whippet barks at gulls'")
    assert whys[1].endswith("by what the topic is about")


def test_a_long_example_is_shown_short() -> None:
    taught = Topic(name="pets", examples=("a whippet barks at gulls " * 9,))
    judge = topic_judge(topics=(taught,), meanings_of=word_meanings)

    why = judge.judge(["a whippet barks at gulls"])[0][0].why

    assert why.endswith("…'")
    assert len(why) < 140


def test_scores_stay_below_the_one_that_a_query_gives() -> None:
    judge = topic_judge(topics=(PETS, REFUNDS), meanings_of=word_meanings)

    (about,) = judge.judge([f"pets {PETS.about}"])[0]

    assert HOLDS <= about.score < 1


def test_a_post_is_judged_the_same_alone_and_in_company() -> None:
    judge = topic_judge(topics=(PETS, REFUNDS), meanings_of=word_meanings)
    posts = ["my dog sleeps", "where is my money", "wind"]

    together = judge.judge(posts)

    assert together == [judge.judge([post])[0] for post in posts]
    assert judge.judge([]) == []


def test_the_order_of_topics_and_examples_does_not_matter() -> None:
    pets = Topic(name="pets", examples=("dog kennel", "cat sleeps", "parrot sings"))
    turned = Topic(name="pets", examples=tuple(reversed(pets.examples)))

    one = topic_judge(topics=(pets, REFUNDS), meanings_of=word_meanings)
    other = topic_judge(topics=(REFUNDS, turned), meanings_of=word_meanings)
    posts = word_meanings(["dog sings", "money owed", "wind"])

    assert np.allclose(one.scores(posts), other.scores(posts)[:, ::-1], atol=1e-3)


def test_without_topics_there_is_nothing_to_learn() -> None:
    with pytest.raises(ValueError, match="There are no topics to learn."):
        topic_judge(topics=(), meanings_of=word_meanings)
