"""Questions and requests by rules; every sentence here is invented."""

import pytest

from answerback.domain.understanding.asks import asked


@pytest.mark.parametrize(
    "text",
    [
        "When does the pool open on Sundays?",
        "@acme is there a vegan soup?",
        "I was wondering how long the glue needs to dry",
        "does anyone know a quiet cafe near the bridge",
        "how do I reset the timer",
        "¿Cuándo abre la piscina?",
        "Pourquoi le guichet est fermé ?",
        "Wann kommt der Bus?",
        "Quando apre la piscina?",
        "Alguém sabe onde fica a loja?",
    ],
)
def test_a_question_is_heard_with_and_without_its_mark(text: str) -> None:
    assert asked(text=text).says_question


@pytest.mark.parametrize(
    "text",
    [
        "Three hours in line. Seriously?",
        "Who does that? Unbelievable.",
        "How dare you close on a holiday?",
        "The waiter asked me if I was cold",
        "What a day!",
        "The lid is blue.",
    ],
)
def test_a_question_in_form_only_asks_nothing(text: str) -> None:
    assert not asked(text=text).says_question


@pytest.mark.parametrize(
    "text",
    [
        "Please send the bill again",
        "@acme can you change the name on my ticket",
        "Por favor, cambien la fecha",
        "Pouvez-vous m'envoyer la facture ?",
        "Bitte schickt mir die Rechnung",
        "Per favore cambiate la data",
        "Preciso de um recibo",
    ],
)
def test_a_request_is_heard(text: str) -> None:
    assert asked(text=text).says_request


@pytest.mark.parametrize("text", ["They were hard to please", "Please everyone, lose yourself"])
def test_a_please_that_asks_nothing_is_no_request(text: str) -> None:
    assert not asked(text=text).says_request
