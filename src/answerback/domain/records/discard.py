"""Why a post was set aside: a closed list."""

from enum import StrEnum


class DiscardReason(StrEnum):
    """The closed word for why a stage set a post aside.  It is kept, for the audit."""

    NOT_HEARD = "not_heard"  #: the brand's query does not match it
    EXCLUDED = "excluded"  #: it matched, but for a NOT of the query
    OWN_POST = "own_post"  #: the brand said it
    SPAM = "spam"  #: surely an advertisement or a scam
    NOT_ABOUT_US = "not_about_us"  #: heard, but the brand filter's score is below the chosen point
    UNREADABLE = "unreadable"  #: the row could not be read; the raw text is kept
    EMPTY = "empty"  #: no text at all
    AUTOMATIC = "automatic"  #: a machine wrote it: an automatic answer, a bounce, mail to many
    DELETED = "deleted"  #: its network said that it is gone before we could keep it
