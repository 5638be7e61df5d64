"""Pictures and films that a reply carries."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from answerback.channels.http import BrokenOff
from answerback.channels.mastodon.api import Api, accepted

#: Seconds between two looks at a file that the server still prepares, and how many looks.
_LOOK: Final = 1.0
_LOOKS: Final = 8
_PREPARING: Final = frozenset({202, 206})
_NO_SUCH_PATH: Final = 404


def upload(api: Api, data: bytes, *, name: str, kind: str, alt: str, at: datetime) -> str:
    """
    Hand a file to the server, with what is to be seen on it, and return the file's id.

    Nothing is said by that: a file that no post carries is thrown away there.

    :raises AnsweredNo: when the server does not take it.
    :raises BrokenOff: when it is not ready in time.
    """
    told: dict[str, str] = {"description": alt} if alt else {}
    files = {"file": (name, data, kind)}
    answer = api.client.request("POST", "api/v2/media", data=told, files=files)
    if answer.status == _NO_SUCH_PATH:
        answer = api.client.request("POST", "api/v1/media", data=told, files=files)
    found = accepted(answer, at=at).json()
    named = found.get("id") if isinstance(found, Mapping) else None
    if not isinstance(named, str) or not named:
        raise BrokenOff(f"{api.host} took the file '{name[:60]}' and gave it no id.")
    for _ in range(_LOOKS):
        if answer.status not in _PREPARING:
            return named
        time.sleep(_LOOK)
        answer = api.get(f"api/v1/media/{named}", at=at)
    raise BrokenOff(f"{api.host} still prepares the file '{name[:60]}'. It is tried again.")
