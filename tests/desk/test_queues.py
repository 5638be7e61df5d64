import pytest
from tests.builders import make_post
from tests.desk.steps import imported

from answerback.desk.queries.queues import NoSuchQueue, check_queue


def test_an_unknown_queue_is_refused_with_the_known_ones() -> None:
    imported(make_post("1"), make_post("2", author="bob", text="@acme it burns"))

    with pytest.raises(NoSuchQueue, match="no queue 'repair' here.*cases: 'repairs', 'safety'"):
        check_queue("repair")


def test_an_unknown_queue_is_refused_before_the_first_case_too() -> None:
    with pytest.raises(NoSuchQueue, match="held cases: none yet"):
        check_queue("repairs")


def test_a_queue_that_is_done_is_not_unknown() -> None:
    imported(make_post("1"), make_post("2", author="acme", text="@ada sorry", in_reply_to="1"))

    check_queue("repairs")
