"""Say that a reply is right all the same."""

from datetime import datetime

from django.db import transaction

from answerback.desk.operations.move_reply import locked_reply
from answerback.desk.queries.setting import look_at, setting_of_reply
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import Check, ReplyState, Weight


class CannotOverrule(Refusal):
    """What blocks is not a matter of opinion, or there is nothing to overrule."""


@transaction.atomic
def overrule_finding(*, reply_id: int, check: Check, by: str, at: datetime) -> None:
    """
    Overrule what a check asks of a draft, and keep who did and what was overruled.

    It holds for this finding: other words that are found later are asked about anew.

    :raises CannotOverrule: when the check blocks, finds nothing, or the draft is gone.
    """
    reply = locked_reply(reply_id)
    if reply.state not in (ReplyState.DRAFT, ReplyState.FAILED) or reply.written_by != by:
        raise CannotOverrule("Only the writer of a draft overrules what is asked of it.")
    setting = setting_of_reply(reply)
    found = look_at(setting, text=reply.text, by=by, at=at, reply_id=reply_id)
    mine = [finding for finding in found if finding.check is check]
    if not mine:
        raise CannotOverrule(f"The check '{check}' finds nothing in this text any more.")
    if any(finding.weight is Weight.BLOCKS for finding in mine):
        raise CannotOverrule(f"{mine[0].sentence} This cannot be overruled.")
    known = {(one["check"], one["sentence"]) for one in reply.overruled}
    for finding in mine:
        if (str(check), finding.sentence) not in known:
            told = {"sentence": finding.sentence, "by": by, "at": at.isoformat()}
            reply.overruled = [*reply.overruled, {"check": str(check), **told}]
    reply.save(update_fields=["overruled"])
