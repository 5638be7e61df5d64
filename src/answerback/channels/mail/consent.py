"""A person signs in at the provider, once: by a code (RFC 8628), or in a browser (RFC 8252)."""

import base64
import secrets as chance
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, NotAllowed
from answerback.channels.mail.fields import GOOGLE, REFRESH_TOKEN
from answerback.channels.mail.providers import Provider, is_safe
from answerback.channels.mail.refusals import sign_in_again, why_no_token
from answerback.channels.mail.tokens import ask_for_token, granted_in, object_of, refused, say
from answerback.channels.signing_in import ByBrowser, ByCode, NotYet

_DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_PENDING: Final = "authorization_pending"
_SLOWER: Final = "slow_down"
_CODE_LIVES: Final = 900.0
_EVERY: Final = 5.0  # RFC 8628, 3.2: where nothing is told
_LONGEST_EVERY: Final = 60.0
_LONGEST: Final = 500
#: Google gives a refresh token only where it is asked for, and again only with a new consent.
_OF_GOOGLE: Final = {"access_type": "offline", "prompt": "consent"}


def begin_sign_in(account: Account, provider: Provider, *, back: str) -> ByCode | ByBrowser:
    """
    Begin a sign-in: by a code where the provider has that, for then any browser will do.

    :raises NotAllowed: when nobody signs in this way, or the provider refuses.
    :raises ChannelDown: when it cannot be reached.
    """
    if provider.as_app:
        raise NotAllowed(
            "Nobody signs in to this account: an app of your organisation opens the mailbox. Test "
            "it instead."
        )
    if provider.device_url:
        return _by_code(account, provider)
    if provider.authorize_url:
        return _by_browser(account, provider, back=back)
    raise NotAllowed(
        "The settings name neither a device address nor an authorisation address, so nobody can "
        "sign in. Set one of them (device_url, authorize_url), or set the refresh token."
    )


def _by_code(account: Account, provider: Provider) -> ByCode:
    told = {"scope": provider.scope} if provider.scope else {}
    answer = say(account, provider, url=provider.device_url, told=told, secrets=account.secrets)
    found = object_of(answer)
    if not 200 <= answer.status < 300:  # noqa: PLR2004  HTTP's own numbers
        raise refused(account, provider, answer=answer, found=found)
    page = found.get("verification_uri") or found.get("verification_url")  # the latter is Google's
    code, device = found.get("user_code"), found.get("device_code")
    words = [one for one in (page, code, device) if isinstance(one, str) and one.isprintable()]
    if len(words) < 3 or not all(words) or not is_safe(words[0], reach=account.reach):  # noqa: PLR2004
        raise ChannelDown(f"The sign-in service {provider.title} answers, and not with a code.")
    account.made.append(words[2])
    return ByCode(
        page=words[0][:_LONGEST],
        code=words[1][:_LONGEST],
        device=words[2],
        every=_number(found.get("interval"), default=_EVERY, most=_LONGEST_EVERY),
        seconds=_number(found.get("expires_in"), default=_CODE_LIVES, most=86_400.0),
    )


def look_at_code(account: Account, provider: Provider, begun: ByCode) -> Mapping[str, str]:
    """
    Ask whether the person has signed in, and return the secrets that it brought.

    :raises NotYet: when not.
    :raises NotAllowed: when the person said no, or the code is too old.
    """
    account.made.append(begun.device)
    told = {"grant_type": _DEVICE_GRANT, "device_code": begun.device}
    answer = say(account, provider, url=provider.token_url, told=told, secrets=account.secrets)
    found = object_of(answer)
    error = found.get("error")
    if answer.status >= 400 and error in {_PENDING, _SLOWER}:  # noqa: PLR2004  HTTP's own numbers
        raise NotYet("Nobody has signed in yet.", slower=error == _SLOWER)
    if not 200 <= answer.status < 300:  # noqa: PLR2004  HTTP's own numbers
        raise refused(account, provider, answer=answer, found=found)
    return _kept(account, provider, refresh=granted_in(account, provider, found=found).refresh)


def _by_browser(account: Account, provider: Provider, *, back: str) -> ByBrowser:
    state, verifier = chance.token_urlsafe(24), chance.token_urlsafe(48)
    account.made.append(verifier)
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    told = {
        "client_id": provider.client_id,
        "redirect_uri": back,
        "response_type": "code",
        "scope": provider.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": account.settings.get("user", ""),
        **(_OF_GOOGLE if provider.way == GOOGLE else {}),
    }
    query = urlencode({name: value for name, value in told.items() if value})
    join = "&" if "?" in provider.authorize_url else "?"
    return ByBrowser(
        page=f"{provider.authorize_url}{join}{query}", back=back, state=state, verifier=verifier
    )


def come_back(
    account: Account, provider: Provider, begun: ByBrowser, *, address: str
) -> Mapping[str, str]:
    """
    Return the secrets that a sign-in in a browser brought.

    :raises NotAllowed: when it is not our sign-in that came back, or the person said no.
    """
    account.made.append(begun.verifier)
    told = {name: one[0] for name, one in parse_qs(urlsplit(address.strip()).query).items()}
    if told.get("state") != begun.state:
        raise NotAllowed(
            "That is not the address that this sign-in leads to. Copy the whole address of the "
            f"page that the browser was sent to; it begins with {begun.back}."
        )
    if "error" in told:
        raise NotAllowed(why_no_token(account, provider, found=told))
    account.made.append(told.get("code", ""))
    granted = ask_for_token(
        account,
        provider,
        told={
            "grant_type": "authorization_code",
            "code": told.get("code", ""),
            "redirect_uri": begun.back,
            "code_verifier": begun.verifier,
        },
        secrets=account.secrets,
    )
    return _kept(account, provider, refresh=granted.refresh)


def _kept(account: Account, provider: Provider, *, refresh: str) -> Mapping[str, str]:
    if not refresh:
        raise NotAllowed(
            f"{provider.title} signed the person in for an hour and gave no refresh token, so we "
            "would be out again soon. See that the app may have one (the scope offline_access, or "
            f"a new consent), then sign in again. {sign_in_again(account)}"
        )
    return {REFRESH_TOKEN: refresh}


def _number(told: object, *, default: float, most: float) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or told <= 0:
        return default
    return min(float(told), most)
