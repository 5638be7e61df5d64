import pytest
from django.db import DatabaseError, transaction
from tests.builders import LATER, MONDAY_9, NEXT_DAY, make_post
from tests.desk.steps import imported

from answerback.desk import models
from answerback.desk.operations.correct_posts import NoSuchPost, correct_posts
from answerback.desk.operations.train_filter import (
    Learned,
    NoSuchVersion,
    roll_back_filter,
    train_filter,
)
from answerback.desk.queries.filter_versions import (
    Active,
    active_filter,
    corrections,
    filter_versions,
)

LEARNED = Learned(state=b"one", relevant=3, irrelevant=2, audited=1, note="first week")


def brand_with_posts() -> int:
    return imported(make_post("1"), make_post("2", text="@acme hello")).source.brand_id


def events(what: str) -> list[tuple[str | None, dict[str, int]]]:
    rows = models.Event.objects.filter(what=what).order_by("pk")
    return [(row.by, row.particulars) for row in rows]


def test_a_correction_is_an_event_with_the_posts_number_and_nobodys_words() -> None:
    brand_id = brand_with_posts()

    (done,) = correct_posts(
        brand_id=brand_id, external_ids=["2"], relevant=False, by="ada", at=NEXT_DAY
    )

    assert done.text == "@acme hello"
    assert events("post_corrected") == [("ada", {"relevant": 0})]
    (told,) = corrections(brand_id=brand_id)
    assert (told.id, told.text, told.relevant) == ("2", "@acme hello", False)
    assert (told.by, told.at) == ("ada", NEXT_DAY)


def test_one_unknown_id_among_several_corrects_nothing() -> None:
    brand_id = brand_with_posts()

    with pytest.raises(NoSuchPost, match="no post with the id '9'"):
        correct_posts(
            brand_id=brand_id, external_ids=["1", "9"], relevant=True, by=None, at=NEXT_DAY
        )

    assert events("post_corrected") == []


def test_training_adds_a_version_makes_it_active_and_tells_of_it() -> None:
    brand_id = brand_with_posts()

    first = train_filter(brand_id=brand_id, learned=LEARNED, by="ada", at=MONDAY_9)
    second = train_filter(
        brand_id=brand_id,
        learned=Learned(state=b"two", relevant=4, irrelevant=2, audited=0),
        by=None,
        at=NEXT_DAY,
    )

    assert (first, second) == (1, 2)
    assert active_filter(brand="Acme") == Active(number=2, state=b"two")
    lines = filter_versions(brand_id=brand_id)
    assert [(line.number, line.active, line.note) for line in lines] == [
        (2, True, ""),
        (1, False, "first week"),
    ]
    assert events("filter_trained")[0] == (
        "ada",
        {"number": 1, "relevant": 3, "irrelevant": 2, "audited": 1},
    )


def test_rolling_back_goes_to_the_version_before_and_to_the_first_day_and_keeps_all() -> None:
    brand_id = brand_with_posts()
    for state in (b"one", b"two"):
        learned = Learned(state=state, relevant=1, irrelevant=1, audited=0)
        train_filter(brand_id=brand_id, learned=learned, by=None, at=MONDAY_9)

    to_one = roll_back_filter(brand_id=brand_id, to=None, by="cleo", at=NEXT_DAY)
    assert active_filter(brand="Acme").state == b"one"
    to_none = roll_back_filter(brand_id=brand_id, to=None, by="cleo", at=NEXT_DAY + LATER)

    assert (to_one, to_none) == (1, 0)
    assert active_filter(brand="Acme") == Active()
    assert len(filter_versions(brand_id=brand_id)) == 2
    assert events("filter_rolled_back") == [
        ("cleo", {"from": 2, "to": 1}),
        ("cleo", {"from": 1, "to": 0}),
    ]


def test_after_a_rollback_the_next_version_has_a_number_of_its_own() -> None:
    brand_id = brand_with_posts()
    for _ in range(2):
        train_filter(brand_id=brand_id, learned=LEARNED, by=None, at=MONDAY_9)
    roll_back_filter(brand_id=brand_id, to=1, by=None, at=NEXT_DAY)

    assert train_filter(brand_id=brand_id, learned=LEARNED, by=None, at=NEXT_DAY) == 3


@pytest.mark.parametrize(
    ("to", "sentence"),
    [(7, "has no version 7. There are: 0, 1"), (1, "Version 1 .* is the active one already")],
)
def test_a_rollback_to_nowhere_is_refused_and_changes_nothing(to: int, sentence: str) -> None:
    brand_id = brand_with_posts()
    train_filter(brand_id=brand_id, learned=LEARNED, by=None, at=MONDAY_9)

    with pytest.raises(NoSuchVersion, match=sentence):
        roll_back_filter(brand_id=brand_id, to=to, by=None, at=NEXT_DAY)

    assert active_filter(brand="Acme").number == 1
    assert events("filter_rolled_back") == []


def test_before_the_first_day_there_is_nothing_to_go_back_to() -> None:
    with pytest.raises(NoSuchVersion, match="nothing comes before"):
        roll_back_filter(brand_id=brand_with_posts(), to=None, by=None, at=NEXT_DAY)


def test_no_sql_changes_or_removes_a_version() -> None:
    train_filter(brand_id=brand_with_posts(), learned=LEARNED, by=None, at=MONDAY_9)
    versions = models.FilterVersion.objects.all()

    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        versions.update(note="other")
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        versions.delete()


def test_a_brand_that_nobody_imported_is_on_its_first_day() -> None:
    brand_with_posts()

    assert active_filter(brand="Nobody") == Active()
