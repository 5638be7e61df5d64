"""One server of the Mastodon API, asked through the one guarded client."""

import hashlib
import re
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from answerback.channels.field_checks import LOGIN_SHOWN
from answerback.channels.http import Answer, AnsweredNo, BrokenOff, Client, clock_ahead, refuse
from answerback.channels.live import Account, Field, NotAllowed, Rate
from answerback.domain.records.refusal import Refusal

#: What Mastodon takes unless an instance says otherwise, and what each link counts there.
_USUAL_LENGTH: Final = 500
_USUAL_LINK: Final = 23
#: Seconds that we remember who we are on a server, and what it is: asked before every piece of
#: work otherwise.
_REMEMBERED: Final = 3_600.0
_NEXT = re.compile(r'<([^<>]{1,2048})>\s*;[^,<>]{0,200}\brel="?next"?')
#: Versions tell what a server would like to be taken for: "4.0.0 (not true; really snac/2.75)",
#: "2.7.2 (compatible; Pleroma 2.6.3)", "0.17.3 GoToSocial", "3.5.3 (compatible; Takahe/0.11)".
_MASTODON = re.compile(r"[4-9]\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]*)?", re.ASCII)
_SOURCES: Final = ("https://github.com/mastodon/mastodon", "https://github.com/glitch-soc/mastodon")
_WRONG_LOGIN: Final = frozenset({403, 422})


class NoServer(Refusal):
    """The account does not say which server it lives on."""


def _no_server(told: str) -> str:
    if ":" in told.rpartition("@")[0].rpartition("//")[2]:
        return LOGIN_SHOWN
    try:
        _base_of(told)
    except NoServer as no:
        return str(no)
    return ""


