"""Posts by their words: what is found, in which order, and what cannot break it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from tests.builders import MONDAY_9, make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_member
from tests.web.conftest import MISSING
from tests.web.looking import look

from answerback.desk import models
from answerback.desk.queries.search import NothingToSearch, Term, search, terms_of
from answerback.domain.records.role import Role
from answerback.web.found import pieces

Queries = Callable[[int], AbstractContextManager[object]]

TEXTS = {
    "1": "@acme my kettle leaks, where is the lid?",
    "2": "@acme the Kettles are fine",
    "3": "leaking roofs everywhere",  # not heard: set aside
    "4": "@acme see https://example.com/kettle-news for 12.5 litres",
    "5": "@acme das Überraschungsei leckt",
    "6": "@acme \u30b1\u30c8\u30eb\u304c\u6f0f\u308c\u308b",
}


def _posts() -> None:
    imported(
        *(
            make_post(number, author=f"a{number}", text=text)
            for number, text in sorted(TEXTS.items())
        )
    )


def _found(told: str) -> list[str]:
    ids = [line.post_id for line in search(told, member=make_member("ada")).lines]
    names = dict(models.Post.objects.values_list("pk", "external_id"))
    return [names[one] for one in ids]


@pytest.mark.parametrize(
    ("told", "numbers"),
    [
        ("kettle", ["4", "1"]),
        ("KETTLE", ["4", "1"]),
        ("kettle*", ["4", "2", "1"]),
        ("kettle lid", ["1"]),
        ('"kettle leaks"', ["1"]),
        ('"leaks kettle"', []),
        ('"kettle lea"*', ["1"]),
        ("leak*", ["3", "1"]),
        ("example", ["4"]),
        ("example.com", ["4"]),
        ("kettle-news", ["4"]),
        ("12.5", ["4"]),
        ("überraschungsei", ["5"]),
        ("\u30b1\u30c8\u30eb*", ["6"]),
        ("@acme", ["6", "5", "4", "2", "1"]),
        ("where the lid?", ["1"]),
        ("kettle OR lid", []),  # no syntax: the word "or" has to stand there, too
        ("kettle NOT lid", []),
        ("text:kettle", []),
        ("NEAR(kettle leaks)", []),
    ],
)
def test_words_are_found_newest_first_on_every_database(told: str, numbers: list[str]) -> None:
    _posts()

    assert _found(told) == numbers


@pytest.mark.parametrize(
    "told",
    [
        *('"', '""', '"kettle', "kettle'", "kettle\\", "'); DROP TABLE desk_post; --", "a\x00b"),
        *("kettle & | ! <-> :*", "(((", "*", "**kettle**", "^kettle", "-kettle", "{kettle}"),
        *("kettle:*A", "%", "%s %(x)s", "\u202ekettle", "kettle " * 500, "k" * 5000),
    ],
)
def test_no_words_break_the_search(told: str) -> None:
    _posts()

    try:
        _found(told)
    except NothingToSearch as refusal:
        assert "A search needs a word" in str(refusal)  # noqa: PT017  some hold no letter


@pytest.mark.parametrize("told", ["", "   ", "!!!", "\U0001f600", '"..."', "_"])
def test_a_search_without_a_word_is_refused(told: str) -> None:
    with pytest.raises(NothingToSearch, match="letters or digits"):
        terms_of(told)


def test_what_is_searched_for_is_words_words_together_and_beginnings() -> None:
    assert terms_of('kettle "my  lid" leak* "hot wat"*') == (
        Term(words=("kettle",), begins=False),
        Term(words=("my", "lid"), begins=False),
        Term(words=("leak",), begins=True),
        Term(words=("hot", "wat"), begins=True),
    )


def test_posts_of_brands_without_a_seat_are_not_found() -> None:
    _posts()
    make_brand("Umbra")
    zoe = make_member("zoe", brand="Umbra", role=Role.OWNER)

    assert search("kettle", member=zoe).lines == ()
    assert search("kettle", member=make_member("nobody", role=None)).lines == ()


def test_what_is_edited_or_removed_is_found_by_its_new_words_alone() -> None:
    _posts()
    post = models.Post.objects.get(external_id="1")
    models.Post.objects.filter(pk=post.pk).update(text="@acme my teapot leaks")

    assert (_found("teapot"), _found("kettle")) == (["1"], ["4"])

    models.Mention.objects.filter(post__external_id="3").delete()
    models.Post.objects.filter(external_id="3").delete()

    assert _found("leaking") == []


def test_the_pages_together_show_every_post_once() -> None:
    imported(*(make_post(str(n), author=f"a{n}") for n in range(7)))
    ada = make_member("ada")

    seen: list[int] = []
    before: int | None = None
    while True:
        page = search("kettle", member=ada, before=before, limit=3)
        seen += [line.post_id for line in page.lines]
        before = page.more
        if before is None:
            break

    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 7


def test_a_very_long_post_can_be_stored_and_found() -> None:
    words = " ".join(f"word{n}" for n in range(40_000))
    imported(make_post("1", text=f"@acme it leaks {words}"))

    assert _found("leaks") == ["1"]


@pytest.mark.parametrize("posts", [1, 3])
def test_a_search_asks_two_questions(posts: int, django_assert_num_queries: Queries) -> None:
    imported(*(make_post(str(n), author=f"a{n}") for n in range(posts)))
    ada = make_member("ada")

    with django_assert_num_queries(2):
        assert len(search("kettle", member=ada).lines) == posts


def test_the_words_are_marked_in_a_piece_of_the_post() -> None:
    text = "before " * 40 + "my Kettle leaks <b>now</b> " + "after " * 90

    shown = pieces(text, terms=terms_of("kettle leak*"))

    assert [piece.text for piece in shown if piece.marked] == ["Kettle", "leaks"]
    whole = "".join(piece.text for piece in shown)
    assert whole.startswith("… before ")
    assert whole.endswith(" …")
    assert len(whole) < 340


def test_the_page_shows_what_was_found_and_what_was_set_aside() -> None:
    _posts()

    page = look("/inbox?q=leak*")

    assert page.source.count("<mark>") == 2
    assert "set aside: the brand's query does not match it" in page.words
    case = models.Case.objects.get(author_key="a1")
    assert [a["href"] for a in page.all("a", href=f"/cases/{case.pk}")] == [f"/cases/{case.pk}"]
    assert MISSING not in page.source
    assert "Nothing was found." in look("/inbox?q=teapot").words
    assert look("/inbox?q=!!!").status == 409


def test_a_post_heard_late_comes_first_whatever_its_age() -> None:
    imported(
        make_post("1", author="a"), make_post("2", author="b", created_at=MONDAY_9 - timedelta(9))
    )

    assert _found("kettle") == ["2", "1"]
