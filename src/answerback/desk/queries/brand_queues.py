"""The queues of a brand: those its texts and teams name, and those its cases ever waited in."""

from answerback.desk import models
from answerback.desk.queries.texts_now import brand_now, policy_now


def queues_of(*, brand_id: int) -> list[str]:
    """Return the names of a brand's queues, in order.  Four questions to the database."""
    policy, brand = policy_now(brand_id=brand_id), brand_now(brand_id=brand_id)
    told = {rule.queue for rule in policy.kinds.values()}
    told |= {policy.languages.queue, policy.escalate.queue}
    told |= {topic.queue for topic in brand.topics if topic.queue} if brand else set()
    teams = models.Team.objects.filter(brand_id=brand_id).order_by("pk")
    told |= {queue for queues in teams.values_list("queues", flat=True) for queue in queues}
    cases = models.Case.objects.filter(brand_id=brand_id).order_by("queue")
    return sorted(told | set(cases.values_list("queue", flat=True).distinct()))
