"""The listening stage: what is heard, how, and why not; no post is lost."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from answerback.domain.listening.hear import listener
from answerback.domain.listening.match import MOST_SPANS
from answerback.domain.listening.relevance import HeardBy, RelevancePrior, RelevantShare
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.brand import Brand, Topic
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.records.post import Author, Post
from answerback.domain.records.refusal import Refusal

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def share(relevant: int) -> RelevantShare:
    return RelevantShare(relevant=relevant, labelled=1_000, brands=9, low=0.0, high=1.0)


PRIOR = RelevancePrior(
    shares={HeardBy.MENTION: share(900), HeardBy.WORDS: share(700), HeardBy.TAG: share(400)}
)
ORBIT = Brand(
    name="Orbit Air",
    handles=("OrbitAir", "orbit_help"),
    query='orbit* NOT (telescope OR "low orbit")',
    topics=(
        Topic(name="bags", query="bag* OR luggage"),
        Topic(name="delays", query="late OR delay*"),
    ),
)


def dossier(text: str, *, handle: str = "kim", **told: Any) -> Dossier:
    post = Post(
        channel="archive",
        source="archive:a",
        external_id=text[:20],
        author=Author(handle=handle),
        text=text,
        heard_at=MONDAY_9,
        **told,
    )
    return Dossier(post=post)


def heard(one: Dossier, *, brand: Brand | None = ORBIT) -> Dossier:
    return run([one], stages=[Stage(name="listening", step=listener(brand=brand, prior=PRIOR))])[0]


def mention(one: Dossier, *, brand: Brand | None = ORBIT) -> Mention:
    told = heard(one, brand=brand).mention
    assert told is not None
    return told


def test_a_post_that_names_a_handle_is_addressed_to_us() -> None:
    told = mention(dossier("hey @orbitair my bag is late"))

    assert (told.heard, told.addressed, told.relevance) == (True, True, 0.9)
    assert told.topics == (("bags", 1.0), ("delays", 1.0))
    assert [(span.start, span.end) for span in told.matched] == [(4, 13)]
    assert told.why[0] == "it names @orbitair"
    assert "topic 'bags': 'bag'" in told.why
    assert told.why[-1] == "of 1,000 labelled posts heard by a mention, 90% concerned the brand"


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ({"to": ("OrbitAir",)}, "it answers @OrbitAir"),
        ({"to": ("@orbit_help@m.social",)}, "it answers @orbit_help"),
        ({"engaging_with": ("orbitair.example",), "type": ("quote",)}, "it quotes @OrbitAir"),
    ],
)
def test_who_answers_or_quotes_us_addresses_us_without_writing_our_name(
    details: dict[str, tuple[str, ...]], why: str
) -> None:
    told = mention(dossier("still broken", details=details))

    assert (told.heard, told.addressed, told.relevance) == (True, True, 0.9)
    assert told.why[0] == why


@pytest.mark.parametrize(
    "details",
    [
        {"to": ("kim",)},
        {"engaging_with": ("delta",)},
        {"to": ("OrbitAir",), "type": ("repost",)},
        {"engaging_with": ("OrbitAir",), "repost_of": ("OrbitAir",)},
    ],
)
def test_who_answers_others_or_repeats_us_says_nothing_to_us(
    details: dict[str, tuple[str, ...]],
) -> None:
    told = heard(dossier("still broken", details=details))

    assert told.discarded is DiscardReason.NOT_HEARD


def test_a_post_that_the_query_finds_is_heard_though_not_addressed() -> None:
    told = mention(dossier("Orbit is great"))

    assert (told.heard, told.addressed, told.relevance) == (True, False, 0.7)
    assert told.topics == ()
    assert told.why[0] == ("it matches 'orbit* AND NOT (telescope OR \"low orbit\")' at 'Orbit'")


def test_a_post_heard_by_a_hashtag_alone_is_the_least_sure() -> None:
    assert mention(dossier("so happy #OrbitAir")).relevance == 0.4
    assert mention(dossier("orbit, so happy #OrbitAir")).relevance == 0.7


def test_a_post_that_a_not_excludes_is_set_aside_with_the_word() -> None:
    told = heard(dossier("the telescope in orbit"))

    assert told.discarded is DiscardReason.EXCLUDED
    assert told.mention == Mention(
        heard=False,
        addressed=False,
        relevance=0.0,
        discarded=DiscardReason.EXCLUDED,
        why=("the query matches it, but excludes 'telescope'",),
    )


def test_a_handle_is_heard_though_the_query_would_exclude_it() -> None:
    assert mention(dossier("@OrbitAir your telescope ad")).heard


def test_of_very_many_matched_places_the_first_are_kept_and_the_sentence_says_so() -> None:
    text = " ".join(f"orbit{number} at" for number in range(MOST_SPANS + 500))

    told = mention(dossier(text))

    assert len(told.matched) == MOST_SPANS
    first, last = told.matched[0], told.matched[-1]
    assert text[first.start : first.end] == "orbit0"
    assert text[last.start : last.end] == f"orbit{MOST_SPANS - 1}"
    assert told.why[0].endswith("at 'orbit0', 'orbit1', 'orbit2' and more")


def test_every_matched_place_is_counted_where_all_were_kept() -> None:
    text = " ".join(f"orbit{number} at" for number in range(MOST_SPANS - 1))

    told = mention(dossier(text))

    assert told.why[0].endswith(f"'orbit2' and {MOST_SPANS - 4} more")


def test_a_word_that_excludes_is_found_behind_very_many_matched_places() -> None:
    text = "orbit at " * (MOST_SPANS + 500)

    assert heard(dossier(text + "telescope")).discarded is DiscardReason.EXCLUDED
    assert heard(dossier(text + "microscope")).discarded is None


def test_a_post_about_something_else_is_set_aside_and_says_so() -> None:
    told = heard(dossier("my bag is late"))

    assert told.discarded is DiscardReason.NOT_HEARD
    assert told.mention is not None
    query = 'orbit* AND NOT (telescope OR "low orbit")'
    assert list(told.mention.why) == [
        f"it does not name @OrbitAir or @orbit_help and '{query}' does not match it"
    ]


@pytest.mark.parametrize("handle", ["orbitair", "ORBITAIR", "@Orbit_Help"])
def test_our_own_words_are_set_aside(handle: str) -> None:
    told = heard(dossier("@OrbitAir here, how can we help?", handle=handle))

    assert told.discarded is DiscardReason.OWN_POST


def test_what_the_archive_files_under_us_is_addressed_or_our_own_by_who_wrote_it() -> None:
    theirs = mention(dossier("still waiting", about="orbit air", inbound=True))
    ours = heard(dossier("so sorry", about="OrbitAir", inbound=False))
    others = heard(dossier("so sorry", about="Delta", inbound=False))

    assert (theirs.heard, theirs.addressed, theirs.relevance) == (True, True, 0.9)
    assert theirs.why[0] == "the archive files it under 'orbit air'"
    assert ours.discarded is DiscardReason.OWN_POST
    assert others.discarded is DiscardReason.NOT_HEARD


@pytest.mark.parametrize("brand", [None, ORBIT])
def test_a_post_without_a_text_is_set_aside(brand: Brand | None) -> None:
    assert heard(dossier(" \n"), brand=brand).discarded is DiscardReason.EMPTY


def test_without_a_brand_every_post_with_a_text_is_heard() -> None:
    told = mention(dossier("anything"), brand=None)

    assert (told.heard, told.relevance) == (True, 1.0)


def test_a_brand_with_handles_only_hears_handles_only() -> None:
    brand = replace(ORBIT, query="")

    assert mention(dossier("@orbitair hi"), brand=brand).heard
    assert not mention(dossier("orbit hi"), brand=brand).heard


def test_a_brand_with_a_query_only_hears_by_it() -> None:
    brand = replace(ORBIT, handles=())

    assert mention(dossier("orbit hi"), brand=brand).heard
    assert not mention(dossier("hi"), brand=brand).heard


def test_no_row_is_lost_changed_or_moved_and_discarded_ones_stay() -> None:
    gone = replace(dossier("@orbitair spam"), discarded=DiscardReason.SPAM)
    batch = [dossier("orbit"), gone, dossier(""), dossier("no"), dossier("orbit telescope")]
    before = list(batch)

    step = listener(brand=ORBIT, prior=PRIOR)
    after = step(batch)

    assert batch == before
    assert [one.post for one in after] == [one.post for one in batch]
    assert after[1] is gone
    assert [one.discarded for one in after] == [
        None,
        DiscardReason.SPAM,
        DiscardReason.EMPTY,
        DiscardReason.NOT_HEARD,
        DiscardReason.EXCLUDED,
    ]
    assert [*step(batch[:2]), *step(batch[2:])] == list(after)


@pytest.mark.parametrize(
    ("brand", "sentence"),
    [
        (
            replace(ORBIT, query="orbit AND"),
            "The query of 'Orbit Air' cannot be understood:\nerror",
        ),
        (
            replace(ORBIT, topics=(Topic(name="bags", query="(bag"),)),
            "The topic 'bags' cannot be understood:\nerror E-BRACKET at line 1, column 1",
        ),
    ],
)
def test_a_wrong_query_is_told_before_the_first_post(brand: Brand, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        listener(brand=brand, prior=PRIOR)

    assert str(refused.value).startswith(sentence)
