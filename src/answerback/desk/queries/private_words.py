"""Whether somebody waits for an answer in private, where a reply would go to the public."""

from answerback.desk import models
from answerback.desk.queries.joined import Place
from answerback.desk.queries.setting import Setting
from answerback.domain.records.post import Visibility

_PRIVATE = (Visibility.DIRECT, Visibility.FOLLOWERS)


def waits_in_private(setting: Setting) -> Place | None:
    """
    Return the place where the person of a case waits in private; None: nowhere, or it goes there.

    One question to the database, or none where no cases are joined.
    """
    if len(setting.places) < 2 or setting.post.visibility in _PRIVATE:  # noqa: PLR2004
        return None
    others = {place.case_id: place for place in setting.places if place != setting.place}
    waiting = models.Post.objects.filter(
        case_id__in=others, answer__isnull=True, visibility__in=_PRIVATE, plan__respond=True
    )
    found = waiting.order_by("pk").values_list("case_id", flat=True).first()
    return None if found is None else others[found]
