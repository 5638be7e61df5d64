"""What a notice says."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.notices import NoticeLine

#: By the closed word; what is new here and has no words yet says that something happened.
_WORDS: Mapping[str, tuple[str | Promise, str]] = MappingProxyType(
    {
        "assigned": (_("A case is yours now"), "user"),
        "taken_over": (_("A case of yours is somebody else's now"), "user"),
        "mentioned": (_("A note names you"), "note"),
        "watched": (_("Something happened in a case you watch"), "watch"),
        "woken": (_("A case of yours is awake again"), "snooze"),
        "author_wrote": (_("The author of a case of yours has written again"), "reply"),
        "asked_anew": (_("A post was edited and now asks for more than before"), "warning"),
        "escalated": (_("A case was escalated to you"), "escalate"),
        "breached": (_("A deadline has passed"), "clock"),
        "approval_asked": (_("A reply waits for your approval"), "approve"),
        "approval_late": (_("A reply has waited too long for approval"), "approve"),
        "sent_back": (_("Your reply came back with a note"), "back"),
        "post_deleted": (_("A post that you answer, or were asked about, was deleted"), "trash"),
        "not_sent": (_("A reply of yours was not sent"), "warning"),
        "channel_stopped": (
            _("A channel no longer lets us in: its login must be mended"),
            "warning",
        ),
    }
)
#: Said once of many cases, so of none in particular.
_OF_MANY: Mapping[str, tuple[str | Promise, str]] = MappingProxyType(
    {"breached": (_("Many deadlines have passed"), "clock")}
)
_OTHER = (_("Something happened"), "info")


def in_words(line: NoticeLine) -> tuple[str | Promise, str]:
    """Return what a notice says, and the icon beside it."""
    if line.case_id is None and line.what in _OF_MANY:
        return _OF_MANY[line.what]
    return _WORDS.get(line.what, _OTHER)
