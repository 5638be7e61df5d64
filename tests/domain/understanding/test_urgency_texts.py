"""Forty invented posts: twenty that want a person soon, twenty that can wait."""

import pytest

from answerback.domain.understanding.read import read_texts
from answerback.weights.language import load_language
from answerback.weights.store import load_heads

SOON = (
    "@acme the heater is smoking and smells of burning, what do I do?",
    "@acme my daughter had an allergic reaction to your soup, please answer",
    "We are stranded in the rain at the last stop and nobody comes @acme",
    "@acme someone hacked my account and emptied it, please block it immediately",
    "@acme you charged me twice and my rent is due today",
    "@acme my insulin was in the parcel you lost, I need it tonight",
    "@acme locked out of my flat with a newborn, the app doesn't work",
    "@acme this is the third time I write, still no answer about my refund",
    "@acme our train was cancelled and we miss my sister's wedding tomorrow",
    "@acme my suitcase went missing with my medication in it, help!",
    "@acme no power since this morning and my father is on oxygen",
    "@acme stuck in your lift, the emergency button is dead",
    "@acme if I hear nothing today I go to my lawyer",
    "@acme the ferry is delayed again and we have been sitting on the quay for hours",
    "@acme urgente, me han robado la tarjeta, ayuda",
    "@acme c'est urgent, ma commande n'est toujours pas arrivée, au plus vite svp",
    "@acme dringend, mein Konto wurde gehackt, bitte helfen Sie sofort",
    "@acme urgente, il forno fa fumo, aiuto",
    "@acme urgente, estou preso aqui no elevador, preciso de ajuda agora mesmo",
    "@acme been on hold for two hours, locked out of my account, deadline tomorrow",
)
LATER = (
    "@acme what colours does the kettle come in?",
    "Lovely walk along the canal with my dog",
    "@acme no rush, but the invoice has a typo",
    "@acme not urgent: could you send me the recipe for the oat bars?",
    "@acme whenever you can, please change the name on my newsletter",
    "this song is on fire tonight",
    "I'm dying lol, the cat sat in the cake again 😂",
    "haha the smoke machine at the party was brilliant",
    "My exam is tomorrow and I have not opened a book lol",
    "Reading about the explosion of colour in early posters",
    "@acme thanks for the quick answer yesterday!",
    "The new album is sick, played it all day",
    "@acme I prefer the blue lid to the red one",
    "@acme it would be nice if the app had a dark theme",
    "Stuck on level nine of that silly puzzle haha",
    "@acme no es urgente, pero el color no me gusta",
    "@acme pas urgent, mais le bouton est trop petit",
    "@acme keine Eile, aber die Farbe gefällt mir nicht",
    "@acme senza fretta, ma il tasto è piccolo",
    "@acme sem pressa, mas a cor é feia",
)


def _urgencies(texts: tuple[str, ...]) -> list[float]:
    read = read_texts(texts=texts, heads=load_heads(), language=load_language())
    return [reading.urgency for reading in read]


def test_what_wants_a_person_soon_ranks_above_what_can_wait() -> None:
    soon, later = _urgencies(SOON), _urgencies(LATER)

    pairs = [first > second for first in soon for second in later]

    assert sum(pairs) / len(pairs) >= 0.95


@pytest.mark.parametrize(
    ("hurried", "calm"),
    [
        ("@acme my parcel is lost, help", "@acme no rush, my parcel is lost, help"),
        ("@acme I am stuck here", "@acme I am stuck here lol"),
    ],
)
def test_no_rush_and_a_laugh_make_the_same_words_less_urgent(hurried: str, calm: str) -> None:
    first, second = _urgencies((hurried, calm))

    assert first > second


def test_the_reasons_say_that_it_can_wait() -> None:
    (reading,) = read_texts(
        texts=["@acme no rush, but the lid was cancelled from my order"],
        heads=load_heads(),
        language=load_language(),
    )

    assert "It says 'no rush': it can wait." in reading.urgency_reasons
