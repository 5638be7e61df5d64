"""What is part of another case is worked on there."""

from answerback.desk.queries.joined import mains_of
from answerback.domain.records.refusal import Refusal


class PartOfAnother(Refusal):
    """A case that is joined into another was to be worked on by itself."""


def check_apart(case_id: int) -> None:
    """
    Do nothing when a case stands for itself.

    :raises PartOfAnother: naming the case that it is part of.
    """
    main = mains_of([case_id]).get(case_id)
    if main is not None:
        raise PartOfAnother(
            f"This case is part of case {main}: somebody said that both are one person. Work on it "
            "there, or undo the joining there first."
        )
