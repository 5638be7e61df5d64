"""Selling where help was asked for."""

import pytest
from tests.builders import make_post

from answerback.domain.etiquette.promotion import promotion
from answerback.domain.records.mention import Span
from answerback.domain.records.reading import Kind, Reading
from answerback.domain.records.reply import Check, Weight


def reading(**kinds: float) -> Reading:
    return Reading(
        language="en",
        language_probability=1.0,
        sentiment={},
        kinds={Kind(name): probability for name, probability in kinds.items()},
        needs_response=0.9,
        urgency=0.1,
        offensive=0.0,
    )


def test_an_advertisement_in_answer_to_a_complaint_blocks_and_says_what_to_do() -> None:
    text = "Sorry about the leak! Shop now and get 15% off a new kettle."

    found = promotion(text=text, answered=make_post(), reading=reading(complaint=0.9))

    assert [(one.check, one.weight, one.spans) for one in found] == [
        (Check.PROMOTION, Weight.BLOCKS, (Span(start=22, end=30), Span(start=35, end=42)))
    ]
    assert found[0].sentence == (
        'The reply sells ("Shop now") to a person who complained. Answer the matter and leave '
        "the offer out; if it is meant to make amends, say so."
    )


def test_without_a_reading_it_only_asks() -> None:
    found = promotion(text="Order today with code KETTLE5.", answered=make_post(), reading=None)

    assert [one.weight for one in found] == [Weight.ASKS]


@pytest.mark.parametrize(
    "text",
    [
        "Jetzt bestellen und 10 % Rabatt sichern!",
        "Profitez vite de nos 20 % de réduction",
        "Compra ahora con 10 % de descuento",
        "Sign up today and it never leaks again",
        "Grab your free mug",
        "use code LEAKY at the till",
    ],
)
def test_calls_to_buy_are_seen_in_four_languages(text: str) -> None:
    found = promotion(text=text, answered=make_post(), reading=None)

    assert [one.check for one in found] == [Check.PROMOTION]


@pytest.mark.parametrize(
    "text",
    [
        "To say sorry we take 20% off your next kettle, just get 20% off at the till.",
        "Please use the code again after three, the door had frozen.",
        "We don't have a promo code, I am afraid.",
        "You don't miss out on anything by waiting.",
        "Nine in ten kettles, 90% that is, hold water.",
        "Als Entschuldigung gibt es 10 % Rabatt.",
        "A new kettle is in the post today.",
        "",
    ],
)
def test_amends_and_plain_help_are_no_promotion(text: str) -> None:
    assert promotion(text=text, answered=make_post(), reading=reading(complaint=0.9)) == []


def test_who_asks_for_an_offer_may_have_one_unless_it_is_a_complaint() -> None:
    text = "Use code KETTLE5, it is good until Friday."
    asked = make_post(text="@acme is there a discount for teachers?")

    assert promotion(text=text, answered=asked, reading=None) == []
    assert promotion(text=text, answered=make_post(), reading=reading(need=0.8)) == []
    assert promotion(text=text, answered=asked, reading=reading(complaint=0.8, need=0.8)) != []
