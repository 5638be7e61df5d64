"""Say what becomes of one case of one's batch."""

from datetime import datetime

from django.db import transaction

from answerback.desk.operations.bulk_cases import BulkWish, bulk_cases
from answerback.desk.operations.lease_batch import give_back_batch
from answerback.desk.operations.lock_case import lock_case
from answerback.domain.records.refusal import Refusal


class LeaseLost(Refusal):
    """The time for a case was over, and somebody else sorts it now."""


class VerdictRefused(Refusal):
    """The case does not allow what was said of it."""


@transaction.atomic
def give_verdict(*, case_id: int, wish: BulkWish, by: str, at: datetime) -> int:
    """
    Do with a case of one's batch what was said, and return the act's number, to undo it by.

    A lease that ran out does no harm as long as nobody else was handed the case.

    :raises LeaseLost: naming who has it.
    :raises VerdictRefused: with the reason.
    """
    case = lock_case(case_id)
    until = case.leased_until
    if case.leased_to not in (None, by) and until is not None and until > at:
        raise LeaseLost(
            f"Your time for this case was over, and @{case.leased_to} sorts it now. Go on with "
            "the next one."
        )
    done = bulk_cases(case_ids=[case_id], wish=wish, by=by, at=at)
    if done.bulk_id is None:
        raise VerdictRefused(done.left_out[case_id])
    give_back_batch(by=by, case_ids=[case_id])
    return done.bulk_id
