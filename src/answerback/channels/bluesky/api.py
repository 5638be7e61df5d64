"""Asking an account's server, on a session that is kept as long as it lives."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from answerback.channels.bluesky.names import is_did
from answerback.channels.http import Answer, AnsweredNo, BrokenOff, Client, clock_ahead, refuse
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, NotAllowed, Rate

SERVER: Final = "https://bsky.social"
#: A session is made anew this long before it ends, for clocks differ.
_MARGIN: Final = timedelta(seconds=90)
#: What the network calls a session that is over.
_OVER: Final = frozenset({"ExpiredToken", "InvalidToken"})
#: The names under which a session is sealed.  Who we are is read from its tokens: what is sealed
#: is blotted out of every sentence, and a handle may be said.
_ACCESS, _REFRESH, _FOR = ("session_access", "session_refresh", "session_for")


class NoAppView(ChannelDown):
    """The server keeps records and knows nothing of who speaks to whom: it has no app view."""


class NotThere(ChannelDown):
    """What was asked for is not, or no longer, there."""


class Api:
    """
    The calls of one account's server.

    A session is made only when none is usable, for there may be thirty in five minutes; what
    it consists of is handed to `account.keep`, which seals it.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self.server = (account.settings.get("server") or SERVER).rstrip("/")
        if "://" not in self.server:
            self.server = f"https://{self.server}"
        self.rate: Rate | None = None  #: as last told
        self.ahead: timedelta | None = None  #: their clock before ours, as last told
        self._handle = ""
        self._login = account.settings.get("handle", "").strip().removeprefix("@")
        self._client = Client(self.server, reach=account.reach)
        stored = account.secrets
        ours = stored.get(_FOR) == self._for()
        self._session = {name: stored.get(name, "") if ours else "" for name in (_ACCESS, _REFRESH)}

    def close(self) -> None:
        self._client.close()

    @property
    def host(self) -> str:
        return urlsplit(self.server).netloc

    def did(self, *, at: datetime) -> str:
        """Return who we are, signing in where nobody has yet."""
        did = _claims(self._session[_ACCESS] or self._session[_REFRESH]).get("sub")
        if not is_did(did):
            self._sign_in(at=at)
            did = _claims(self._session[_ACCESS]).get("sub")
        if not isinstance(did, str) or not is_did(did):
            raise BrokenOff(f"{self.host} opened a session and did not say whose.")
        return did

    def handle(self, *, at: datetime) -> str:
        """Return our handle as the server last told it, or as it was set."""
        if not self._handle and _HANDLE.fullmatch(self._login):
            return self._login.lower()
        if not self._handle:
            told = self.get("com.atproto.server.getSession", {}, at=at).get("handle")
            self._handle = told if isinstance(told, str) else self._login
        return self._handle

    def get(self, method: str, params: Mapping[str, Any], *, at: datetime) -> Mapping[str, Any]:
        """
        Ask for something.

        :raises NoAppView: when only an app view knows, and there is none.
        :raises NotThere: when what is asked for does not exist.
        """
        return _object(self._asked("GET", method, at=at, params=dict(params)))

    def post(self, method: str, body: Mapping[str, Any], *, at: datetime) -> Mapping[str, Any]:
        """Do something; raises as `get` does."""
        return _object(self._asked("POST", method, at=at, json_body=dict(body)))

    def upload(self, data: bytes, *, kind: str, at: datetime) -> Mapping[str, Any]:
        """Hand a file over and return what names it in a record."""
        answer = self._asked(
            "POST",
            "com.atproto.repo.uploadBlob",
            at=at,
            content=data,
            headers={"content-type": kind},
        )
        blob = _object(answer).get("blob")
        if not isinstance(blob, Mapping):
            raise ChannelDown(f"{self.host} took a file and did not say what it is called.")
        return blob

    def _asked(
        self, verb: str, method: str, *, at: datetime, headers: Any = None, **told: Any
    ) -> Answer:
        for last in (False, True):
            token = self._token(at=at)
            answer = self._client.request(
                verb,
                f"xrpc/{method}",
                headers={**(headers or {}), "authorization": f"Bearer {token}"},
                **told,
            )
            if last or error_in(answer.body) not in _OVER:
                break
            self._session[_ACCESS] = ""
        return self._granted(answer, at=at)

    def _granted(self, answer: Answer, *, at: datetime) -> Answer:
        self.rate = answer.rate(at=at) or self.rate
        self.ahead = clock_ahead(answer.headers, at=at)
        try:
            return refuse(answer, at=at)
        except AnsweredNo as no:
            error, said = error_in(no.body), _said(no.body)
            if error in _CLOSED:
                raise NotAllowed(
                    f"{self.host} says that the account {self._login} is closed. Open it again "
                    "there, or remove it here."
                ) from no
            if said.startswith("No service configured"):
                raise NoAppView(
                    f"{self.host} has no app view: it answers no searches, no notices and no "
                    "threads. Only our own posts and its firehose can be heard there."
                ) from no
            if error in _NOT_THERE or "ould not locate record" in said or _NO_REPO in said:
                raise NotThere(
                    f"{self.host} does not have it{f': {said}' if said else ''}."
                ) from no
            raise

    def _token(self, *, at: datetime) -> str:
        """Return what opens the door, made anew where it must be."""
        session = self._session
        if not _lives(session.get(_ACCESS, ""), at=at):
            if _lives(session.get(_REFRESH, ""), at=at):
                self._refresh(at=at)
            else:
                self._sign_in(at=at)
        return self._session[_ACCESS]

    def _refresh(self, *, at: datetime) -> None:
        answer = self._client.request(
            "POST",
            "xrpc/com.atproto.server.refreshSession",
            headers={"authorization": f"Bearer {self._session[_REFRESH]}"},
        )
        if answer.status in _REFUSED and error_in(answer.body) in {*_OVER, "AuthMissing"}:
            self._sign_in(at=at)
            return
        self._begin(_object(self._granted(answer, at=at)))

    def _sign_in(self, *, at: datetime) -> None:
        password = self.account.secrets.get("password", "")
        if not self._login or not password:
            raise NotAllowed("The account has no handle or no app password. Set both.")
        answer = self._client.request(
            "POST",
            "xrpc/com.atproto.server.createSession",
            json_body={"identifier": self._login, "password": password},
        )
        error = error_in(answer.body)
        if error == "AuthFactorTokenRequired":
            raise NotAllowed(
                f"{self.host} asks for a second factor. Make an app password in the settings of "
                "the account there and set that one here."
            )
        if answer.status in _REFUSED and error in {"AuthenticationRequired", "InvalidRequest"}:
            raise NotAllowed(
                f"{self.host} does not know @{self._login} with this app password. "
                "Set the account's handle and app password anew."
            )
        self._begin(_object(self._granted(answer, at=at)))

    def _begin(self, told: Mapping[str, Any]) -> None:
        """Keep a session for this work and, sealed, for the next."""
        names = {_ACCESS: "accessJwt", _REFRESH: "refreshJwt"}
        session = {name: told.get(theirs) for name, theirs in names.items()}
        handle = told.get("handle")
        self._handle = handle if isinstance(handle, str) else self._handle
        if not all(isinstance(one, str) and one for one in session.values()):
            raise ChannelDown(f"{self.host} opened a session and did not say which.")
        self._session = {name: str(one) for name, one in session.items()}
        if self.account.keep is not None:
            self.account.keep({**self._session, _FOR: self._for()})

    def _for(self) -> str:
        """Return whose session it is: another handle or another server needs another one."""
        return sha256(f"{self._login}@{self.server}".encode()).hexdigest()[:16]


