"""The desk that pictures show: the invented brand's posts, read for real, and people at work."""

from datetime import timedelta
from typing import Final

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.domain.records.case import CaseState
from answerback.domain.records.role import Role
from answerback.project.importing import import_posts, prepare
from answerback.project.showcase import MOMENT, invented

PEOPLE: Final = {
    "olga": ("Olga Okafor", Role.OWNER),
    "lena": ("Lena Lund", Role.LEAD),
    "cleo": ("Cleo Costa", Role.APPROVER),
    "ada": ("Ada Adler", Role.AGENT),
    "bob": ("Bob Baker", Role.AGENT),
    "vera": ("Vera Vogt", Role.VIEWER),
}


def furnished() -> None:
    """Import the posts as of the demo's moment, and let people work on some of the cases."""
    with invented() as files:
        job = prepare(
            path=files.posts,
            brand=files.brand,
            policy=None,
            mapping=None,
            at=MOMENT,
            heard_at=MOMENT,
        )
        import_posts(job, watch=lambda _phase, _done, _total: None)
    brand = models.Brand.objects.get()
    for handle, (name, role) in PEOPLE.items():
        user = models.User.objects.create(handle=handle, name=name, joined_at=MOMENT)
        models.Membership.objects.create(user=user, brand=brand, role=role)
    open_cases = models.Case.objects.exclude(state=CaseState.CLOSED).order_by("turn", "pk")
    for case, handle in zip(open_cases[:5], ("olga", "bob", "ada", "olga", "cleo"), strict=False):
        assign_case(case_id=case.pk, to=handle, by="lena", at=MOMENT - timedelta(minutes=20))


def telling_case() -> int:
    """Return a case with much on its page: Olga's own, with the longest conversation."""
    cases = models.Case.objects.filter(owner="olga")
    return max(
        cases, key=lambda one: models.Post.objects.filter(conversation=one.conversation).count()
    ).pk
