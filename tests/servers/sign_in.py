"""
A sign-in service of ours that speaks as Microsoft's and Google's are documented to.

It gives tokens by client credentials, refresh token, device code (RFC 8628) and authorisation code
with PKCE (RFC 7636); it tells a mail server whom a token stands for (RFC 7662).  It is strict as
RFC 9700 advises: with `rotates` a refresh token is good once, and whoever shows an old one again
ends the whole sign-in.

Sources: learn.microsoft.com, "Microsoft identity platform and the OAuth 2.0 device authorization
grant flow", "… client credentials flow", "… error codes"; developers.google.com, "OAuth 2.0 for
Mobile & Desktop Apps".
"""

import base64
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.channels.site import Asked, Said, Site, site

TENANT = "8d1f2c3a-1111-2222-3333-5b6c7d8e9f00"
CLIENT = "11112222-aaaa-bbbb-cccc-333344445555"
SECRET = "clientSecret~8Q_wert/zu+i="  # noqa: S105  of a test
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

Form = dict[str, str]


@dataclass(kw_only=True)
class SignIn:
    """The service: what it knows, and how it behaves from now on."""

    site: Site
    user: str = "care"  #: whom its tokens stand for
    rotates: bool = False
    seconds: int = 3600  #: an access token lives
    secret: str = ""  #: that apps must show; "": none
    fails: Callable[[Form], Said | None] = lambda _form: None  #: what is said instead, if anything
    claims: Mapping[str, Any] | None = None  #: tokens are JWTs that hold these; None: opaque
    pending: int = 0  #: times that a device is told to wait yet
    asked: list[Form] = field(default_factory=list)  #: forms that came to the token endpoint
    access: dict[str, float] = field(default_factory=dict)  #: token → until when
    refresh: str = ""  #: the one that is good now
    old: set[str] = field(default_factory=set)
    ended: bool = False  #: an old refresh token was shown again
    challenge: str = ""
    lock: Lock = field(default_factory=Lock)

    @property
    def token_url(self) -> str:
        return f"{self.site.url}/{TENANT}/oauth2/v2.0/token"

    def granted(self, *, refreshes: bool) -> Said:
        word = f"at{secrets.token_urlsafe(24)}"
        if self.claims is not None:
            parts = ({"typ": "JWT"}, {**self.claims, "jti": word})
            word = ".".join([*(_in_url(json.dumps(one).encode()) for one in parts), "c2ln"])
        self.access[word] = time.monotonic() + self.seconds
        told: dict[str, Any] = {"token_type": "Bearer", "expires_in": self.seconds}
        told |= {"access_token": word, "ext_expires_in": self.seconds}
        if refreshes and (self.rotates or not self.refresh):
            self.old.add(self.refresh)
            self.refresh = f"rt{secrets.token_urlsafe(24)}"
        if refreshes:
            told |= {"refresh_token": self.refresh, "scope": "as asked"}
        return in_json(told)

    def revoke_all(self) -> None:
        """Let no access token be good any more, as after a change of the password."""
        self.access.clear()


def in_json(told: Mapping[str, Any], *, status: int = 200) -> Said:
    return Said(
        body=json.dumps(told).encode(),
        status=status,
        headers={"content-type": "application/json; charset=utf-8"},
    )


def microsoft_says(number: int, error: str, words: str, *, status: int = 400) -> Said:
    """Return a no in the shape of Microsoft's."""
    trace = "Trace ID: 0000aaaa-11bb Correlation ID: aaaa0000-bb11 Timestamp: 2026-12-01 09:00:00Z"
    return in_json(
        {
            "error": error,
            "error_description": f"AADSTS{number}: {words} {trace}",
            "error_codes": [number],
            "timestamp": "2026-12-01 09:00:00Z",
            "trace_id": "0000aaaa-11bb",
            "correlation_id": "aaaa0000-bb11",
            "error_uri": f"https://login.microsoftonline.com/error?code={number}",
        },
        status=status,
    )


def google_says(error: str, words: str = "", *, status: int = 400) -> Said:
    """Return a no in the shape of Google's."""
    return in_json(
        {"error": error} | ({"error_description": words} if words else {}), status=status
    )


def _token(service: SignIn, asked: Asked) -> Said:
    form = form_of(asked)
    with service.lock:
        service.asked.append(form)
        no = service.fails(form)
        if no is not None:
            return no
        if service.secret and form.get("client_secret") != service.secret:
            return microsoft_says(
                7000215, "invalid_client", "Invalid client secret provided.", status=401
            )
        grants: dict[str, Callable[[SignIn, Form], Said]] = {
            "client_credentials": lambda service, _form: service.granted(refreshes=False),
            "refresh_token": _refreshed,
            DEVICE_GRANT: _device,
            "authorization_code": _code,
        }
        return grants[form["grant_type"]](service, form)


def _refreshed(service: SignIn, form: Form) -> Said:
    shown = form["refresh_token"]
    if shown in service.old and service.rotates:
        service.ended = True
    if service.ended or shown != service.refresh:
        return google_says("invalid_grant", "Token has been expired or revoked.")
    return service.granted(refreshes=True)


def _device(service: SignIn, form: Form) -> Said:
    if form.get("device_code") != "dev-code":
        return microsoft_says(70000, "bad_verification_code", "The code is not known.")
    if service.pending > 0:
        service.pending -= 1
        return microsoft_says(
            70016,
            "authorization_pending",
            "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
        )
    return service.granted(refreshes=True)


def _code(service: SignIn, form: Form) -> Said:
    made = _in_url(sha256(form.get("code_verifier", "").encode()).digest())
    if form.get("code") != "the/code" or made != service.challenge:
        return google_says("invalid_grant", "Malformed auth code.")
    return service.granted(refreshes=True)


def _authorize(service: SignIn, asked: Asked) -> Said:
    """Send the browser back, as after a person said yes."""
    told = {name: one[0] for name, one in parse_qs(urlsplit(asked.path).query).items()}
    service.challenge = told["code_challenge"]
    back = f"{told['redirect_uri']}?state={told['state']}&code=the%2Fcode&scope=x"
    return Said(status=302, headers={"location": back})


def _introspected(service: SignIn, asked: Asked) -> Said:
    token = form_of(asked).get("token", "")
    good = service.access.get(token, 0.0) > time.monotonic()
    told = {"active": good} | ({"username": service.user, "scope": "mail"} if good else {})
    return in_json(told)


def form_of(asked: Asked) -> Form:
    return {name: one[0] for name, one in parse_qs(asked.body.decode()).items()}


def _in_url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def sign_in_service() -> Iterator[SignIn]:
    """Run the service on loopback."""
    with site() as there:
        service = SignIn(site=there)
        begun = {"user_code": "YZMYLD4K", "device_code": "dev-code", "interval": 1}
        begun |= {"verification_uri": f"{there.url}/link", "expires_in": 900}
        begun |= {"message": "To sign in, open the page and enter the code."}
        there.pages |= {
            f"/{TENANT}/oauth2/v2.0/token": lambda asked: _token(service, asked),
            f"/{TENANT}/oauth2/v2.0/devicecode": in_json(begun),
            "/authorize": lambda asked: _authorize(service, asked),
            "/introspect": lambda asked: _introspected(service, asked),
        }
        yield service
