"""Which guideline carries which post."""

from dataclasses import replace

import pytest
from tests.builders import make_post

from answerback.domain.records.brand import Guideline
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.records.post import Post
from answerback.domain.records.share import Share
from answerback.domain.sharing.guideline import (
    Matches,
    NoMatcher,
    carry,
    check_guideline,
    shares,
)

STEAM = Guideline(
    name="Steam",
    query="steam",
    department="safety",
    text="Anything hot goes to safety.",
    examples=("steam comes out of the plug",),
    counter_examples=("the kettle is late",),
)
LID = Guideline(name="Lids", query="lid", department="workshop", examples=("the lid fell off",))


def word(wanted: str) -> Matches:
    def says(text: str, _: Post | None = None) -> bool:
        return wanted in text

    return says


RULES = {"Steam": word("steam"), "Lids": word("lid")}


def dossier(external_id: str, text: str) -> Dossier:
    return Dossier(post=make_post(external_id, text=text))


def test_a_rule_may_ask_more_of_a_post_than_its_words() -> None:
    def by_ada(text: str, post: Post | None = None) -> bool:
        return post is not None and post.author.handle == "ada" and "lid" in text

    dossiers = [
        Dossier(post=make_post("1", text="my lid", author="ada")),
        Dossier(post=make_post("2", text="my lid", author="bob")),
    ]

    carried = shares(dossiers=dossiers, guidelines=[LID], matches={"Lids": by_ada})

    assert [share.external_id for share in carried] == ["1"]


def test_each_guideline_carries_its_posts_with_department_and_why() -> None:
    dossiers = [
        dossier("1", "the lid lets steam out"),
        dossier("2", "a fine kettle"),
        dossier("3", "my lid is green"),
    ]

    carried = shares(dossiers=dossiers, guidelines=[STEAM, LID], matches=RULES)

    why = "It matches the guideline 'Steam'. Anything hot goes to safety."
    lid = "It matches the guideline 'Lids'."
    assert carried == [
        Share(guideline="Steam", department="safety", channel="archive", external_id="1", why=why),
        Share(guideline="Lids", department="workshop", channel="archive", external_id="1", why=lid),
        Share(guideline="Lids", department="workshop", channel="archive", external_id="3", why=lid),
    ]


def test_what_was_set_aside_or_not_heard_stays() -> None:
    heard = Mention(heard=True, addressed=True, relevance=1.0)
    dossiers = [
        replace(dossier("spam", "steam"), discarded=DiscardReason.SPAM),
        replace(dossier("ours", "steam"), discarded=DiscardReason.OWN_POST),
        replace(dossier("far", "steam"), mention=replace(heard, heard=False)),
        replace(dossier("near", "steam"), mention=heard),
    ]

    carried = carry(dossiers=dossiers, guidelines=[STEAM], matches=RULES)

    assert carried.posts == 1
    assert carried.sentences() == ("Steam → safety: 1 post of 1 (near).",)


def test_a_guideline_that_carries_nothing_is_named_too() -> None:
    carried = carry(dossiers=[dossier("1", "steam")], guidelines=[STEAM, LID], matches=RULES)

    assert carried.sentences() == (
        "The guideline 'Lids' has no counter_examples. Add at least one post.",
        "Steam → safety: 1 post of 1 (1).",
        "Lids → workshop: 0 posts of 1.",
    )


def test_a_guideline_whose_test_posts_hold_has_nothing_wrong() -> None:
    assert check_guideline(guideline=STEAM, matches=RULES["Steam"]) == []


def test_test_posts_that_do_not_hold_are_told_in_sentences() -> None:
    broken = replace(
        STEAM, examples=("it is very hot",), counter_examples=("full steam ahead", "late")
    )

    assert check_guideline(guideline=broken, matches=RULES["Steam"]) == [
        (
            "The guideline 'Steam' does not carry its example “it is very hot”. Widen its query, "
            "or take the example out."
        ),
        (
            "The guideline 'Steam' carries its counter-example “full steam ahead”. Narrow its "
            "query, or take the counter-example out."
        ),
    ]


def test_a_guideline_without_its_rule_is_refused() -> None:
    with pytest.raises(NoMatcher, match="'Lids' came without its rule; rules given: 'Steam'"):
        shares(dossiers=[], guidelines=[LID], matches={"Steam": word("steam")})
