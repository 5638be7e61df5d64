"""Hold a case's row, so that of two who act at once one is second."""

from collections.abc import Iterable

from answerback.desk import models
from answerback.desk.operations.hold_brand import hold_brand
from answerback.domain.records.case import CaseState
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import RIGHTS, Right, Role


class CaseIsClosed(Refusal):
    """What was asked for can only be done with an open case."""


class NotYours(Refusal):
    """Somebody else has the case, and only they or a lead may do this."""


def lock_case(case_id: int) -> models.Case:
    """Return a case with its brand, its row locked.  Call it inside a transaction."""
    # The brand's row is not locked: what concerns one case must not wait for the others.
    cases = models.Case.objects.select_for_update(of=("self",), no_key=True).select_related("brand")
    return cases.get(pk=case_id)


def lock_cases(case_ids: Iterable[int]) -> None:
    """
    Lock several cases, by ascending number and under their brands; one alone needs no brand.

    For whoever does something with each: the first thing done holds the audit log until the end,
    so who locked the next case only then would wait for somebody who waits for the log.
    """
    wanted = set(case_ids)
    rows = models.Case.objects.filter(pk__in=wanted).order_by("pk")
    if len(wanted) > 1:
        for brand_id in sorted(set(rows.order_by("brand").values_list("brand", flat=True))):
            hold_brand(brand_id)
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def lock_conversation(case_id: int) -> models.Case:
    """
    Return a case as `lock_case` does, with its brand held and all cases of its conversation locked.

    For whoever writes posts, by which other cases may follow.  Call it first in a transaction.
    """
    hold_brand(models.Case.objects.values_list("brand_id", flat=True).get(pk=case_id))
    case = models.Case.objects.get(pk=case_id)
    cases = models.Case.objects.filter(
        brand_id=case.brand_id, channel=case.channel, conversation=case.conversation
    ).select_for_update(of=("self",), no_key=True)
    by_number = cases.select_related("brand").order_by("pk")
    return next(one for one in by_number if one.pk == case_id)


def lock_open_case(case_id: int, *, to: str) -> models.Case:
    """
    Return a locked case that is open; `to`: what shall be done, as in "to snooze it".

    :raises CaseIsClosed: when it is closed.
    """
    case = lock_case(case_id)
    if case.state == CaseState.CLOSED:
        raise CaseIsClosed(f"This case is closed ({case.close_reason}). Reopen it {to}.")
    return case


def check_theirs(case: models.Case, *, by: str | None) -> None:
    """
    Do nothing when the machine, the owner or a lead acts, or when nobody has the case.

    :raises NotYours: naming who has it.
    """
    if case.owner is None or by in (None, case.owner):
        return
    role = (
        models.Membership.objects.filter(brand_id=case.brand_id, user__handle=by)
        .values_list("role", flat=True)
        .first()
    )
    if role is None or Right.ASSIGN not in RIGHTS[Role(role)]:
        raise NotYours(
            f"@{case.owner} has this case. Only they, a lead or an owner of the brand can do "
            "this; ask them, or take the case over first."
        )
