"""What we send, in thirds."""

from collections.abc import Sequence

import pytest
from tests.builders import ACME, make_post

from answerback.domain.community.content_mix import (
    ContentClass,
    content_class,
    content_mix,
    joined_class,
)
from answerback.domain.records.dossier import Dossier

ORIGINAL, ENGAGEMENT, PROMOTION = ContentClass


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our oldest kettle turned ninety today and still whistles in tune.", ORIGINAL),
        ("Three apprentices visit us each spring to learn how seals are cut.", ORIGINAL),
        ("The workshop in Lisburn is closed on Tuesday.", ORIGINAL),
        (
            "@ada The new seal is with you by noon. More here: https://acme.example/seals",
            ENGAGEMENT,
        ),
        ("What a photo! RT @bob first tea on the new balcony", ENGAGEMENT),
        ("Thank you, Lisburn, for the loudest whistle contest so far", ENGAGEMENT),
        ("Kettles now in blue. Buy now at acme.example/blue", PROMOTION),
        ("@ada get 15% off your next kettle", PROMOTION),
        ("Learn more about limescale: https://acme.example/lime", PROMOTION),
        ("A whole day of steam. Visit the workshop https://acme.example/day", PROMOTION),
        ("Jetzt kaufen: der blaue Kessel", PROMOTION),
        ("", ORIGINAL),
    ],
)
def test_each_class_has_its_marks(text: str, expected: ContentClass) -> None:
    assert content_class(text=text, is_reply=False) is expected


def test_a_reply_is_engagement_unless_it_sells() -> None:
    helps = "Read the leaflet, it is at https://acme.example/leaflet"

    assert content_class(text=helps, is_reply=False) is PROMOTION
    assert content_class(text=helps, is_reply=True) is ENGAGEMENT
    assert content_class(text="Order today!", is_reply=True) is PROMOTION


def test_the_meter_counts_our_posts_and_no_others() -> None:
    posts = [
        make_post("1", author="acme", text="The workshop is closed on Tuesday."),
        make_post("2", author="ACME", text="@ada by noon"),
        make_post("3", author="ada", text="Buy now!"),  # not ours
        make_post("4", author="acme", text="Buy now!", inbound=True),  # says the archive
        make_post("5", author="workshop", text="Buy now!", inbound=False),
    ]

    mix = content_mix(dossiers=[Dossier(post=post) for post in posts], brand=ACME)

    assert mix.posts == {ORIGINAL: ("1",), ENGAGEMENT: ("2",), PROMOTION: ("5",)}
    assert mix.sent == 3
    assert mix.sentences() == (
        "Of 3 posts of ours: 1 original, 1 engagement, 1 promotion; a third of each is the aim.",
        "The shortest third is original, with 1.",
    )


def test_the_encoders_head_is_asked_about_our_posts_alone() -> None:
    asked: list[list[str]] = []

    def told(texts: Sequence[str]) -> list[dict[str, float]]:
        asked.append(list(texts))
        return [{"information": 0.0, "dialogue": 0.1, "action": 0.9}] * len(texts)

    posts = [
        make_post("1", author="acme", text="The mill opened in 1902."),
        make_post("2", author="ada", text="Hello"),
    ]

    mix = content_mix(dossiers=[Dossier(post=post) for post in posts], brand=ACME, told=told)

    assert asked == [["The mill opened in 1902."]]
    assert mix.posts[PROMOTION] == ("1",)


def test_too_much_promotion_is_said_first() -> None:
    texts = ["Buy now!", "Order today!", "The workshop is closed.", "@ada by noon"]
    posts = [make_post(str(row), author="acme", text=text) for row, text in enumerate(texts)]

    mix = content_mix(dossiers=[Dossier(post=post) for post in posts], brand=ACME)

    assert mix.sentences()[1] == (
        "More than a third promotes. Answer people or tell something first."
    )


def test_a_brand_that_sent_nothing_has_no_mix() -> None:
    mix = content_mix(dossiers=[Dossier(post=make_post())], brand=ACME)

    assert mix.sentences() == ("The brand sent nothing, so there is no mix to show.",)


def test_rules_and_head_together_follow_whichever_is_surer() -> None:
    sure = {"information": 0.05, "dialogue": 0.9, "action": 0.05}
    unsure = {"information": 0.4, "dialogue": 0.35, "action": 0.25}
    sale = "Order now and get 20% off"

    joined = [
        joined_class(text=text, is_reply=False, chances=chances)
        for text, chances in ((sale, sure), (sale, unsure), ("The mill opened in 1902.", unsure))
    ]

    assert joined == [ContentClass.ENGAGEMENT, ContentClass.PROMOTION, ContentClass.ORIGINAL]


def test_a_reply_stays_engagement_whatever_the_head_says() -> None:
    chances = {"information": 0.99, "dialogue": 0.0, "action": 0.01}

    assert (
        joined_class(text="We open at nine.", is_reply=True, chances=chances)
        is ContentClass.ENGAGEMENT
    )
