"""Why there is no token, or none that opens the mailbox, and what to do next."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from answerback.channels.live import Account
from answerback.channels.mail.fields import GOOGLE, MICROSOFT, MICROSOFT_APP
from answerback.channels.mail.providers import Provider

#: No's that pass by themselves (RFC 6749, 4.1.2.1, and what providers add).
FOR_NOW: Final = frozenset(
    {"temporarily_unavailable", "server_error", "slow_down", "internal_failure"}
)
_AADSTS: Final = re.compile(r"AADSTS(\d{4,8})")
_LONGEST_SAID: Final = 160
_LONGEST_CLAIMS: Final = 20_000

_OVERVIEW: Final = "the app's overview in Microsoft Entra"
_SECRETS: Final = "Microsoft Entra, App registrations, the app, Certificates & secrets"
_CONSENT: Final = (
    "An administrator opens Microsoft Entra, App registrations, the app, API permissions, adds "
    "{rights} of Office 365 Exchange Online and presses 'Grant admin consent'."
)
_AS_PERSON: Final = "IMAP.AccessAsUser.All and SMTP.Send (delegated)"
_AS_APP: Final = "IMAP.AccessAsApp and SMTP.SendAsApp (application permissions)"
_NO_TENANT: Final = (
    f"Microsoft knows no directory '{{tenant}}'. Copy the directory (tenant) ID from {_OVERVIEW}."
)
_LAPSED: Final = "The sign-in at Microsoft has ended: {why}. {again}"
_BLOCKED: Final = (
    "A rule of your organisation (Conditional Access) keeps this app out. An administrator finds "
    "the try among the sign-in logs of Microsoft Entra and lets the app through."
)

#: What Microsoft's numbers mean.  They only choose a sentence: its documents say that programs
#: must not depend on them, so whether to go on is decided by the standard's words alone.
_MICROSOFT: Final[Mapping[int, str]] = {
    90002: _NO_TENANT,
    90019: _NO_TENANT,
    900023: _NO_TENANT,
    700016: "In the directory '{tenant}' there is no app '{client_id}'. One of the two IDs is "
    f"another's: copy both from {_OVERVIEW}.",
    7000215: "Microsoft says that the client secret is wrong. Copy the secret's value, not its "
    f"ID; where the value can no longer be seen, make a new one ({_SECRETS}).",
    7000222: f"The client secret has expired. Make a new one ({_SECRETS}) and set it here.",
    7000218: "Microsoft wants a client secret of this app. Either set 'Allow public client flows' "
    "to Yes (Microsoft Entra, the app, Authentication), or set the app's client secret here.",
    700025: "Microsoft takes this app for one without a secret. Take the client secret out of "
    "this account, then sign in again.",
    7000112: "The app is switched off in Microsoft Entra. An administrator switches it on again "
    "(Enterprise applications, the app, Properties).",
    65001: "The app was never given consent. " + _CONSENT + " {again}",
    65004: "The person who signed in did not consent. {again}",
    90094: "Only an administrator may consent to this app. " + _CONSENT + " {again}",
    50105: "The person who signed in is not among those who may use the app. An administrator "
    "adds them (Enterprise applications, the app, Users and groups). {again}",
    700082: _LAPSED.replace("{why}", "it was not used for 90 days"),
    70008: _LAPSED.replace("{why}", "it has expired"),
    70043: _LAPSED.replace("{why}", "your organisation lets it live only so long"),
    700084: _LAPSED.replace("{why}", "it has expired"),
    50173: _LAPSED.replace("{why}", "the password was changed, or an administrator revoked it"),
    50057: "The person who signed in is switched off in Microsoft Entra. Sign in as another one, "
    "or have them switched on. {again}",
    50055: "The password of the person who signed in has expired. They set another one. {again}",
    50076: _LAPSED.replace("{why}", "a second step is asked for now"),
    50079: _LAPSED.replace("{why}", "a second step is asked for now"),
    53000: _BLOCKED,
    53001: _BLOCKED,
    53002: _BLOCKED,
    53003: _BLOCKED,
}

#: What the words of the standard mean (RFC 6749, 5.2; RFC 8628, 3.5), and some of Google's own.
_WORDS: Final[Mapping[str, str]] = {
    "invalid_client": "{title} does not know the app, or its secret is wrong. Copy the client ID "
    "and the client secret once more from the app's page there.",
    "invalid_grant": "The sign-in at {title} has ended: it was revoked, has expired, or the "
    "password was changed. {again}",
    "unauthorized_client": "{title} does not let this app sign in like that. Look at the kind of "
    "app and its permissions there.",
    "invalid_scope": "{title} does not know the permission that is asked for. Look at the app's "
    "permissions there, and at the scope in the settings.",
    "access_denied": "Whoever was asked at {title} said no. {again}",
    "authorization_declined": "Whoever was asked at {title} said no. {again}",
    "expired_token": "Nobody typed the code in time. {again}",
    "bad_verification_code": "{title} does not know the code any more. {again}",
    "deleted_client": "The app was deleted at Google. Make another one (Google Cloud, Google Auth "
    "Platform, Clients) and set its client ID and client secret.",
    "admin_policy_enforced": "An administrator of your Google Workspace does not let this app in. "
    "They allow it: Admin console, Security, API controls, App access control.",
    "org_internal": "The app is for another organisation's people. Make one in your own Google "
    "Cloud project, or sign in as one of theirs.",
}
_TESTING: Final = (
    " While Google lists the app as 'Testing', each sign-in ends after 7 days: make it Internal, "
    "or publish it (Google Auth Platform, Audience)."
)


def sign_in_again(account: Account) -> str:
    """Return how a person signs in."""
    return (
        "Whoever runs the server types: answerback channel sign-in "
        f"{account.account_id or 'NUMBER'}"
    )


def why_no_token(account: Account, provider: Provider, *, found: Mapping[str, Any]) -> str:
    """Return why a provider gives no token, and what to do, with what it says itself."""
    error, told = str(found.get("error", ""))[:80], _words(found.get("error_description", ""))
    words = {
        "title": provider.title,
        "tenant": account.settings.get("tenant", "")[:80],
        "client_id": provider.client_id[:80],
        "rights": _AS_APP if provider.as_app else _AS_PERSON,
        "again": "" if provider.as_app else sign_in_again(account),
    }
    sentence = _microsoft_says(provider, found=found, told=told) or _WORDS.get(
        error, "{title} gives no token. Look at the app's settings there, and at the IDs here."
    )
    if provider.way == GOOGLE and error == "invalid_grant":
        sentence += _TESTING
    said = f"{error}: {told}" if told and error not in told else told or error
    return f"{sentence.format(**words).strip()} ({provider.title} says: {said[:_LONGEST_SAID]})"


def _microsoft_says(provider: Provider, *, found: Mapping[str, Any], told: str) -> str:
    if provider.way not in {MICROSOFT, MICROSOFT_APP}:
        return ""
    codes = found.get("error_codes")
    numbers = [one for one in codes if isinstance(one, int)] if isinstance(codes, list) else []
    numbers += [int(one) for one in _AADSTS.findall(told)]
    return next((_MICROSOFT[one] for one in numbers if one in _MICROSOFT), "")


def why_not_let_in(
    account: Account, provider: Provider, *, token: str, host: str, words: str, status: str
) -> str:
    """Return why a mail server does not take a token that the provider gave, and what to do."""
    said = f" ({host} says: {words[:_LONGEST_SAID]}{f', {status}' if status else ''})"
    user = account.settings.get("user", "")[:80]
    off = _switched_off(words, user=user)
    if off:
        return off + said
    if provider.way in {MICROSOFT, MICROSOFT_APP}:
        return _not_into_exchange(provider, user=user, claims=_claims(token)) + said
    if provider.way == GOOGLE:
        return (
            f"Google does not let the app into the mailbox '{user}'. User must be the address of "
            "whoever signed in; in Google Workspace an administrator must allow IMAP (Apps, "
            f"Gmail, End user access). Else sign in again: {sign_in_again(account)}{said}"
        )
    return (
        f"{host} does not take the token for '{user}'. Check that User is who signed in, and that "
        f"the scope is the one that the mail server wants.{said}"
    )


def _switched_off(words: str, *, user: str) -> str:
    """Return what to do where a server says that IMAP or SMTP is switched off; "": it does not."""
    low = words.casefold()
    if "smtpclientauthentication is disabled" in low:
        return (
            f"Microsoft has sending by SMTP switched off for '{user}'. An administrator switches "
            "it on: Microsoft 365 admin centre, Users, the mailbox, Mail, Manage email apps, "
            "Authenticated SMTP; it takes some minutes to work."
        )
    if "not enabled for imap" in low or "imap access is disabled" in low:
        return (
            f"IMAP is switched off for the mailbox '{user}'. Switch it on in the mail settings; "
            "in Google Workspace an administrator does (Admin console, Apps, Gmail, End user "
            "access)."
        )
    return ""


def _not_into_exchange(provider: Provider, *, user: str, claims: Mapping[str, Any]) -> str:
    """Return why Exchange refuses, by what Microsoft wrote into the token of what it opens."""
    if provider.as_app:
        roles = claims.get("roles")
        there = roles if isinstance(roles, list) else []
        if claims and not {"IMAP.AccessAsApp", "SMTP.SendAsApp"} <= set(map(str, there)):
            return "The app lacks a permission, or nobody consented. " + _CONSENT.format(
                rights=_AS_APP
            )
        return (
            f"The app has its token, and Exchange does not let it into the mailbox '{user}'. An "
            "administrator registers it and gives it the mailbox (New-ServicePrincipal, "
            "Add-MailboxPermission), and sees that IMAP is on for that mailbox; it takes up to "
            "an hour to work."
        )
    scopes = str(claims.get("scp", "")).split()
    if claims and not {"IMAP.AccessAsUser.All", "SMTP.Send"} <= set(scopes):
        return "The app lacks a permission, or nobody consented. " + _CONSENT.format(
            rights=_AS_PERSON
        )
    who = str(claims.get("upn", ""))[:80]
    if who and who.casefold() != user.casefold():
        return (
            f"'{who}' signed in, and Exchange does not let them into the mailbox '{user}'. Sign in "
            "as that mailbox's person, or have an administrator give them full access to it."
        )
    return (
        f"Exchange does not let in '{user}' although the sign-in is good. An administrator "
        "switches IMAP (and Authenticated SMTP) on: Microsoft 365 admin centre, Users, the "
        "mailbox, Mail, Manage email apps; it takes up to an hour to work."
    )


def not_connected(user: str) -> str:
    """Return what Exchange's "authenticated but not connected" means; the login itself is good."""
    return (
        f"Exchange takes the sign-in and does not open the mailbox '{user[:80]}'. Either IMAP is "
        "switched off for it (Microsoft 365 admin centre, Users, the mailbox, Mail, Manage email "
        "apps), or whoever signed in has no full access to it, or User is not its address."
    )


def _claims(token: str) -> Mapping[str, Any]:
    """
    Return what Microsoft wrote into a token of what it opens; {}: it cannot be read.

    Nothing but the sentence depends on it: tokens are for the mail server to read.
    """
    parts = token.split(".")
    if len(parts) != 3 or len(parts[1]) > _LONGEST_CLAIMS:  # noqa: PLR2004  RFC 7519
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _words(told: object) -> str:
    """Return a provider's own words: the first line, without what only its own people can read."""
    first = str(told).replace("\r", "\n").partition("\n")[0].partition(" Trace ID:")[0]
    return " ".join("".join(one if one.isprintable() else " " for one in first).split())
