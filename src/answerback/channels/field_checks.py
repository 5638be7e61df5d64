"""What can be wrong with one field of an account, told before anybody is asked."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

#: The words of a field that is either so or not; the usual one first.
YES_NO: Final = ("no", "yes")
_SAME: Final = {"on": "yes", "true": "yes", "1": "yes", "off": "no", "false": "no", "0": "no"}
#: What a field says of an address with a password in it, and never repeats.
LOGIN_SHOWN: Final = "It holds a password, and settings are shown to others. Write the host alone."
#: A name and a password before a host: "https://ada:secret@host".
_LOGIN: Final = re.compile(r"//[^/\s@:]*:[^/\s@]*@")


def word_of(choices: tuple[str, ...], told: str) -> str | None:
    """Return which of a field's words was told, however it is written; None: none of them."""
    word = told.strip().casefold()
    if choices == YES_NO:
        word = _SAME.get(word, word)
    return word if word in choices else None


def is_yes(told: str) -> bool:
    """Tell whether such a field says yes, in the words of today or of before."""
    return word_of(YES_NO, told) == "yes"


def holds_login(told: str) -> bool:
    """Tell whether an address holds a password: settings are shown, secrets are not."""
    return _LOGIN.search(told) is not None


def no_web_address(example: str) -> Callable[[str], str]:
    """Return a check that a value is an address of the web; `example` shows one."""

    def wrong(told: str) -> str:
        return "" if _is_web(told) else f"'{told[:80]}' is no address. Write it whole: {example}."

    return wrong


def no_hashtag(told: str) -> str:
    """Say what keeps a value from being a hashtag; "": nothing."""
    if len(told.split()) == 1 and told.strip("#"):
        return ""
    return f"'{told[:80]}' is no hashtag: it is one word. Several have commas between."


def no_port(told: str) -> str:
    """Say what keeps a value from being a port; "": nothing."""
    if told.isascii() and told.isdigit() and 0 < int(told) < 65_536:  # noqa: PLR2004  16 bits
        return ""
    return f"'{told[:20]}' is no port. Write a number like 993."


def too_short(least: int, *, advice: str) -> Callable[[str], str]:
    """Return a check that a secret has so many characters; its sentence never repeats one."""

    def wrong(told: str) -> str:
        if len(told) >= least:
            return ""
        return f"It has fewer than {least} characters, so whoever guesses gets in. {advice}"

    return wrong


def _is_web(told: str) -> bool:
    try:
        parts = urlsplit(told)
        parts.port  # noqa: B018  a port that is no number shows itself here
    except ValueError:
        return False
    whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return whole and not any(sign.isspace() for sign in told)
