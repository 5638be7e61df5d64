"""Everything an operator may set from outside; docs/reference/settings.md tells of each."""

import os
from pathlib import Path

from answerback.domain.records.refusal import Refusal

HOME = "ANSWERBACK_HOME"
SECRET_KEY = "ANSWERBACK_SECRET_KEY"  # noqa: S105  the name of a setting, no secret


class SettingNotUnderstood(Refusal):
    """A setting has a value that cannot be meant."""


def data_dir() -> Path:
    """
    Return the folder of the embedded database.

    :raises SettingNotUnderstood: when it is set, but empty.
    """
    told = os.environ.get(HOME, "~/.local/share/answerback")
    if not told.strip():
        raise SettingNotUnderstood(
            f"{HOME}='' names no folder. Set it to a folder, or remove it for "
            "~/.local/share/answerback."
        )
    return Path(told).expanduser()


def secret_key() -> str:
    """Return the key that signs sessions; commands sign nothing, so they need none."""
    return os.environ.get(SECRET_KEY, "commands-sign-nothing")
