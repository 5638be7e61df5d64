"""Ideas and tips found by rules; every sentence here is invented."""

import pytest

from answerback.domain.records.reading import Kind
from answerback.domain.understanding.ideas import Idea, idea_chance, idea_in
from answerback.domain.understanding.read import read_texts
from answerback.weights.language import load_language
from answerback.weights.store import load_heads

IDEAS = (
    "It would be lovely if the kettle switched itself off after ten minutes.",
    "Please add a dark theme to the reading list.",
    "Allow sorting my recipes by cooking time.",
    "You really should let people pause a subscription.",
    "There should be an undo button in the photo editor.",
    "How about a family ticket for single parents?",
    "Make it possible to export the whole diary as one file.",
    "I'd love to see a smaller size of the oat bars.",
    "Bring back the orange biscuits!",
    "Suggestion: show the tram times on the lock screen.",
    "Could you provide a printed menu with large letters?",
    "Why not add a second door to bus 12?",
    # Spanish, French, German, Italian, Portuguese
    "Sería genial poder pagar con tarjeta en el comedor.",
    "Deberían poner más bancos en el parque.",
    "Ce serait bien d'avoir une version sans sucre.",
    "Vous devriez ouvrir le guichet plus tôt.",
    "Es wäre toll, wenn man die Liste drucken könnte.",
    "Ihr solltet einen Nachtbus einführen.",
    "Sarebbe bello avere una taglia più piccola.",
    "Dovreste aggiungere le fermate alla mappa.",
    "Seria ótimo ter um copo menor.",
    "Vocês deveriam vender meia porção.",
)

NOT_IDEAS = (
    "You should be ashamed of how you treat people.",
    "You should have told me before I drove there.",
    "Please help, my order never came.",
    "The kettle leaks and the handle is loose.",
    "Thanks for the lovely evening!",
    "How do I reset the timer?",
    "Please call me back about my refund.",
    "This would be great.",
    "El pedido llegó tarde y frío.",
    "La commande est arrivée en retard.",
    "Die Lieferung kam zu spät.",
    "Il pacco non è arrivato.",
    "O pedido chegou frio.",
)


@pytest.mark.parametrize("text", IDEAS)
def test_the_rules_hear_an_idea(text: str) -> None:
    idea = idea_in(text=text)

    assert idea.says_idea
    assert idea.evidence
    assert idea.evidence in text[idea.start : idea.end]


@pytest.mark.parametrize("text", NOT_IDEAS)
def test_what_is_no_idea_is_not_called_one(text: str) -> None:
    assert not idea_in(text=text).says_idea


def test_advice_to_other_guests_is_a_tip_and_no_idea() -> None:
    idea = idea_in(text="Ask for a room at the back, and take earplugs if you sleep lightly.")

    assert (idea.says_tip, idea.says_idea) == (True, False)


def test_a_head_that_hears_nothing_weakens_the_rules() -> None:
    idea = idea_in(text="You should come round and watch the match.")

    assert idea_chance(idea=idea, head=0.0001) < 0.5


def test_rules_and_head_that_agree_are_surer_than_either() -> None:
    idea = idea_in(text="Please add a dark theme to the reading list.")

    assert idea_chance(idea=idea, head=0.9) > idea_chance(idea=idea, head=0.1) > 0.5


def test_the_strength_grows_with_the_points() -> None:
    weaker, stronger = (
        Idea(points=points, tip_points=0, evidence="", start=0, end=0) for points in (-3, 9)
    )

    assert 0 < weaker.strength < stronger.strength < 1


@pytest.mark.parametrize("text", ["", "?", "İ" * 50 + " please add a bell", "a" * 100_000])
def test_odd_texts_are_read_without_a_fault(text: str) -> None:
    assert 0 <= idea_in(text=text).strength <= 1


def test_a_read_post_says_which_words_told_its_idea() -> None:
    texts = [
        "It would be nice if you added a dark theme",
        "the boat was late",
        "add it to the bill",
    ]
    told, late, _ = read_texts(texts=texts, heads=load_heads(), language=load_language())

    assert told.kinds[Kind.IDEA] >= 0.5 > late.kinds[Kind.IDEA]
    assert any(one.startswith("Idea because of 'would be nice'") for one in told.why)
    assert told.kinds[Kind.OTHER] == pytest.approx(
        1 - max(told.kinds[k] for k in Kind if k is not Kind.OTHER), abs=1e-4
    )
