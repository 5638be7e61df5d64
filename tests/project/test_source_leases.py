"""Leases are kept for whoever holds them now."""

from datetime import timedelta

import pytest
from tests.builders import NEXT_DAY

from answerback.desk import models
from answerback.desk.operations.lease import take_lease
from answerback.desk.operations.take_page import lease_of_source
from answerback.project.source_leases import SOURCE_LEASE, HeldLeases


@pytest.mark.usefixtures("db")
def test_whoever_lost_a_lease_to_another_thread_ends_without_taking_it_along() -> None:
    name, held = lease_of_source(1), HeldLeases()
    first = take_lease(name=name, at=NEXT_DAY, until=NEXT_DAY)
    second = take_lease(name=name, at=NEXT_DAY, until=NEXT_DAY)
    assert first is not None
    assert second is not None

    with held.holding(1, first):
        other = held.holding(1, second)
        other.__enter__()
    held.renew(at=NEXT_DAY + timedelta(minutes=1))

    until = models.Lease.objects.get(name=name).until
    assert until == NEXT_DAY + timedelta(minutes=1) + SOURCE_LEASE