SERVER: Final = Field(
    name="server",
    label="Server",
    help="Where the account lives, for example https://mastodon.example.",
    wrong=_no_server,
)
TOKEN: Final = Field(
    name="token",
    label="Access token",
    help="From the server: Preferences, Development, New application; it needs read and write.",
    secret=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who we are on a server."""

    id: str
    acct: str
    url: str = ""
    #: How public its posts are unless it says otherwise, in the server's word.
    privacy: str = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """What a server says of itself."""

    version: str = ""
    source: str = ""  #: where its program is from, as it says
    most_characters: int = _USUAL_LENGTH
    per_link: int = _USUAL_LINK  #: characters that each link counts
    most_files: int = 4
    streaming: str = ""  #: "wss://streaming.social.example"; "" where it has none

    @property
    def keeps_keys(self) -> bool:
        """
        Say whether the same `Idempotency-Key` is said once: on Mastodon itself alone.

        snac, Takahe, GoToSocial and Pleroma read the key and post twice.
        """
        if self.source and not self.source.startswith(_SOURCES):
            return False
        return _MASTODON.fullmatch(self.version) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One page of a list, newest first, as the server orders it."""

    items: Sequence[Any]
    following: str | None  #: `max_id` of what comes below; None: the list ends here
    rate: Rate | None = None


class Api:
    """Asks one server under one login."""

    def __init__(self, account: Account, *, fresh: bool = False) -> None:
        """
        Take an account's server and token.

        `fresh` opens a connection for each request: some small servers close them without
        saying so, and what is said into a closed one may or may not have been heard.

        :raises NoServer: when the account names none.
        """
        self.base = base_of(account)
        self.host = urlsplit(self.base).netloc
        self._secret = account.secrets.get(TOKEN.name, "")
        self.client = Client(
            self.base,
            headers={
                **self.authorization,
                "accept": "application/json",
                **({"connection": "close"} if fresh else {}),
            },
            reach=account.reach,
        )

    @property
    def authorization(self) -> dict[str, str]:
        """Return the header that carries our login."""
        return {"authorization": f"Bearer {self._secret}"} if self._secret else {}

    def close(self) -> None:
        self.client.close()

    def get(self, path: str, *, at: datetime, **params: Any) -> Answer:
        """Ask, and once more when the connection broke: asking harms nobody."""
        try:
            return self._asked(path, at=at, params=params)
        except BrokenOff as wrong:
            if type(wrong) is not BrokenOff:
                raise
            return self._asked(path, at=at, params=params)

    def _asked(self, path: str, *, at: datetime, params: Mapping[str, Any]) -> Answer:
        return self.client.get(path, at=at, params=params or None)

    def listed(self, path: str, *, at: datetime, key: str = "", **params: Any) -> Batch:
        """
        Return one page of a list; `key` names the list where it lies in an object.

        :raises BrokenOff: when it is no list.
        """
        answer = self.get(path, at=at, **params)
        told = answer.json()
        items = told.get(key) if key and isinstance(told, Mapping) else told
        if not isinstance(items, list):
            raise BrokenOff(f"{self.host} answers {path} with something else than a list.")
        return Batch(items=items, following=_following(answer, items), rate=answer.rate(at=at))

    def me(self, *, at: datetime) -> Me:
        """
        Return who we are there; remembered for an hour.

        :raises NotAllowed: when the login is refused, in whichever of their ways.
        """
        key = (self.base, hashlib.sha256(self._secret.encode()).digest())
        kept = _remembered(_ME, key)
        if kept is None:
            kept = self.ask_me(at=at)[0]
            _ME[key] = (time.monotonic(), kept)
        return kept

    def ask_me(self, *, at: datetime) -> tuple[Me, Answer]:
        """Ask who we are there, remembered or not."""
        try:
            answer = self.get("api/v1/accounts/verify_credentials", at=at)
        except AnsweredNo as wrong:
            if wrong.status not in _WRONG_LOGIN:
                raise
            raise NotAllowed(
                f"{self.host} refuses our login ({wrong.status}). Make a new access token there "
                "and set it in the account."
            ) from wrong
        told = answer.json()
        if not isinstance(told, Mapping) or not isinstance(told.get("id"), str):
            raise BrokenOff(f"{self.host} does not say who we are. Is it a Mastodon server?")
        source = told.get("source")
        privacy = source.get("privacy") if isinstance(source, Mapping) else None
        me = Me(
            id=told["id"],
            acct=_text(told.get("acct")).removesuffix(f"@{self.host}"),
            url=_text(told.get("url")),
            privacy=_text(privacy) or "public",
        )
        return me, answer

    def instance(self, *, at: datetime) -> Instance:
        """Return what the server says of itself, remembered for an hour; small ones lack v2."""
        kept = _remembered(_INSTANCES, self.base)
        if kept is None:
            kept = self._instance(at=at)
            _INSTANCES[self.base] = (time.monotonic(), kept)
        return kept

    def _instance(self, *, at: datetime) -> Instance:
        for path in ("api/v2/instance", "api/v1/instance"):
            try:
                told = self.get(path, at=at).json()
            except AnsweredNo:
                continue
            if isinstance(told, Mapping):
                return instance_of(told)
        return Instance()

    def say(
        self,
        method: str,
        path: str,
        *,
        fields: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """Say something as a form, and return whatever they answered."""
        return self.client.request(
            method,
            path,
            content=urlencode(fields).encode() if fields else None,
            headers={"content-type": "application/x-www-form-urlencoded", **headers},
        )


def base_of(account: Account) -> str:
    """
    Return an account's server as an address, however people write it: "social.example".

    :raises NoServer: when there is none.
    """
    return _base_of(account.settings.get(SERVER.name, "").strip())


def _base_of(told: str) -> str:
    if "://" not in told:
        told = f"https://{told.rpartition('@')[2]}"  # people paste their own address, too
    try:
        parts = urlsplit(told)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NoServer(
            f"'{told[:80]}' is no server. Write where the account lives, "
            "for example https://mastodon.example."
        )
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def instance_of(told: Mapping[str, Any]) -> Instance:
    """Return what an instance tells, of the second version of the API or the first."""
    configured = _mapping(told.get("configuration"))
    statuses = _mapping(configured.get("statuses"))
    urls = {**_mapping(told.get("urls")), **_mapping(configured.get("urls"))}
    usual = _whole(told.get("max_toot_chars")) or _USUAL_LENGTH
    return Instance(
        version=_text(told.get("version")).strip(),
        source=_text(told.get("source_url")).strip(),
        most_characters=_whole(statuses.get("max_characters")) or usual,
        per_link=_whole(statuses.get("characters_reserved_per_url")) or _USUAL_LINK,
        most_files=_whole(statuses.get("max_media_attachments")) or 4,
        streaming=_text(urls.get("streaming") or urls.get("streaming_api")).rstrip("/"),
    )


def clock_of(answer: Answer, *, at: datetime) -> timedelta | None:
    """Return how far the server's clock is ahead of ours; None: not told."""
    return clock_ahead(answer.headers, at=at)


def accepted(answer: Answer, *, at: datetime) -> Answer:
    """Return an answer that is a yes; see `http.refuse` for what else it may be."""
    return refuse(answer, at=at)


def _following(answer: Answer, items: Sequence[Any]) -> str | None:
    """Return where the list goes on: as its Link header says, else below its last item."""
    link = answer.headers.get("link", "")
    found = _NEXT.search(link[:8_192])
    if found:
        below = parse_qs(urlsplit(found[1]).query).get("max_id")
        return below[0] if below else None
    if link and 'rel="prev"' in link:
        return None  # it tells of pages, and of none below
    last = items[-1] if items else None
    told = last.get("id") if isinstance(last, Mapping) else None
    return told if isinstance(told, str) else None


_Key = TypeVar("_Key", bound=Hashable)
_Told = TypeVar("_Told")
_ME: dict[tuple[str, bytes], tuple[float, Me]] = {}
_INSTANCES: dict[str, tuple[float, Instance]] = {}
_MOST_REMEMBERED: Final = 256


def _remembered(kept: dict[_Key, tuple[float, _Told]], key: _Key) -> _Told | None:
    if len(kept) > _MOST_REMEMBERED:
        kept.clear()
    if key not in kept:
        return None
    since, told = kept[key]
    return told if time.monotonic() - since < _REMEMBERED else None


def known_instance(account: Account) -> Instance | None:
    """Return what is remembered of an account's server; asks nobody."""
    return _remembered(_INSTANCES, base_of(account))


def forget() -> None:
    """Forget who we are and what servers are: for tests, and when a login changes."""
    _ME.clear()
    _INSTANCES.clear()


def _mapping(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def _text(told: object) -> str:
    return told if isinstance(told, str) else ""


def _whole(told: object) -> int | None:
    return told if type(told) is int and told > 0 else None
