"""`name__among`: many names asked for at once."""

import pytest
from tests.builders import make_post
from tests.desk.steps import imported

from answerback.desk import models
from answerback.desk.queries.stored_versions import stored_versions

ODD = ["a'b", 'c"d', "ü🙂", "100%s", "[]", "null"]


@pytest.fixture
def brand_id(_tables: None) -> int:
    """Return the brand, which has a post under each odd name."""
    imported(*(make_post(name, text="@acme hello") for name in ODD))
    return models.Brand.objects.get().pk


@pytest.mark.usefixtures("brand_id")
def test_names_are_found_as_they_are_written() -> None:
    found = models.Post.objects.filter(external_id__among=[*ODD, "nobody"])

    assert sorted(found.values_list("external_id", flat=True)) == sorted(ODD)


@pytest.mark.usefixtures("brand_id")
def test_among_no_names_there_is_nothing() -> None:
    assert not models.Post.objects.filter(external_id__among=()).exists()


def test_more_names_than_a_statement_takes_parameters_are_one_question(brand_id: int) -> None:
    posts = [make_post(str(number)) for number in range(70_000)]

    found = stored_versions(brand_id=brand_id, posts=[*posts, make_post(ODD[0])])

    assert [name for _, name in found] == [ODD[0]]
