"""Private data in public: said, or asked for."""

import pytest
from tests.builders import make_post

from answerback.domain.etiquette.privacy import privacy
from answerback.domain.records.reply import Weight

CARD = "4111 1111 1111 1111"  # the payment industry's own test number
IBAN = "GB82 WEST 1234 5698 7654 32"  # the standard's own example


def weights(text: str, *theirs: str) -> list[Weight]:
    conversation = [make_post(str(row), text=said) for row, said in enumerate(theirs)]
    return [one.weight for one in privacy(text=text, conversation=conversation)]


@pytest.mark.parametrize(
    "text",
    [
        f"Is {CARD} the card you paid with?",
        f"We paid it into {IBAN}.",
        "Ring Malachy on 07700 900123.",
        "Her own mobile is 0161 496 0123, ring any time.",
        "Please reply with your date of birth.",
        "Please send us your order number, your postcode and your card number.",
        "Nennen Sie uns Ihre Adresse.",
    ],
)
def test_what_is_surely_private_blocks(text: str) -> None:
    assert weights(text) == [Weight.BLOCKS]


@pytest.mark.parametrize(
    "text",
    [
        "Ring us on 0161 496 0123.",
        "Write to malachy.byrne@acme.example.",
        "Please send us your order number.",
        "Can you confirm your e-mail address?",
        "Envoyez votre numéro de commande.",
        "Indique su número de pedido.",
        "Schicken Sie uns Ihre Bestellnummer.",
    ],
)
def test_what_may_be_private_asks(text: str) -> None:
    assert weights(text) == [Weight.ASKS]


@pytest.mark.parametrize(
    "text",
    [
        "Please send us your order number by direct message.",
        "Fill in your address here: https://acme.example/form",
        "Please don't post your order number here.",
        "We'll send your order number by post.",
        "Ring us free on 0800 496 0123.",
        "Write to help@acme.example.",
        "It comes on 02/03/2026 10:00, or on 2026-03-02.",
        "A card ends in 1111; 4111 1111 1111 1112 is none, so to say.",
        "Kettle 4471902283 boils.",
        "Your address book is back: forty names.",
        "",
    ],
)
def test_what_is_not_private_passes(text: str) -> None:
    assert weights(text) == []


def test_a_number_or_address_that_the_person_wrote_is_not_to_be_repeated() -> None:
    theirs = "my order is 4471902283, I am ada@home.example"

    assert weights("Order 4471902283 is on its way.", theirs) == [Weight.ASKS]
    assert weights("We wrote to Ada@home.example.", theirs) == [Weight.BLOCKS]
    assert weights("Order 4471902284 is on its way.", theirs) == []


def test_the_sentence_tells_what_was_asked_for_and_what_to_do() -> None:
    text = "Please reply with your full name, your order number and your date of birth."

    found = privacy(text=text, conversation=[])

    assert [one.sentence for one in found] == [
        (
            "The reply asks for the full name and order number and date of birth where everybody "
            "can read the answer. Ask for it by direct message or on a form, and say so."
        )
    ]
