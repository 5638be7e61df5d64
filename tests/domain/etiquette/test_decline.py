"""A no without its reason, or without another way."""

import pytest

from answerback.domain.etiquette.decline import decline
from answerback.domain.records.mention import Span
from answerback.domain.records.reply import Check, Weight


def test_a_bare_no_asks_for_both() -> None:
    found = decline(text="Sorry, we cannot refund a kettle.")

    assert [(one.check, one.weight, one.spans) for one in found] == [
        (Check.DECLINE, Weight.ASKS, (Span(start=10, end=23),))
    ]
    assert found[0].sentence == (
        'The reply says no ("cannot refund") without a reason or an alternative: say why '
        '("because …"), and say what the person can do instead ("you can …").'
    )


def test_a_no_with_its_reason_lacks_only_the_alternative() -> None:
    found = decline(text="We can\u2019t refund a kettle because it has been boiled in.")

    assert [one.sentence for one in found] == [
        (
            'The reply says no ("can\'t refund") without an alternative: say what the person can '
            'do instead ("you can …").'
        )
    ]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("Leider können wir den Kessel nicht ersetzen.", "a reason or an alternative"),
        ("Wir können ihn nicht ersetzen, weil er gekocht hat.", "an alternative"),
        ("Nous ne pouvons pas rembourser la bouilloire.", "a reason or an alternative"),
        ("Nous ne pouvons pas la reprendre car elle a bouilli.", "an alternative"),
        ("Lo sentimos, no podemos devolver el dinero.", "a reason or an alternative"),
        ("No podemos porque ya hirvió.", "an alternative"),
        ("We're unable to exchange it, but you can send it to the workshop.", "a reason"),
        ("We don't offer repairs on Sundays.", "a reason or an alternative"),
    ],
)
def test_what_is_lacking_is_named_in_four_languages(text: str, lacks: str) -> None:
    found = decline(text=text)

    assert [one.sentence.partition(" without ")[2].partition(":")[0] for one in found] == [lacks]


@pytest.mark.parametrize(
    "text",
    [
        "We cannot refund a boiled kettle because of hygiene; you can have it mended instead.",
        "Das ist nicht möglich, weil er gekocht hat; stattdessen flicken wir ihn.",
        "Ce n'est pas possible car elle a bouilli ; vous pouvez la faire réparer.",
        "No podemos porque ya hirvió; en su lugar lo reparamos.",
        "We can't wait to see your new kettle!",
        "We couldn't do it without you.",
        "We can't help but admire that kettle.",
        "If you are unable to send the receipt, the number will do.",
        "Your kettle is on its way.",
        "",
    ],
)
def test_a_whole_decline_and_what_is_no_decline_pass(text: str) -> None:
    assert decline(text=text) == []


def test_a_reason_word_of_one_language_does_not_excuse_another() -> None:
    found = decline(text="We cannot deliver to the boot of a car.")

    assert [one.sentence.partition(" without ")[2].partition(":")[0] for one in found] == [
        "a reason or an alternative"
    ]
