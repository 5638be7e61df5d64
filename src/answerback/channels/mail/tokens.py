"""Access tokens: fetched before they end, kept in memory alone, fetched anew when refused."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any, Final, TypeVar

from answerback.channels.deadline import seconds_now
from answerback.channels.http import Answer, BrokenOff, Client, Unreached
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, NotAllowed
from answerback.channels.mail.providers import Provider
from answerback.channels.mail.refusals import FOR_NOW, sign_in_again, why_no_token

Done = TypeVar("Done")

#: Of a token's life, so much is left at least when it is used; of a short life, half of it.
_SPARE_SECONDS: Final = 300.0
#: Where nothing is told of a token's life.
_LIFE_NOT_TOLD: Final = 600.0
_LONGEST_LIFE: Final = 86_400.0
_MOST_KEPT: Final = 1_000
_MOST_BYTES: Final = 256 << 10
_LONGEST_TOKEN: Final = 16_000
_NO_BEARER: Final = "answers with a token of a kind that mail servers do not take"


class TokenRefused(NotAllowed):
    """A mail server did not take a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What opens a mailbox for an hour or so."""

    word: str = field(repr=False)
    fresh: bool  #: it was made for whoever asks now


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a provider gave."""

    access: str = field(repr=False)
    seconds: float  #: that the access token lives
    refresh: str = field(default="", repr=False)  #: the next refresh token; "": the old one stays


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    word: str = field(repr=False)
    until: float  #: by `seconds_now()`; it is used no longer


_KEPT: Final[dict[str, _Kept]] = {}
_LOCKS: Final[dict[str, Lock]] = {}
_AT_TABLES: Final = Lock()


def with_token(account: Account, provider: Provider, sign_in: Callable[[str], Done]) -> Done:
    """
    Sign in with a token; one of before that is refused is fetched anew, once.

    :raises NotAllowed: when there is no token to be had, or the mail server refuses a fresh one.
    :raises ChannelDown: when somebody cannot be reached.
    """
    token = token_of(account, provider)
    try:
        return sign_in(token.word)
    except TokenRefused:
        if token.fresh:
            raise
    return sign_in(token_of(account, provider, instead_of=token.word).word)


def token_of(account: Account, provider: Provider, *, instead_of: str = "") -> Token:
    """
    Return a token that lives for some minutes yet; `instead_of` one that was refused.

    :raises NotAllowed: when the provider refuses, in a sentence that says what to do.
    :raises ChannelDown: when it cannot be reached, or has a fault of its own.
    """
    key = _key(account, provider)
    with _AT_TABLES:
        lock = _LOCKS.setdefault(key, Lock())
    with lock:  # of several threads one asks, and the others have what it got
        kept = _KEPT.get(key)
        if kept is not None and kept.word != instead_of and seconds_now() < kept.until:
            account.made.append(kept.word)
            return Token(word=kept.word, fresh=False)
        granted = _granted(account, provider)
        spare = min(_SPARE_SECONDS, granted.seconds / 2)
        with _AT_TABLES:
            _KEPT[key] = _Kept(word=granted.access, until=seconds_now() + granted.seconds - spare)
            while len(_KEPT) > _MOST_KEPT:
                del _KEPT[next(iter(_KEPT))]
        return Token(word=granted.access, fresh=True)


def forget_token(account: Account, provider: Provider) -> None:
    """Let the next one be fetched: a test of the connection tests the provider, too."""
    with _AT_TABLES:
        _KEPT.pop(_key(account, provider), None)


def _key(account: Account, provider: Provider) -> str:
    """Return what a token is kept under: not the refresh token, which changes with each use."""
    told = (
        *(str(account.account_id), provider.token_url, provider.client_id, provider.scope),
        account.secrets.get("client_secret", ""),
    )
    return sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def _granted(account: Account, provider: Provider) -> Granted:
    if provider.as_app:
        told = {"grant_type": "client_credentials", "scope": provider.scope}
        return ask_for_token(account, provider, told=told, secrets=account.secrets)
    vault = account.vault
    with nullcontext() if vault is None else vault.alone():
        secrets = account.secrets if vault is None else vault.read()
        refresh = secrets.get("refresh_token", "")
        if not refresh:
            raise NotAllowed(
                f"Nobody has signed in at {provider.title} yet. {sign_in_again(account)}"
            )
        account.made.append(refresh)  # it may be another than the one we were opened with
        told = {"grant_type": "refresh_token", "refresh_token": refresh}
        told |= {"scope": provider.scope} if provider.scope else {}
        granted = ask_for_token(account, provider, told=told, secrets=secrets)
        if vault is not None and granted.refresh not in {"", refresh}:
            vault.replace("refresh_token", was=refresh, by=granted.refresh)
    return granted


