"""The stage that adds learned topics to a mention."""

from collections.abc import Sequence
from dataclasses import replace

from tests.builders import make_post

from answerback.domain.records.brand import Topic
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.understanding.tell_topics import topic_teller
from answerback.domain.understanding.topics import AboutTopic

WHY = "it reads like topic 'pets' (80%), by what the topic is about"
PETS = AboutTopic(name="pets", score=0.8, why=WHY)
HEARD = Mention(heard=True, addressed=True, relevance=1.0, why=("it names @acme",))


def dossier(mention: Mention | None = HEARD, *, text: str = "my dog") -> Dossier:
    return Dossier(post=make_post(text=text), mention=mention)


def by_word(texts: Sequence[str]) -> list[tuple[AboutTopic, ...]]:
    return [(PETS,) if "dog" in text else () for text in texts]


TELL = topic_teller(topics=(Topic(name="pets", about="animals"),), judge=by_word)


def test_a_topic_and_why_it_holds_join_the_mention() -> None:
    about_pets, about_none = TELL([dossier(), dossier(text="wind")])

    assert about_pets.mention == replace(
        HEARD, topics=(("pets", 0.8),), why=("it names @acme", WHY)
    )
    assert about_none.mention == HEARD


def test_a_topic_whose_query_matched_keeps_its_score() -> None:
    matched = replace(HEARD, topics=(("pets", 1.0), ("decks", 1.0)))

    assert TELL([dossier(matched)])[0].mention == matched


def test_a_post_sorted_again_forgets_what_was_told_of_it_before() -> None:
    before = replace(HEARD, topics=(("pets", 0.6),), why=("it names @acme", WHY))

    assert TELL([dossier(before, text="wind")])[0].mention == HEARD
    assert TELL([dossier(before)]) == TELL([dossier()])


def test_discarded_posts_are_not_asked_about() -> None:
    spam = replace(dossier(), discarded=DiscardReason.SPAM)
    unheard = dossier(None)

    assert TELL([spam, unheard]) == [spam, unheard]
