"""Whether a text is fit to go on its way."""

from datetime import datetime

from answerback.desk import models
from answerback.desk.queries.setting import Setting, look_at
from answerback.domain.etiquette.blanks import blanks_in
from answerback.domain.etiquette.length import too_long
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import Check, Finding, Weight


class CannotSubmit(Refusal):
    """A draft that cannot go on its way as it is."""


class EtiquetteObjects(Refusal):
    """Etiquette found something that the writer must change, or overrule."""


def check_reply(
    reply: models.Reply, *, text: str, by: str, setting: Setting, at: datetime
) -> tuple[Check, ...]:
    """
    Do nothing when a text may go, and refuse aloud when it may not.

    What asks is overruled beside the text by its writer, and by an approver's own yes.
    Returns the checks that asked: they may need another person's yes.

    :raises CannotSubmit: when it is empty, too long for its network, or has an empty blank.
    :raises EtiquetteObjects: with what was found, and what to do now.
    """
    if not text.strip():
        raise CannotSubmit("There is nothing to send yet: the reply is empty. Write it first.")
    to = setting.post.author.handle
    over = too_long(text, channel=setting.channel, to=to, most=setting.most_characters)
    if over is not None:
        raise CannotSubmit(over)
    for name in blanks_in(text):
        raise CannotSubmit(
            f"The blank '{{{name}}}' is not filled in. Write what belongs there, or take it out."
        )
    found = look_at(setting, text=text, by=reply.written_by, at=at, reply_id=reply.pk)
    said = {(one["check"], one["sentence"]) for one in reply.overruled}
    for finding in found:
        overruled = by != reply.written_by or (str(finding.check), finding.sentence) in said
        _check_finding(finding, overruled=overruled)
    return tuple(finding.check for finding in found)


def _check_finding(finding: Finding, *, overruled: bool) -> None:
    if finding.weight is Weight.BLOCKS:
        raise EtiquetteObjects(finding.sentence)
    if not overruled:
        raise EtiquetteObjects(
            f"{finding.sentence} If it is right all the same, say so beside the text, and send."
        )
