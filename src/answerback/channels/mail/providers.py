"""Where an account's tokens come from, as its settings say: Microsoft, Google, or another."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from answerback.channels.live import Account, NotAllowed
from answerback.channels.mail.fields import GOOGLE, MICROSOFT, MICROSOFT_APP, OTHER, PASSWORD
from answerback.channels.ways import WAY

MICROSOFT_LOGIN: Final = "https://login.microsoftonline.com"
GOOGLE_TOKENS: Final = "https://oauth2.googleapis.com/token"
GOOGLE_LOGIN: Final = "https://accounts.google.com/o/oauth2/v2/auth"
#: Source: learn.microsoft.com, "Authenticate an IMAP, POP or SMTP connection using OAuth".
_MICROSOFT_SCOPE: Final = (
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send "
    "offline_access"
)
_MICROSOFT_APP_SCOPE: Final = "https://outlook.office365.com/.default"
#: Source: developers.google.com, "OAuth 2.0 Mechanism" of Gmail.
_GOOGLE_SCOPE: Final = "https://mail.google.com/"
_TENANT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")


class Mechanism(StrEnum):
    """How a token is shown to a mail server (SASL)."""

    XOAUTH2 = "XOAUTH2"  #: Google's and Microsoft's own
    OAUTHBEARER = "OAUTHBEARER"  #: RFC 7628


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A sign-in service, and our app there."""

    way: str
    title: str  #: for people
    token_url: str
    client_id: str
    scope: str
    as_app: bool = False  #: by client credentials: nobody signs in
    device_url: str = ""  #: where a sign-in by code begins (RFC 8628); "": nowhere
    authorize_url: str = ""  #: where a browser signs in (RFC 6749, 4.1); "": nowhere
    #: The first of these that a mail server offers is taken.
    mechanisms: tuple[Mechanism, ...] = (Mechanism.XOAUTH2, Mechanism.OAUTHBEARER)


def provider_of(account: Account) -> Provider | None:
    """
    Return where an account's tokens come from; None: it signs in by a password.

    :raises NotAllowed: when what was told of it cannot be.
    """
    way = account.settings.get(WAY, "") or PASSWORD
    if way == PASSWORD:
        return None
    client_id = account.settings.get("client_id", "").strip()
    if not client_id:
        raise NotAllowed("The application (client) ID is missing. Set it in the settings.")
    if way in {MICROSOFT, MICROSOFT_APP}:
        return _microsoft(account, client_id=client_id, as_app=way == MICROSOFT_APP)
    if way == GOOGLE:
        return Provider(
            way=way,
            title="Google",
            token_url=GOOGLE_TOKENS,
            client_id=client_id,
            scope=_GOOGLE_SCOPE,
            authorize_url=GOOGLE_LOGIN,
        )
    if way == OTHER:
        return _other(account, client_id=client_id)
    raise NotAllowed(f"'{way[:40]}' is no way to sign in. Choose one in the settings.")


def _microsoft(account: Account, *, client_id: str, as_app: bool) -> Provider:
    tenant = account.settings.get("tenant", "").strip()
    if not _TENANT.fullmatch(tenant):
        raise NotAllowed(
            f"'{tenant[:60]}' is no directory (tenant) ID. Copy it from the app's overview in "
            "Microsoft Entra, or write your organisation's domain, such as acme.example."
        )
    there = f"{MICROSOFT_LOGIN}/{tenant}/oauth2/v2.0"
    return Provider(
        way=MICROSOFT_APP if as_app else MICROSOFT,
        title="Microsoft",
        token_url=f"{there}/token",
        client_id=client_id,
        scope=_MICROSOFT_APP_SCOPE if as_app else _MICROSOFT_SCOPE,
        as_app=as_app,
        device_url="" if as_app else f"{there}/devicecode",
    )


def _other(account: Account, *, client_id: str) -> Provider:
    settings = account.settings
    token_url = _address(account, "token_url", what="token address")
    return Provider(
        way=OTHER,
        title=urlsplit(token_url).hostname or "",
        token_url=token_url,
        client_id=client_id,
        scope=settings.get("scope", "").strip(),
        device_url=_address(account, "device_url", what="device address", needed=False),
        authorize_url=_address(
            account, "authorize_url", what="authorisation address", needed=False
        ),
        mechanisms=(Mechanism.OAUTHBEARER, Mechanism.XOAUTH2),
    )


def is_safe(told: str, *, reach: frozenset[str]) -> bool:
    """Tell whether secrets and people may go to an address: by TLS, or to a machine of our own."""
    try:
        parts = urlsplit(told)
        here = f"{parts.hostname}:{parts.port or 80}" in reach
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))


def _address(account: Account, name: str, *, what: str, needed: bool = True) -> str:
    """Return an address to which secrets may go: over TLS, or on a machine of one's own."""
    told = account.settings.get(name, "").strip()
    if not told and not needed:
        return ""
    if not is_safe(told, reach=account.reach):
        raise NotAllowed(
            f"'{told[:80]}' is no {what} to which a secret may go. Write it like "
            "https://login.acme.example/oauth2/token."
        )
    return told
