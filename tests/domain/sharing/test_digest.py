"""The council's page."""

from tests.builders import make_post

from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.reading import Kind, Reading, Sentiment
from answerback.domain.records.reply import Check, Finding, Weight
from answerback.domain.records.share import Share
from answerback.domain.sharing.digest import digest


def read(external_id: str, kind: Kind, mood: Sentiment, *, to: str | None = None) -> Dossier:
    return Dossier(
        post=make_post(external_id, in_reply_to=to, inbound=True),
        reading=Reading(
            language="en",
            language_probability=1.0,
            sentiment={mood: 0.9},
            kinds={kind: 0.5, Kind.IDEA: 0.49},
            needs_response=0.5,
            urgency=0.0,
            offensive=0.0,
        ),
    )


def test_every_claim_has_its_count_and_its_posts() -> None:
    ours = make_post("2", author="acme", text="we cannot refund it", inbound=False)
    dossiers = [
        read("1", Kind.COMPLAINT, Sentiment.NEGATIVE),
        Dossier(post=ours, discarded=DiscardReason.OWN_POST),
        read("3", Kind.PRAISE, Sentiment.POSITIVE, to="2"),
        read("4", Kind.COMPLAINT, Sentiment.NEGATIVE, to="1"),
        read("5", Kind.PRAISE, Sentiment.POSITIVE, to="1"),  # praises another person
        Dossier(post=make_post("6"), discarded=DiscardReason.NOT_HEARD),
    ]
    share = Share(
        guideline="Lids", department="workshop", channel="archive", external_id="1", why="It is."
    )
    bare = Finding(check=Check.DECLINE, weight=Weight.ASKS, sentence="It says no without a why.")
    other = Finding(check=Check.PRIVACY, weight=Weight.ASKS, sentence="It shows a number.")

    page = digest(
        brand="Acme", dossiers=dossiers, shares=[share], declines=[(ours, bare), (ours, other)]
    )

    assert page.text() == (
        "Digest for the council: Acme\n"
        "6 posts came in, 4 were read, 2 were set aside.\n"
        "\n"
        "What people said\n"
        "- complaint: 2 [1, 4]\n"
        "- praise: 2 [3, 5]\n"
        "\n"
        "How they felt\n"
        "- negative: 2 [1, 4]\n"
        "- positive: 2 [3, 5]\n"
        "\n"
        "Best practice\n"
        "- Answers that people thanked us for: 1 [2]\n"
        "\n"
        "Carried to the departments\n"
        "- workshop, by 'Lids': 1 [1]\n"
        "\n"
        "Open declines\n"
        "- It says no without a why. [2]\n"
    )


def test_a_long_list_is_shortened_on_the_page_and_whole_in_the_claim() -> None:
    dossiers = [read(str(row), Kind.QUESTION, Sentiment.NEUTRAL) for row in range(12)]

    page = digest(brand="Acme", dossiers=dossiers, shares=[])

    assert page.sections[0].claims[0].posts == tuple(str(row) for row in range(12))
    assert "- question: 12 [0, 1, 2, 3, 4, 5, 6, 7 and 4 more]\n" in page.text()


def test_an_empty_week_says_nothing_under_each_heading() -> None:
    page = digest(brand="Acme", dossiers=[], shares=[])

    assert page.text().count("- Nothing this time.\n") == len(page.sections)
    assert page.text().startswith("Digest for the council: Acme\n0 posts came in")