_HANDLE: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}", re.IGNORECASE | re.ASCII)
_REFUSED: Final = frozenset({400, 401})
#: What is said of the account that asks; of others' it is said otherwise.
_CLOSED: Final = frozenset({"AccountTakedown", "AccountDeactivated"})
_NOT_THERE: Final = frozenset(
    {"RecordNotFound", "NotFound", "RepoNotFound", "RepoTakendown", "RepoDeactivated"}
)
_NO_REPO: Final = "ould not find repo"


def _object(answer: Answer) -> Mapping[str, Any]:
    """
    Return the object that an answer holds.

    One post that breaks a rule of `strict_json` (its writer nests it deeper than anybody reads)
    must not hide the ninety-nine beside it, so such a page is read all the same: the map takes
    nothing but texts and small numbers out of it.
    """
    if not answer.body.strip():
        return {}
    try:
        told = answer.json()
    except BrokenOff:
        with suppress(ValueError, RecursionError):
            told = json.loads(answer.text)
            if isinstance(told, Mapping):
                return told
        raise
    if not isinstance(told, Mapping):
        host = urlsplit(answer.url).hostname
        raise BrokenOff(f"{host} answered with something else than an object.")
    return told


def error_in(body: bytes) -> str:
    """Return the name the network gives to what went wrong; "" where it gives none."""
    return _told(body, "error")


def _said(body: bytes) -> str:
    return _told(body, "message")[:200]


def _told(body: bytes, name: str) -> str:
    if not body.startswith(b"{") or len(body) > 1 << 16:
        return ""
    with suppress(ValueError, RecursionError):
        told = json.loads(body)
        word = told.get(name) if isinstance(told, dict) else None
        return word if isinstance(word, str) else ""
    return ""


def _lives(token: str, *, at: datetime) -> bool:
    """
    Tell whether a token is still good by what it says of itself; what does not say is tried.

    Nobody's signature is checked here: the server does that.
    """
    if not token:
        return False
    ends = _claims(token).get("exp")
    return not isinstance(ends, int | float) or ends > (at + _MARGIN).timestamp()


def _claims(token: str) -> Mapping[str, Any]:
    """Return what a token says of itself; nothing where it is none of the usual kind."""
    with suppress(IndexError, ValueError, binascii.Error, RecursionError):
        part = token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        if isinstance(told, dict):
            return told
    return {}
