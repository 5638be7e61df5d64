"""A person's word takes the place of the machine's, and teaches."""

import pytest
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import events_of, imported, one_case, sorted_out

from answerback.desk import models
from answerback.desk.operations.correct_reading import NotACorrection, correct_reading
from answerback.desk.operations.plan_again import unsort
from answerback.desk.queries.filter_versions import corrections
from answerback.domain.records.reading_part import ReadingPart

BRAND = """
name = "Acme"
handles = ["acme"]
languages = ["en"]

[targets]
question = "1h"
"""


def _correct(case: models.Case, part: ReadingPart, said: str, *, post: str = "1") -> models.Post:
    post_id = models.Post.objects.get(external_id=post).pk
    correct_reading(case_id=case.pk, post_id=post_id, part=part, said=said, by="ada", at=NEXT_DAY)
    case.refresh_from_db()
    return models.Post.objects.select_related("reading", "plan").get(pk=post_id)


def _know_the_brand(case: models.Case) -> None:
    models.BrandText.objects.create(
        brand_id=case.brand_id, what="brand", number=1, text=BRAND, at=NEXT_DAY
    )


def test_a_corrected_kind_moves_the_case_and_its_deadline() -> None:
    case = one_case()
    _know_the_brand(case)

    post = _correct(case, ReadingPart.KIND, "question")

    assert (post.plan.kind, post.plan.queue) == ("question", "care")
    assert (case.kind, case.queue, case.respond_by) == (
        "question",
        "care",
        MONDAY_9 + 60 * LATER,
    )
    assert post.reading.kinds["question"] == 1.0
    assert events_of(case) == ["reading_corrected"]
    event = models.Event.objects.get(what="reading_corrected")
    assert event.particulars == {"part": "kind", "said": "question", "before": "complaint"}
    correction = models.Correction.objects.get()
    assert (correction.part, correction.said, correction.before, correction.by) == (
        "kind",
        "question",
        "complaint",
        "ada",
    )


def test_without_the_brands_text_the_kind_alone_follows() -> None:
    case = one_case()
    due = case.respond_by

    _correct(case, ReadingPart.KIND, "praise")

    assert (case.kind, case.queue, case.respond_by) == ("praise", "repairs", due)


def test_a_corrected_mood_is_what_the_inbox_is_filtered_by() -> None:
    case = one_case()

    _correct(case, ReadingPart.SENTIMENT, "positive")

    assert case.sentiment == "positive"


def test_a_corrected_urgency_counts_in_the_priority() -> None:
    case = one_case()
    _know_the_brand(case)

    low = _correct(case, ReadingPart.URGENCY, "low").plan.priority_parts["urgency"]
    high = _correct(case, ReadingPart.URGENCY, "high").plan.priority_parts["urgency"]

    assert high == pytest.approx(9 * low)


@pytest.mark.parametrize("known", [True, False])
def test_what_needs_no_answer_waits_no_more_and_waits_again_when_it_does(*, known: bool) -> None:
    case = one_case()
    if known:
        _know_the_brand(case)

    post = _correct(case, ReadingPart.NEEDS_RESPONSE, "no")
    assert (post.plan.respond, case.state, case.close_reason) == (
        False,
        "closed",
        "no_answer_needed",
    )

    post = _correct(case, ReadingPart.NEEDS_RESPONSE, "yes")
    assert (post.plan.respond, case.state) == (True, "new")
    assert post.plan.reasons[0] == "Somebody of ours said that it needs an answer."


def test_a_post_that_needs_an_answer_after_all_joins_the_case() -> None:
    case = one_case(
        make_post("1", conversation_id="c"),
        make_post("2", conversation_id="c", text="@acme well"),
    )
    _know_the_brand(case)

    post = _correct(case, ReadingPart.NEEDS_RESPONSE, "yes", post="2")

    assert (post.plan.respond, post.case_id) == (True, case.pk)


def test_a_case_that_is_spam_closes_as_spam() -> None:
    case = one_case()
    _know_the_brand(case)

    _correct(case, ReadingPart.KIND, "spam")

    assert (case.state, case.close_reason) == ("closed", "spam")


def test_relevance_teaches_the_filter_and_changes_nothing_else() -> None:
    case = one_case()

    _correct(case, ReadingPart.RELEVANCE, "irrelevant")

    assert events_of(case) == ["post_corrected"]
    assert [one.relevant for one in corrections(brand_id=case.brand_id)] == [False]
    assert (case.state, models.Correction.objects.get().before) == ("new", 1.0)


def test_a_post_that_is_read_again_keeps_what_people_said() -> None:
    case = one_case()
    _know_the_brand(case)
    _correct(case, ReadingPart.KIND, "praise")
    _correct(case, ReadingPart.SENTIMENT, "positive")
    post = _correct(case, ReadingPart.KIND, "question")

    unsort([post])
    models.Post.objects.filter(pk=post.pk).update(sorted_at=None)
    sorted_out(case.brand_id)

    reading = models.Reading.objects.get(pk=post.pk)
    assert reading.kinds["question"] == 1.0
    assert reading.sentiment["positive"] == 1.0


def test_a_word_that_is_none_is_refused() -> None:
    case = one_case()

    with pytest.raises(NotACorrection, match="'rage' is no word for the sentiment.*negative"):
        _correct(case, ReadingPart.SENTIMENT, "rage")

    assert models.Correction.objects.count() == 0


def test_a_post_of_another_conversation_is_not_corrected_through_this_case() -> None:
    case = one_case()
    imported(make_post("8", author="bob"), make_post("9", author="acme"), fingerprint="more")

    for post in ("8", "9"):
        with pytest.raises(NotACorrection, match="not read as a customer's post of this"):
            _correct(case, ReadingPart.KIND, "spam", post=post)
