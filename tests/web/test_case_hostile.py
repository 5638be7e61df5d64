"""Long, hostile or odd words never break the page of a case."""

import re

import pytest
from tests.builders import make_post
from tests.desk.steps import one_case
from tests.web.looking import look
from tests.web.test_hostile_words import HOSTILE

from answerback.desk import models
from answerback.desk.operations.add_note import add_note
from answerback.domain.records.mention import Span
from answerback.web.turns import pieces

MEGABYTE = 1_000_000


@pytest.mark.parametrize("words", HOSTILE)
def test_what_strangers_write_stays_words(words: str) -> None:
    case = one_case(
        make_post("1", conversation_id="c", text=f"@acme leaks {words}", url=words),
        make_post(
            "2", conversation_id="c", author="bob<b>", text=words, in_reply_to="0", url="//evil"
        ),
    )
    add_note(case_id=case.pk, text=words, by="olga", at=case.opened_at)
    models.Post.objects.update(author_name=words, author_handle=words)
    models.Plan.objects.update(reasons=[words], queue=words)
    models.Mention.objects.update(why=[words], topics=[[words, 0.9]], matched=[[0, 3], [2, 9]])
    models.Case.objects.update(queue=words, assigned_why=[words])

    page = look(f"/cases/{case.pk}")

    assert page.status == 200
    assert [tag for tag, _ in page.tags if tag in {"base", "style", "object", "iframe"}] == []
    assert {str(script["src"])[:8] for script in page.all("script")} <= {"/static/"}
    assert {str(image["src"])[:8] for image in page.all("img")} <= {"/static/"}
    for _, attributes in page.tags:
        assert [name for name in attributes if name.startswith("on") or name == "style"] == []
        assert "evil" not in (attributes.get("action") or "") + (attributes.get("href") or "")
        assert "javascript" not in (attributes.get("href") or "")


def test_strangers_words_stand_in_a_box_of_their_own_direction() -> None:
    case = one_case(make_post("1", text="@acme \u202eleaks backwards"))

    page = look(f"/cases/{case.pk}")

    boxes = [box for box in page.all("blockquote") if box.get("dir") != "auto"]
    assert boxes == []
    assert re.search(r"<blockquote[^>]*dir=\"auto\">[^<]*\u202e", page.source)


def test_a_megabyte_of_words_is_cut_and_all_of_it_is_one_step_away() -> None:
    case = one_case(make_post("1", text="@acme leaks " + "ä" * MEGABYTE))

    page = look(f"/cases/{case.pk}")
    whole = look(f"/cases/{case.pk}/posts/{case.leading_id}/words")

    assert len(page.source) < 100_000
    assert "996,012 more characters." in page.words
    assert page.all("a", href=f"/cases/{case.pk}/posts/{case.leading_id}/words") != []
    assert whole.source.count("ä") == MEGABYTE


def test_marks_over_marks_stand_in_their_box() -> None:
    zalgo = "@acme leaks " + "z" + "\u0301\u0327\u0489" * 3_000
    case = one_case(make_post("1", text=zalgo))

    assert look(f"/cases/{case.pk}").status == 200


@pytest.mark.parametrize(
    ("spans", "cut"),
    [
        ([], ["kettle"]),
        ([(0, 3)], ["[ket]", "tle"]),
        ([(3, 6), (0, 2)], ["[ke]", "t", "[tle]"]),
        ([(0, 4), (2, 6)], ["[kett]", "[le]"]),
        ([(2, 99)], ["ke", "[ttle]"]),
        ([(50, 60), (3, 3)], ["kettle"]),
    ],
)
def test_marked_words_put_together_are_the_text(
    spans: list[tuple[int, int]], cut: list[str]
) -> None:
    found = pieces("kettle", spans=[Span(start=start, end=end) for start, end in spans])

    assert [f"[{one.text}]" if one.marked else one.text for one in found] == cut
    assert "".join(one.text for one in found) == "kettle"
