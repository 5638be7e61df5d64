"""Whether an edit asks for more than the words that it took the place of."""

from answerback.domain.records.plan import Plan
from answerback.domain.triage.priority import Part


def asks_anew(*, before: Plan | None, now: Plan) -> bool:
    """
    Tell whether an answer to the older words may leave the newer ones unanswered.

    So it is when the newer ones are owed an answer and the older were not (None: nobody heard
    them), when they ask for something else (another kind, another queue), or when they press
    more.  A slip that was mended asks the same.  When in doubt a person looks: a look costs
    less than somebody who is ignored (ADR 0007).

    Units: urgency rests on signs in the words, so a rise of any size is a new sign.
    """
    if not now.respond:
        return False
    if before is None or not before.respond:
        return True
    if (now.kind, now.queue) != (before.kind, before.queue):
        return True
    return _urgency(now) > _urgency(before)


def _urgency(plan: Plan) -> float:
    return plan.priority_parts.get(Part.URGENCY, 0.0)
