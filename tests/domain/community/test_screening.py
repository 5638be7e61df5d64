"""Who asks us a favour."""

import pytest
from tests.builders import make_post

from answerback.domain.community.screening import screen
from answerback.domain.records.post import Post


def posts(*, told: int, promoted: int, author: str = "ada") -> list[Post]:
    return [
        make_post(
            f"{author} {row}",
            author=author,
            text="Buy now!" if row < promoted else "Rain again, and the kettle sings.",
        )
        for row in range(told + promoted)
    ]


def test_who_writes_and_seldom_promotes_is_welcome() -> None:
    noise = posts(told=0, promoted=90, author="bob")

    seen = screen(handle="Ada", posts=[*posts(told=45, promoted=5), *noise])

    assert not seen.suggest_decline
    assert seen.polite_text == ""
    assert seen.promotions == tuple(f"ada {row}" for row in range(5))


def test_few_posts_suggest_a_decline_with_evidence_and_a_polite_text() -> None:
    seen = screen(handle="ada", posts=posts(told=49, promoted=0))

    assert seen.suggest_decline
    assert seen.evidence == (
        "@ada has written 49 posts; 50 are the least we go by.",
        "0 of the 49 posts seen promote something; more than 67% is too much.",
    )
    assert seen.polite_text == (
        "@ada Thank you for asking us. We can't do it this time, because we pass on only people "
        "whom one can read for a while, some 50 posts. What we can do instead: join in when our "
        "readers ask about your subject, and ask us again in a while."
    )


@pytest.mark.parametrize(("promoted", "decline"), [(40, False), (41, True)])
def test_more_than_two_thirds_promotion_suggests_a_decline(promoted: int, decline: bool) -> None:  # noqa: FBT001 - a row of the table
    seen = screen(handle="ada", posts=posts(told=60 - promoted, promoted=promoted))

    assert seen.suggest_decline is decline
    assert ("promotion" in seen.polite_text) is decline


def test_a_sample_is_not_taken_for_all_and_doubles_count_once() -> None:
    sample = posts(told=30, promoted=0)

    assert not screen(handle="ada", posts=sample, posts_in_all=800).suggest_decline
    assert screen(handle="ada", posts=sample * 2).suggest_decline
    with pytest.raises(ValueError, match="posts_in_all=3, but 30 posts of @ada were given"):
        screen(handle="ada", posts=sample, posts_in_all=3)
