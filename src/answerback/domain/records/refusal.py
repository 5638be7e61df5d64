"""A foreseen no."""

import re
from typing import Final

#: What no database takes as text, and what a terminal would obey.
_UNSAYABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Refusal(Exception):
    """
    A foreseen no, in a sentence: what, where, and what to do next.

    Commands print it on standard error and exit 2; pages show it with 409.  It is
    never logged as a fault.  Everything else that is raised is a bug.
    """

    def __str__(self) -> str:
        """Return the sentence; it may quote a stranger, and is printed and kept all the same."""
        return _UNSAYABLE.sub("?", super().__str__())
