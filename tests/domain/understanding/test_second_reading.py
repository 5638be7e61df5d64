from collections.abc import Sequence

import pytest

from answerback.domain.records.brand import Brand
from answerback.domain.records.comparison import Direction
from answerback.domain.records.name import Naming
from answerback.domain.records.reading import Kind, Reading, Sentiment
from answerback.domain.understanding.in_text import Known
from answerback.domain.understanding.read import read_texts
from answerback.weights.second import load_second
from answerback.weights.store import load_heads


class English:
    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        return [("en", 1.0) for _ in texts]


def read(*texts: str, known: Known | None = None) -> list[Reading]:
    return list(
        read_texts(
            texts=texts,
            heads=load_heads(),
            language=English(),
            second=load_second(),
            known=known,
        )
    )


def test_a_complaint_that_never_says_so_is_heard() -> None:
    (reading,) = read("@acme my parcel never came and nobody answers my mails, third time now")
    assert reading.kinds[Kind.COMPLAINT] > 0.5
    assert reading.sentiment[Sentiment.NEGATIVE] > 0.5
    assert reading.needs_response > 0.5


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("@acme do you ship to Norway?", Kind.QUESTION),
        ("Love the new kettle from @acme, it is so quiet!", Kind.PRAISE),
        ("Win a free phone now!!! click http://x.example", Kind.SPAM),
        ("The acme kettle is quieter than the Fernweh one", Kind.COMPARISON),
    ],
)
def test_a_post_is_what_it_plainly_is(text: str, kind: Kind) -> None:
    (reading,) = read(text)
    assert reading.kinds[kind] > 0.5


def test_chances_are_chances_and_the_moods_sum_to_one() -> None:
    for reading in read("ok", "", "😡😡😡", "Danke, alles gut!", "a " * 3_000):
        told = [*reading.kinds.values(), reading.needs_response, reading.offensive]
        assert all(0 <= chance <= 1 for chance in told)
        assert sum(reading.sentiment.values()) == pytest.approx(1, abs=0.001)


def test_a_post_reads_the_same_alone_and_in_company() -> None:
    texts = ["@acme where is my bag?", "what a lovely day", "worst desk ever, never again"]
    assert read(*texts) == [reading for text in texts for reading in read(text)]


def test_words_of_the_text_say_why() -> None:
    (reading,) = read("@acme my kettle leaks, worst purchase ever")
    assert any("because of '" in sentence for sentence in reading.why)


def test_what_is_near_a_coins_toss_is_marked_for_a_person_in_a_sentence() -> None:
    readings = read(
        "not sure about the new lid @acme",
        "well that was a flight",
        "@acme hm",
        "the kettle is ok I guess, could be quicker",
        "so you changed the app again",
    )
    marked = [reading for reading in readings if reading.unsure]
    assert marked
    assert all("A person should look" in reading.why[-1] for reading in marked)


def test_names_and_compared_things_stand_in_the_reading() -> None:
    brand = Brand(name="Acme", handles=("acme",), rivals=("Fernweh",))
    (reading,) = read("The Acme kettle is quieter than the Fernweh one", known=Known.of(brand))
    assert {(name.known, name.whose) for name in reading.names if name.known} == {
        ("Acme", Naming.OURS),
        ("Fernweh", Naming.RIVAL),
    }
    assert reading.compared is not None
    assert reading.compared.direction is Direction.BETTER


def test_who_is_cleared_of_a_complaint_is_always_shown_to_a_person() -> None:
    (reading,) = read("It's not @bluekettle's fault that my parcel is late and soaked, awful")

    assert any(one.startswith("It takes the blame off") for one in reading.why)
    assert "complaint" in reading.unsure
    assert any(
        one.startswith("A person should look: ") and "complaint" in one for one in reading.why
    )
