"""Who may sign in, and how often they may try: what we tell django-allauth (ADR 0023)."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from answerback.desk.operations.sign_in_tries import Try, begin_try, forget_try
from answerback.desk.operations.write_sign_in import AtTheDoor, write_sign_in
from answerback.domain.records.refusal import Refusal
from answerback.web.caller import net_of
from answerback.web.device import device_of, know_device
from answerback.web.moment import moment_of

#: What allauth would write a mail about, and how the audit log calls it.
_TOLD: Mapping[str, AtTheDoor] = {
    "account/email/password_changed": AtTheDoor.PASSWORD_CHANGED,
    "mfa/email/totp_activated": AtTheDoor.CODES_APP_ADDED,
    "mfa/email/totp_deactivated": AtTheDoor.CODES_APP_REMOVED,
    "mfa/email/webauthn_added": AtTheDoor.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": AtTheDoor.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": AtTheDoor.RECOVERY_CODES_MADE,
}

_SAID = frozenset({"account/messages/password_changed.txt"})
_VERSION = "v1:"
_NONCE_BYTES = 12  # as AES-GCM has it
_PURPOSE = b"answerback second step"


class AccountClosed(Refusal):
    """Somebody's account was closed by an owner."""


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """People come by invitation, try passwords slowly, and all of it is written down."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The handle and the password do not belong together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """
        Look at a password, unless there were too many wrong ones.

        :raises TooManyTries: saying when the next one is possible.
        """
        handle, at = str(credentials.get("username", "")), moment_of(request)
        told = Try(
            handle=handle,
            device=device_of(request, handle=handle),
            address=net_of(self.get_client_ip(request)),
        )
        counted = begin_try(told=told, at=at)
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is None:
            write_sign_in(what=AtTheDoor.SIGN_IN_REFUSED, handle=handle, by=None, at=at)
        else:
            forget_try(counted)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Do nothing: allauth's own limit is by name, so a stranger could fill it."""

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        raise AccountClosed("This account was closed. Ask an owner of your brand.")

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **told: Any) -> HttpResponse:
        """Know the browser from now on, and write down who came in."""
        response: HttpResponse = super().post_login(request, user, **told)
        handle = user.get_username()
        know_device(request, response, handle=handle)
        write_sign_in(
            what=AtTheDoor.SIGNED_IN,
            handle=handle,
            by=handle,
            at=moment_of(request),
            how=_how(request),
        )
        return response

    def logout(self, request: HttpRequest) -> None:
        handle = request.user.get_username()
        super().logout(request)
        write_sign_in(what=AtTheDoor.SIGNED_OUT, handle=handle, by=handle, at=moment_of(request))

    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, *_args: Any, **_told: Any
    ) -> None:
        """Write down what a mail would tell: there may be no mail server, and there is a log."""
        what = _TOLD.get(template_prefix)
        if what is not None:
            handle = user.get_username()
            write_sign_in(what=what, handle=handle, by=handle, at=moment_of(self.request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **told: Any,
    ) -> None:
        """Keep what went wrong and what one would doubt; other pages show it by themselves."""
        if level >= messages.ERROR or message_template in _SAID:
            super().add_message(request, level, message_template, *args, **told)


class SecondSteps(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """One-time codes and passkeys; their secrets are encrypted in the database."""

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002  the name it overrides
        return gettext("Passkey")

    def encrypt(self, text: str) -> str:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        hidden = AESGCM(_key()).encrypt(nonce, text.encode(), _PURPOSE)
        return _VERSION + b64encode(nonce + hidden).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """
        Return a secret in the clear.

        :raises Refusal: when the installation's key is another one by now.
        """
        told = b64decode(encrypted_text.removeprefix(_VERSION))
        try:
            shown = AESGCM(_key()).decrypt(told[:_NONCE_BYTES], told[_NONCE_BYTES:], _PURPOSE)
        except InvalidTag as wrong:
            raise Refusal(
                "The secrets of one-time codes were made with another ANSWERBACK_SECRET_KEY. "
                "Restore it, or let whoever runs the server type: answerback people "
                "password HANDLE --remove-second-step"
            ) from wrong
        return shown.decode()


def _key() -> bytes:
    return sha256(f"second steps:{settings.SECRET_KEY}".encode()).digest()


def _how(request: HttpRequest) -> str:
    """Return by what somebody came in: "password", "password, mfa"."""
    steps = request.session.get("account_authentication_methods", [])
    return ", ".join(
        str(step.get("type") or step.get("method")) for step in steps if isinstance(step, dict)
    )
