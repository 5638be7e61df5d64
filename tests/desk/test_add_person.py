"""Who may come in, and under which handle."""

import pytest
from tests.builders import MONDAY_9
from tests.people import PASSWORD

from answerback.desk import models
from answerback.desk.operations.add_person import Newcomer, PersonRefused, add_first_person


@pytest.mark.django_db
@pytest.mark.parametrize("handle", ["me", "nobody", "Me"])
def test_words_that_stand_for_owners_in_addresses_are_no_handles(handle: str) -> None:
    with pytest.raises(PersonRefused, match="has a meaning of its own"):
        add_first_person(
            newcomer=Newcomer(handle=handle, name="Ada", password=PASSWORD), at=MONDAY_9
        )

    assert not models.User.objects.exists()
