"""
Every page says whom it is for, and a page that does not say so is not shown to anybody.

The policy of a page is the first gate: may this person, for any brand at all, do such a thing?
The second is the object's own: views fetch it through `desk.queries.access`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import translation
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from answerback.desk.operations.note_seen import NOTED_EVERY, note_seen
from answerback.desk.queries.access import NotHere, anybody_here, member_of
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import RIGHTS, NotAllowed, Right, Role
from answerback.web.moment import moment_of
from answerback.web.refusals import refusal_page

View = TypeVar("View", bound=Callable[..., Any])


class Door(StrEnum):
    """Who may come at all."""

    OPEN = "open"  #: everybody, signed in or not
    FIRST_RUN = "first_run"  #: everybody, as long as nobody can sign in
    SIGNED_IN = "signed_in"
    CLOSED = "closed"  #: nobody: an address that comes with a library and is no page of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Whom a page is for."""

    door: Door
    right: Right | None = None  #: for at least one brand; None: any member


OPEN = Policy(door=Door.OPEN)
SIGNED_IN = Policy(door=Door.SIGNED_IN)
CLOSED = Policy(door=Door.CLOSED)

#: Pages that others wrote (django-allauth), by the name of their address.
OF_OTHERS: Mapping[str, Policy] = MappingProxyType(
    {
        "account_login": OPEN,
        "account_logout": OPEN,
        "account_change_password": SIGNED_IN,
        "account_reauthenticate": SIGNED_IN,
        "mfa_authenticate": OPEN,  # the second step of signing in: allauth holds the first
        "mfa_trust": OPEN,
        "mfa_login_webauthn": OPEN,
        "mfa_signup_webauthn": CLOSED,
        "mfa_reauthenticate": SIGNED_IN,
        "mfa_reauthenticate_webauthn": SIGNED_IN,
        "mfa_index": SIGNED_IN,
        "mfa_activate_totp": SIGNED_IN,
        "mfa_deactivate_totp": SIGNED_IN,
        "mfa_list_webauthn": SIGNED_IN,
        "mfa_add_webauthn": SIGNED_IN,
        "mfa_edit_webauthn": SIGNED_IN,
        "mfa_remove_webauthn": SIGNED_IN,
        "mfa_view_recovery_codes": SIGNED_IN,
        "mfa_generate_recovery_codes": SIGNED_IN,
        "mfa_download_recovery_codes": SIGNED_IN,
        "usersessions_list": SIGNED_IN,
        # People come by invitation and there may be no mail: none of these.
        "account_inactive": CLOSED,
        "account_signup": CLOSED,
        "account_request_reauthentication_code": CLOSED,
        "account_confirm_reauthentication_code": CLOSED,
        "account_email": CLOSED,
        "account_email_verification_sent": CLOSED,
        "account_set_password": CLOSED,
        "account_reset_password": CLOSED,
        "account_reset_password_done": CLOSED,
        "account_reset_password_from_key": CLOSED,
        "account_reset_password_from_key_done": CLOSED,
        "account_confirm_login_code": CLOSED,
        "account_confirm_email": CLOSED,
    }
)


def open_to_all(view: View) -> View:
    """Show a page to everybody."""
    return _guarded(view, OPEN)


def first_run(view: View) -> View:
    """Show a page as long as nobody can sign in."""
    return _guarded(view, Policy(door=Door.FIRST_RUN))


def signed_in(view: View) -> View:
    """Show a page to everybody who has signed in."""
    return _guarded(view, SIGNED_IN)


def needs(right: Right) -> Callable[[View], View]:
    """Show a page to those who have a right for at least one brand; stands above all others."""

    def guard(view: View) -> View:
        return _guarded(view, Policy(door=Door.SIGNED_IN, right=right))

    return guard


def _guarded(view: View, policy: Policy) -> View:
    view.policy = policy  # type: ignore[attr-defined]  # a function may carry a note
    return view


def policy_of(view: Callable[..., Any], *, name: str | None) -> Policy | None:
    """Return the policy of a page; None: it has none, which is a fault."""
    told: Policy | None = getattr(view, "policy", None)
    return told or OF_OTHERS.get(name or "")


class Access:
    """The first gate; sets `request.me` for those who pass it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        _args: object,
        _kwargs: object,
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else None
        policy = policy_of(view, name=name)
        if policy is None:
            raise ImproperlyConfigured(
                f"The page '{name or view}' has no policy. Put @needs, @signed_in or "
                "@open_to_all above its view (answerback/web/access.py)."
            )
        try:
            return _at_the_gate(request, policy=policy)
        except Refusal as refusal:  # the middleware of refusals sees only what views raise
            return refusal_page(request, refusal)


def _at_the_gate(request: HttpRequest, *, policy: Policy) -> HttpResponse | None:
    if request.user.is_authenticated:
        _let_in(request, policy=policy)
    elif policy.door is Door.SIGNED_IN:
        return _to_the_door(request)
    if policy.door is Door.CLOSED or (policy.door is Door.FIRST_RUN and anybody_here()):
        raise NotHere
    return None


def _let_in(request: HttpRequest, *, policy: Policy) -> None:
    user = request.user
    if not isinstance(user, get_user_model()):
        raise TypeError("Only our own people sign in.")
    me = member_of(user)
    request.me = me  # type: ignore[attr-defined]  # DeskRequest says so
    at = moment_of(request)
    if user.seen_at is None or at - user.seen_at > NOTED_EVERY:
        note_seen(user_id=user.pk, at=at)
    if me.language:
        translation.activate(me.language)
        request.LANGUAGE_CODE = me.language
    if policy.right is not None and not me.may(policy.right):
        could = ", ".join(role for role in Role if policy.right in RIGHTS[role])
        raise NotAllowed(
            f"Your roles do not reach so far ({policy.right}). Roles that do: {could}. "
            "Ask an owner of the brand."
        )


def _to_the_door(request: HttpRequest) -> HttpResponse:
    if not anybody_here():
        return redirect("welcome")
    door = resolve_url(settings.LOGIN_URL)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(door)
    if request.method != "GET" or request.headers.get("Accept") == "text/event-stream":
        return HttpResponse("Sign in first.", status=401, content_type="text/plain")
    return redirect(f"{door}?{urlencode({'next': request.get_full_path()})}")
