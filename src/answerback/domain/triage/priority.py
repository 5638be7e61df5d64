"""What waiting costs, as one number with its parts; and the order of the inbox."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from math import log10
from typing import Final

from answerback.domain.records.plan import Plan
from answerback.domain.records.post import Post

#: How far harm can move a post to the front, over its deadline.  It is finite, so that
#: everybody's turn comes: see `queue_order`.
HEAD_START: Final = timedelta(hours=24)

_MOST_FOLLOWERS: Final = 7.0  # powers of ten: ten million and more count as one
_OWED, _NOT_OWED = 0, 1


class Part(StrEnum):
    """What adds to a priority."""

    DEADLINE = "deadline"
    URGENCY = "urgency"
    RISK = "risk"
    NEEDS_RESPONSE = "needs_response"
    SENTIMENT = "sentiment"
    REPEAT = "repeat"
    REACH = "reach"


_NAMES: Final = {part: part.value for part in Part}  # plain texts, for whoever stores them


def weigh(*, values: Mapping[Part, float], weights: Mapping[Part, float]) -> dict[str, float]:
    """
    Return what each part adds to the priority.

    Units: values and weights in [0, 1], weights summing to 1; so the parts sum to a
    number in [0, 1], which never falls when a value rises.
    """
    return {_NAMES[part]: weights[part] * value for part, value in values.items()}


def waiting(*, used: float) -> float:
    """
    Return how much a wait weighs, when `used` is the share of the time it had.

    Nothing at the start, 1/8 half-way, 1/2 at the deadline, 3/4 when the wait has
    taken twice its time, and ever nearer to 1: the worse overdue, the more it weighs.
    """
    if used <= 1:
        return max(0.0, used) ** 2 / 2
    return 1 - 1 / (2 * used)


def reach(*, followers: int | None) -> float:
    """Return how many may be watching, in [0, 1]: each power of ten adds a seventh."""
    return min(1.0, log10(1 + max(0, followers or 0)) / _MOST_FOLLOWERS)


def repeat(*, earlier: int) -> float:
    """Return how much an author's earlier posts weigh: one a half, two two thirds."""
    return 1 - 1 / (1 + max(0, earlier))


def queue_order(plan: Plan, post: Post) -> tuple[int, datetime, datetime, str]:
    """
    Return the place of a post in the inbox: sort by it, smallest first.

    Posts that are owed an answer come first, each by its deadline less a head start: a
    day, times the harm of its wait without the deadline (urgency, risk, …).  So an
    overdue post and a harmful one both come early, and the place depends on nothing that
    changes while it waits: it can be stored, and indexed.  Since the head start is
    finite, a post is never behind one that was written more than `HEAD_START` after its
    deadline, however many urgent ones keep coming: nobody starves.

    A post without a clock stands as if due when it was heard.  Posts that are owed
    nothing follow in the same manner.  Ties go to the older post, then to its id.
    """
    written = post.created_at or post.heard_at
    harm = plan.priority - plan.priority_parts.get(Part.DEADLINE, 0.0)
    turn = (plan.respond_by or written) - HEAD_START * harm
    return (_OWED if plan.respond else _NOT_OWED, turn, written, post.external_id)
