"""Everything an operator may set from outside; docs/reference/settings.md tells of each."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from answerback.domain.records.refusal import Refusal
from answerback.project.secret import key_in

HOME = "ANSWERBACK_HOME"
DATABASE_URL = "ANSWERBACK_DATABASE_URL"
SECRET_KEY = "ANSWERBACK_SECRET_KEY"  # noqa: S105  the name of a setting, no secret
URL = "ANSWERBACK_URL"
PROXY = "ANSWERBACK_BEHIND_PROXY"
REHEARSAL = "ANSWERBACK_REHEARSAL"
REACH = "ANSWERBACK_REACH"
ACCOUNT_KEYS = "ANSWERBACK_ACCOUNT_KEYS"

#: Where the pages are when nobody says otherwise.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_SHORTEST_KEY = 48


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


def database_url() -> str | None:
    """
    Return the address of the PostgreSQL database; None: the embedded one is used.

    :raises SettingNotUnderstood: when it is set, but empty.
    """
    told = os.environ.get(DATABASE_URL)
    if told is not None and not told.strip():
        raise SettingNotUnderstood(
            f"{DATABASE_URL}='' names no database. Set it to one, such as "
            "postgresql://user:password@host:5432/answerback, or remove it for the embedded "
            "database."
        )
    return told


def secret_key() -> str:
    """
    Return the key that signs sessions: the one set, else the data folder's own.

    Where there is neither, no page was ever served from here: commands sign nothing.

    :raises SettingNotUnderstood: when the one set is too short to keep anybody out.
    """
    told = os.environ.get(SECRET_KEY)
    if told is None:
        return key_in(data_dir(), make=False) or "commands-sign-nothing"
    if len(told) < _SHORTEST_KEY:
        raise SettingNotUnderstood(
            f"{SECRET_KEY} has {len(told)} characters; it needs {_SHORTEST_KEY} or more. "
            "Remove it, and a key is made and kept beside the database."
        )
    return told


def make_key(folder: Path) -> None:
    """
    Make the data folder's key, unless there is one or the operator set another.

    :raises KeyNotReadable: when it cannot be made or read.
    """
    if os.environ.get(SECRET_KEY) is None:
        key_in(folder, make=True)


def public_url() -> str | None:
    """
    Return where people reach the pages, without a slash at its end; None: on this machine.

    :raises SettingNotUnderstood: when it is no address of a web site's root.
    """
    told = os.environ.get(URL)
    if told is None:
        return None
    parts = urlsplit(told)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise SettingNotUnderstood(
            f"{URL}='{told}' is not understood. Write the address that people type, such as "
            "https://desk.example.org, or remove it to serve this machine alone."
        )
    return told.rstrip("/")


def behind_proxy() -> bool:
    """
    Say whether a proxy of ours stands in front and tells the truth in X-Forwarded-Proto.

    :raises SettingNotUnderstood: for anything but "on" and "off".
    """
    return _on_or_off(PROXY)


def rehearsal() -> bool:
    """
    Say whether replies go to the fake network, whatever channel they are for.

    :raises SettingNotUnderstood: for anything but "on" and "off".
    """
    return _on_or_off(REHEARSAL)


def reach() -> frozenset[str]:
    """
    Return the inside addresses that networks may be reached at: "host:port", with commas.

    :raises SettingNotUnderstood: for anything that is none.
    """
    told = [one.strip() for one in os.environ.get(REACH, "").split(",") if one.strip()]
    for one in told:
        host, colon, port = one.rpartition(":")
        if not (host and colon and port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
            raise SettingNotUnderstood(
                f"{REACH} holds '{one}', which is no host with a port. Write it like "
                "mail.internal:993, several with commas."
            )
    return frozenset(told)


def account_keys() -> str | None:
    """Return the keys that seal accounts' secrets, where the operator keeps them elsewhere."""
    return os.environ.get(ACCOUNT_KEYS)


def _on_or_off(name: str) -> bool:
    told = os.environ.get(name, "off")
    if told not in {"on", "off"}:
        raise SettingNotUnderstood(f"{name}='{told}' is not understood. Set it to 'on' or 'off'.")
    return told == "on"