def ask_for_token(
    account: Account,
    provider: Provider,
    *,
    told: Mapping[str, str],
    secrets: Mapping[str, str],
) -> Granted:
    """
    Ask the token endpoint (RFC 6749, 4 to 6).

    :raises NotAllowed: when it refuses.
    :raises ChannelDown: when it cannot be reached, or has a fault of its own.
    """
    answer = say(account, provider, url=provider.token_url, told=told, secrets=secrets)
    found = object_of(answer)
    if not 200 <= answer.status < 300:  # noqa: PLR2004  HTTP's own numbers
        raise refused(account, provider, answer=answer, found=found)
    return granted_in(account, provider, found=found)


def say(
    account: Account,
    provider: Provider,
    *,
    url: str,
    told: Mapping[str, str],
    secrets: Mapping[str, str],
) -> Answer:
    """
    Say something to a provider, with our id and secret there, and return whatever it answers.

    :raises ChannelDown: when no answer came.  What it heard of us changes nothing that was said
        in the mailbox, so no reply is in doubt for it.
    """
    form = {"client_id": provider.client_id, **told}
    if secrets.get("client_secret"):
        form["client_secret"] = secrets["client_secret"]
    try:
        with Client(reach=account.reach) as client:
            return client.request(
                "POST",
                url,
                data=form,
                headers={"accept": "application/json"},
                most_bytes=_MOST_BYTES,
            )
    except (Unreached, BrokenOff) as wrong:
        raise ChannelDown(f"The sign-in service does not answer: {wrong}") from wrong


def refused(
    account: Account, provider: Provider, *, answer: Answer, found: Mapping[str, Any]
) -> ChannelDown:
    """Return what a provider's no means: for a person to mend, or for now."""
    error = str(found.get("error", ""))[:80]
    if not error or answer.status >= 500 or answer.status == 429 or error in FOR_NOW:  # noqa: PLR2004
        said = f" ({error})" if error else ""
        return ChannelDown(
            f"The sign-in service {provider.title} gives no token now: it answers "
            f"{answer.status}{said}."
        )
    return NotAllowed(why_no_token(account, provider, found=found))


def granted_in(account: Account, provider: Provider, *, found: Mapping[str, Any]) -> Granted:
    """
    Return what an answer grants; none of it is said by any exception from now on.

    :raises ChannelDown: when it grants nothing that can be used.
    """
    access, refresh = found.get("access_token"), found.get("refresh_token")
    words = [one for one in (access, refresh) if isinstance(one, str) and one]
    account.made.extend(words)
    usable = all(one.isascii() and one.isprintable() for one in words)
    if not isinstance(access, str) or not 0 < len(access) <= _LONGEST_TOKEN or not usable:
        raise ChannelDown(f"The sign-in service {provider.title} answers, and not with a token.")
    if str(found.get("token_type", "bearer")).casefold() != "bearer":
        raise ChannelDown(f"The sign-in service {provider.title} {_NO_BEARER}.")
    return Granted(
        access=access,
        seconds=_seconds(found.get("expires_in")),
        refresh=refresh if isinstance(refresh, str) else "",
    )


def _seconds(told: object) -> float:
    """Return a token's life; some write the number as a text."""
    if isinstance(told, str) and told.isascii() and told.isdigit():
        told = int(told[:9])
    if isinstance(told, bool) or not isinstance(told, int | float):
        return _LIFE_NOT_TOLD
    return min(max(float(told), 0.0), _LONGEST_LIFE)


def object_of(answer: Answer) -> Mapping[str, Any]:
    """Return the JSON object of an answer; {}: it holds none."""
    try:
        found = answer.json()
    except BrokenOff:
        return {}
    return found if isinstance(found, dict) else {}
