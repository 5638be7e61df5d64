"""What somebody told us in private is not answered where everybody reads."""

from answerback.desk import models
from answerback.desk.operations.check_reply import CannotSubmit
from answerback.desk.queries.private_words import waits_in_private
from answerback.desk.queries.setting import Setting
from answerback.domain.records.handles import called


class PrivateWaits(CannotSubmit):
    """Somebody waits for an answer in private, and this one would stand in public."""


def check_private(setting: Setting) -> None:
    """
    Do nothing when a reply may go where it goes, and refuse aloud when it would tell too many.

    :raises PrivateWaits: when it would stand in public, and what the same person asked in private
        waits for its answer.
    """
    place = waits_in_private(setting)
    if place is not None:
        handle = models.Case.objects.get(pk=place.case_id).leading.author_handle
        who = called(handle, channel=place.channel)
        raise PrivateWaits(
            f"{who} asked this in private ({place.channel}), and this reply would stand where "
            "everybody reads it. Answer there; what was asked in public can be answered after that."
        )
