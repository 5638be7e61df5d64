"""The same words to many people."""

from datetime import datetime, timedelta

import pytest
from tests.builders import MONDAY_9

from answerback.domain.etiquette.repetition import WINDOW, fingerprint, likeness, repetition
from answerback.domain.records.reply import Reply, Weight

SORRY = "we are so sorry about your kettle, please write to the workshop and they will see to it"


def said(text: str, *, to: str, at: datetime = MONDAY_9) -> Reply:
    return Reply(text=text, to=to, sent_at=at)


def test_the_same_words_to_another_person_ask_and_name_the_person() -> None:
    reply = said(f"@ada {SORRY} ^Bob", to="ada")

    found = repetition(reply=reply, recent=[said(f"@cleo {SORRY}", to="cleo")], at=MONDAY_9)

    assert [(one.weight, one.people) for one in found] == [(Weight.ASKS, ("cleo",))]
    assert found[0].sentence == (
        "Nearly the same words went to @cleo in the last 24 hours. Say what is true of this "
        "person's case, or post the news once for everybody."
    )


def test_from_three_other_people_on_it_blocks_and_names_three() -> None:
    recent = [said(SORRY, to=who) for who in ("bob", "cleo", "dan", "eve", "bob")]

    found = repetition(reply=said(SORRY, to="ada"), recent=recent, at=MONDAY_9)

    assert [(one.weight, one.people) for one in found] == [
        (Weight.BLOCKS, ("bob", "cleo", "dan", "eve"))
    ]
    assert "4 other people (@bob, @cleo, @dan and 1 more)" in found[0].sentence


def test_names_greeting_link_number_and_signature_do_not_make_it_another_text() -> None:
    one = "Hi Ada, your kettle 4471 is on its way to https://a.example/1 and arrives by noon. ^Bob"
    other = (
        "@cleo Hello Cleo! Your kettle 98 is on its way to https://b.example and arrives by noon"
    )

    assert likeness(one, other) == 1.0


def test_what_was_said_to_the_same_person_or_long_ago_or_never_does_not_count() -> None:
    recent = [
        said(SORRY, to="Ada"),
        said(SORRY, to="bob", at=MONDAY_9 - WINDOW - timedelta(seconds=1)),
        said(SORRY, to="cleo", at=MONDAY_9 + timedelta(seconds=1)),
        Reply(text=SORRY, to="dan"),
        said("your kettle was on the wrong shelf, it goes out today with the noon van", to="eve"),
    ]

    assert repetition(reply=said(SORRY, to="ada"), recent=recent, at=MONDAY_9) == []


def test_a_day_ago_to_the_second_still_counts() -> None:
    recent = [said(SORRY, to="bob", at=MONDAY_9 - WINDOW)]

    found = repetition(reply=said(SORRY, to="ada"), recent=recent, at=MONDAY_9)

    assert [one.people for one in found] == [("bob",)]


@pytest.mark.parametrize("text", ["You're welcome!", "@ada Thank you so much 💛 ^Bob", "", "🫖"])
def test_a_courtesy_may_be_said_to_everybody(text: str) -> None:
    recent = [said(text, to=who) for who in ("bob", "cleo", "dan")]

    assert fingerprint(text) == frozenset()
    assert repetition(reply=said(text, to="ada"), recent=recent, at=MONDAY_9) == []


def test_a_reply_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="sent_at=2026-03-02T09:00:00 needs a zone"):
        said(SORRY, to="ada", at=MONDAY_9.replace(tzinfo=None))
