"""Every check on one draft, and the look back at what was said."""

from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest
from tests.builders import ACME, MONDAY_9, make_post

from answerback.domain.etiquette.check import Review, findings, review_answers
from answerback.domain.records.brand import Brand
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.reading import Kind, Reading
from answerback.domain.records.reply import Check, Reply, Weight

SORRY = "we are so sorry about your kettle, please write to the workshop and they will see to it"
COMPLAINT = Reading(
    language="en",
    language_probability=1.0,
    sentiment={},
    kinds={Kind.COMPLAINT: 0.9},
    needs_response=0.9,
    urgency=0.1,
    offensive=0.0,
)


def answer(external_id: str, text: str, *, to: str, minutes: int = 5) -> Dossier:
    at = MONDAY_9 + timedelta(minutes=minutes)
    return Dossier(
        post=make_post(
            external_id, author="acme", text=text, in_reply_to=to, inbound=False, created_at=at
        )
    )


def complaint(external_id: str, *, author: str = "ada") -> Dossier:
    return Dossier(
        post=make_post(external_id, author=author, text="my kettle leaks", inbound=True),
        reading=COMPLAINT,
    )


def test_a_good_reply_has_nothing_to_find() -> None:
    reply = Reply(text="The seal was ours to check. A new one is with you by noon.", to="ada")

    assert findings(reply=reply, conversation=[make_post()], recent=[], at=MONDAY_9) == ()


def test_what_blocks_comes_first_and_every_check_is_asked() -> None:
    text = (
        f"We cannot refund it. {SORRY}. Shop now! Please send your order number and your password."
    )
    said = Reply(text=text, to="cleo", sent_at=MONDAY_9)

    found = findings(
        reply=Reply(text=text, to="ada", in_reply_to="1"),
        conversation=[make_post("1")],
        recent=[said],
        at=MONDAY_9,
        reading=COMPLAINT,
    )

    assert [(one.check, one.weight) for one in found] == [
        (Check.PRIVACY, Weight.BLOCKS),
        (Check.PROMOTION, Weight.BLOCKS),
        (Check.REPETITION, Weight.ASKS),
        (Check.DECLINE, Weight.ASKS),
    ]


def test_a_review_looks_at_the_answers_of_the_brand_and_at_nothing_else() -> None:
    dossiers = [
        complaint("1"),
        answer("2", "Shop now for a new kettle!", to="1"),
        complaint("3", author="cleo"),
        answer("4", "The new seal is with you by noon.", to="3", minutes=7),
        Dossier(post=make_post("5", author="acme", text="Shop now!", inbound=False)),  # to nobody
        Dossier(post=make_post("6", author="bob", text="Shop now!", in_reply_to="1")),  # not ours
        answer("7", "Shop now!", to="2", minutes=9),  # to ourselves
    ]

    review = review_answers(dossiers=dossiers, brand=ACME)

    assert review.answers == 2
    assert [(one.answer.external_id, one.answered) for one in review.flagged] == [
        ("2", dossiers[0].post)
    ]
    assert review.counts() == {
        Check.PROMOTION: 1,
        Check.REPETITION: 0,
        Check.DECLINE: 0,
        Check.PRIVACY: 0,
    }
    assert review.sentences() == (
        "1 of 2 answers have a finding (promotion 1, repetition 0, decline 0, privacy 0).",
        (
            '2 to @ada: The reply sells ("Shop now") to a person who complained. Answer the matter '
            "and leave the offer out; if it is meant to make amends, say so."
        ),
    )


def test_the_first_of_many_same_answers_is_no_repetition_whatever_the_order_of_rows() -> None:
    people = [complaint(name, author=name) for name in ("ada", "bob", "cleo", "dan")]
    answers = [
        answer(f"to {name}", f"@{name} {SORRY}", to=name, minutes=minutes)
        for minutes, name in enumerate(("ada", "bob", "cleo", "dan"), start=1)
    ]

    review = review_answers(dossiers=[*answers[::-1], *people], brand=ACME)

    assert [
        (one.answer.external_id, [found.weight for found in one.findings]) for one in review.flagged
    ] == [("to dan", [Weight.BLOCKS]), ("to cleo", [Weight.ASKS]), ("to bob", [Weight.ASKS])]


def test_answers_without_a_clock_are_looked_at_but_not_compared() -> None:
    posts = [
        make_post("1", author="acme", text=f"@ada {SORRY}", created_at=None),
        make_post("2", author="acme", text=f"@bob {SORRY}", created_at=None),
        make_post("3", author="acme", text="@cleo we cannot refund it", created_at=None),
    ]

    review = review_answers(dossiers=[Dossier(post=post) for post in posts], brand=ACME)

    assert [(one.answer.external_id, one.answered) for one in review.flagged] == [("3", None)]
    assert [found.check for found in review.flagged[0].findings] == [Check.DECLINE]


def test_replies_that_answer_each_other_in_a_circle_end() -> None:
    round_about = [
        Dossier(post=make_post("1", author="acme", text="we cannot refund it", in_reply_to="2")),
        Dossier(post=make_post("2", text="why not", in_reply_to="1")),
    ]

    review = review_answers(dossiers=round_about, brand=ACME)

    assert [one.answer.external_id for one in review.flagged] == ["1"]


def test_an_archive_without_answers_says_so() -> None:
    review = review_answers(dossiers=[complaint("1")], brand=Brand(name="Acme", handles=("acme",)))

    assert review == Review(answers=0, flagged=())
    assert review.sentences() == (
        "The archive holds no answers of the brand, so there is nothing to review.",
    )


def test_a_post_tells_whose_it_is_before_its_handle_does() -> None:
    ours = make_post("2", author="ada", text="@bob we cannot refund it", inbound=False)
    theirs = make_post("3", author="acme", text="@bob we cannot refund it", inbound=True)

    review = review_answers(dossiers=[Dossier(post=ours), Dossier(post=theirs)], brand=ACME)

    assert [one.answer.external_id for one in review.flagged] == ["2"]


def test_every_check_has_its_heading_in_the_reference() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "etiquette.md"
    headings = {
        line.removeprefix("## ")
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    }

    assert headings == {*Check, "How good it is"}


@pytest.mark.parametrize(
    "piece",
    ["1 ", "send your address ", "tell ", "a@a.", "+(1)", " -a", "AB12", "we cannot ", "use code "],
)
def test_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    def seconds(times: int) -> float:
        reply = Reply(text=piece * times, to="ada")
        began = process_time()
        findings(reply=reply, conversation=[], recent=[], at=MONDAY_9)
        return process_time() - began

    short = min(seconds(1_000) for _ in range(3))

    # ten times the text may take ten times as long; a quadratic pattern would take a hundred
    assert min(seconds(10_000) for _ in range(2)) < 45 * max(short, 0.001)
