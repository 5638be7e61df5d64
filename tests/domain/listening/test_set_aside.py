"""The stage that sets aside what lies below the operating point."""

from dataclasses import replace

import pytest
from tests.builders import make_post

from answerback.domain.listening.set_aside import judged, marked, setter
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.records.operating_point import OperatingPoint

POINT = OperatingPoint(threshold=0.5, band=0.1)


def heard(relevance: float, *, why: tuple[str, ...] = ("it names @acme",)) -> Dossier:
    mention = Mention(heard=True, addressed=True, relevance=relevance, why=why)
    return Dossier(post=make_post(), mention=mention)


def test_without_a_point_nothing_is_touched() -> None:
    dossiers = [heard(0.0)]

    assert setter(point=lambda: None)(dossiers) is dossiers


def test_what_lies_below_is_set_aside_with_its_score_and_why() -> None:
    (told,) = setter(point=lambda: POINT)([heard(0.2)])

    assert told.discarded is DiscardReason.NOT_ABOUT_US
    assert told.mention is not None
    assert (told.mention.heard, told.mention.discarded, told.mention.relevance) == (True, None, 0.2)
    assert told.mention.why == (
        (
            "set aside as not about us: its relevance 0.2 lies below the threshold of 0.5 that "
            "people chose"
        ),
        "it names @acme",
    )


@pytest.mark.parametrize(
    ("relevance", "discarded", "unsure"),
    [
        (0.39, DiscardReason.NOT_ABOUT_US, False),
        (0.45, DiscardReason.NOT_ABOUT_US, True),
        (0.5, None, True),
        (0.61, None, False),
    ],
)
def test_what_lies_near_is_marked_for_a_person(
    relevance: float, discarded: DiscardReason | None, *, unsure: bool
) -> None:
    told = judged(heard(relevance), point=POINT)

    assert told.mention is not None
    assert (told.discarded, told.mention.unsure) == (discarded, unsure)
    assert any(said.startswith("unsure whether") for said in told.mention.why) is unsure


def test_judged_again_it_says_only_what_holds_now() -> None:
    first = judged(heard(0.45), point=POINT)

    kept = judged(replace(first, discarded=None), point=OperatingPoint(threshold=0.1, band=0.1))
    again = judged(kept, point=POINT)
    likely = judged(heard(0.7), point=OperatingPoint(threshold=0.9, band=0.1))

    assert kept == heard(
        0.45,
        why=(
            (
                "kept as about us: its relevance 0.45 is not below the threshold of 0.1 that "
                "people chose, although more speaks against it than for it"
            ),
            "it names @acme",
        ),
    )
    assert again == first
    assert judged(replace(likely, discarded=None), point=POINT) == heard(0.7)


def test_what_is_set_aside_though_it_is_likely_says_so() -> None:
    told = judged(heard(0.7), point=OperatingPoint(threshold=0.9, band=0.1))

    assert told.mention is not None
    assert told.mention.why[0] == (
        "set aside as not about us: its relevance 0.7 lies below the threshold of 0.9 that people "
        "chose, although more speaks for it than against it"
    )


def test_what_is_read_below_the_line_is_said_neither_to_be_kept_for_it_nor_set_aside() -> None:
    mention = heard(0.2).mention
    assert mention is not None

    assert marked(mention, point=POINT, read=True) == mention


def test_what_was_discarded_before_or_never_heard_passes_untouched() -> None:
    spam = replace(heard(0.1), discarded=DiscardReason.SPAM)
    unheard = Dossier(
        post=make_post(), mention=Mention(heard=False, addressed=False, relevance=0.0)
    )

    assert setter(point=lambda: POINT)([spam, unheard]) == [spam, unheard]
