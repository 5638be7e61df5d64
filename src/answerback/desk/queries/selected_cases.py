"""Which of the cases that somebody picked they may do something with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerback.desk import models
from answerback.desk.queries.access import Member
from answerback.domain.records.role import NotAllowed, Right, check_right


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """Cases that may be worked on, and why others may not."""

    case_ids: tuple[int, ...]
    left_out: Mapping[int, str]  #: sentences


def selected_cases(*, member: Member, case_ids: Sequence[int], right: Right) -> Selected:
    """
    Return those of the cases for which somebody has a right.  One question to the database.

    Cases of brands without a seat are not there, and are not spoken of.
    """
    rows = models.Case.objects.filter(pk__in=case_ids, brand_id__in=list(member.seats))
    brands = dict(rows.values_list("pk", "brand_id"))
    allowed: list[int] = []
    left_out: dict[int, str] = {}
    for case_id in dict.fromkeys(case_ids):
        if case_id not in brands:
            continue
        seat = member.seats[brands[case_id]]
        try:
            check_right(seat.role, right, brand=seat.brand)
        except NotAllowed as refusal:
            left_out[case_id] = str(refusal)
        else:
            allowed.append(case_id)
    return Selected(case_ids=tuple(allowed), left_out=left_out)
