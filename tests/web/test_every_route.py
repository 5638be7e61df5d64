"""
Every route by method, role, own and foreign: what the declared policies promise, held to.

The routes come from the address book; one that is new is tested without being named here.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from tests.everything import make_everything
from tests.whole.routes import Route, addresses_of, routes

from answerback.desk import models
from answerback.domain.records.role import RIGHTS, Role
from answerback.web.access import Door

pytestmark = pytest.mark.slow  # every route, many times

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: What stands for a brand's object in an address; the others are words that everybody may say.
_OBJECTS = frozenset(
    {
        *("brand_id", "case_id", "post_id", "reply_id", "macro_id", "team_id", "source_id"),
        *("upload_id", "invitation_id", "bulk_id", "view_id", "file_id", "account_id", "joined_id"),
    }
)
#: What belongs to one person and to no brand: only whose it is decides.
_OF_ONE_PERSON = frozenset({"bulk_undo"})
#: Words in addresses that strangers have: none of them leads anywhere.
_NONE = {"token": "none", "mailbox": "none", "reference": "2222-2222"}
OURS = [route for route in routes() if not route.pattern.startswith(("account/", "static/"))]
SIGNED_IN = [route for route in OURS if route.policy.door is Door.SIGNED_IN]
OF_OBJECTS = [route for route in SIGNED_IN if _OBJECTS & set(route.blanks)]


@pytest.fixture
def ours() -> dict[str, str]:
    """Return what routes call one of everything of Acme's; Umbra has one of everything, too."""
    make_everything("Umbra")
    return make_everything("Acme")


def _browser(handle: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(models.User.objects.get(handle=handle), backend=_BACKEND)
    return client


def _asked(client: Client, method: str, address: str) -> int:
    """Ask, take back whatever came of it, and return the status."""
    with transaction.atomic():
        answer = client.generic(method, address, content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    return answer.status_code


def _each(
    wanted: Sequence[Route], blanks: Mapping[str, str], *, methods: frozenset[str]
) -> Iterator[tuple[Route, str, str]]:
    """Yield each route with each of the methods that it answers, and its address."""
    for route in wanted:
        (address,) = addresses_of(route, blanks)
        for method in sorted(methods & (route.methods or methods)):
            yield route, method, address


_BOTH = frozenset({"GET", "POST"})
_ALL = _BOTH | {"PUT", "PATCH", "DELETE"}


def test_every_route_says_which_methods_it_answers_and_refuses_the_others(
    ours: dict[str, str],
) -> None:
    browser = _browser("acme-owner")

    wrong = [
        (route.name, method)
        for route in SIGNED_IN
        for method in _ALL - route.methods
        for address in addresses_of(route, ours)
        if _asked(browser, method, address) != 405
    ]

    assert [route.name for route in SIGNED_IN if not route.methods] == []
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_right_is_refused_and_one_with_it_is_not(
    role: Role, ours: dict[str, str]
) -> None:
    browser, wrong = _browser(f"acme-{role}"), []

    for route, method, address in _each(SIGNED_IN, ours, methods=_BOTH):
        status = _asked(browser, method, address)
        right = route.policy.right
        if right is not None and right not in RIGHTS[role]:
            fits = status == 403
        elif role is Role.OWNER and route.name not in _OF_ONE_PERSON:
            # An empty form may name no brand, which is as if it named a foreign one.
            fits = status < 500 and status != 403 and (status != 404 or method == "POST")
        else:  # a finer rule may refuse, such as that nobody approves their own
            fits = status < 500
        if not fits:
            wrong.append((route.name, method, status))

    assert wrong == []


def test_what_belongs_to_another_brand_is_not_there(ours: dict[str, str]) -> None:
    missing = {name: "987654" if name in _OBJECTS else value for name, value in ours.items()}
    stranger = _browser("umbra-owner")

    told = {
        (route.name, method, where): _asked(stranger, method, address)
        for where, blanks in (("foreign", ours), ("nowhere", missing))
        for route, method, address in _each(OF_OBJECTS, blanks, methods=_BOTH)
    }

    assert {asked: status for asked, status in told.items() if status != 404} == {}
    assert len(told) > 100


def test_an_object_of_another_brand_is_not_there_beside_ones_own(ours: dict[str, str]) -> None:
    theirs, browser, wrong = _theirs(), _browser("acme-owner"), []

    for route in OF_OBJECTS:
        several = _OBJECTS & set(route.blanks)
        for blank in several if len(several) > 1 else ():
            foreign = _each([route], {**ours, blank: theirs[blank]}, methods=_BOTH)
            missing = _each([route], {**ours, blank: "987654"}, methods=_BOTH)
            for (_, method, address), (_, _, nowhere) in zip(foreign, missing, strict=True):
                status = _asked(browser, method, address)
                # A form that cannot be meant, or an act that nothing there allows, may be refused
                # before anybody looks for the object: alike, whether it is anywhere or not.
                if status not in {404, 400, 409} or status != _asked(browser, method, nowhere):
                    wrong.append((route.name, method, blank, status))

    assert wrong == []


def _theirs() -> dict[str, str]:
    """Return what routes call Umbra's things."""
    brand = models.Brand.objects.get(name="Umbra")
    case = models.Case.objects.exclude(state="closed").filter(brand=brand).order_by("pk")[0]
    return {
        "brand_id": str(brand.pk),
        "case_id": str(case.pk),
        "post_id": str(case.leading_id),
        "reply_id": str(models.Reply.objects.get(case__brand=brand).pk),
        "file_id": str(models.ReplyFile.objects.get(reply__case__brand=brand).pk),
        "joined_id": str(models.Joined.objects.get(brand=brand).pk),
        "macro_id": str(models.Macro.objects.get(brand=brand).pk),
        "invitation_id": str(models.Invitation.objects.get(brand=brand).pk),
    }


def test_who_has_not_signed_in_is_led_to_the_door(ours: dict[str, str]) -> None:
    stranger = Client(raise_request_exception=False)

    told = {
        (route.name, method): _asked(stranger, method, address)
        for route, method, address in _each(SIGNED_IN, ours, methods=_BOTH)
    }

    assert {one for (_, method), one in told.items() if method == "GET"} <= {302, 401}
    assert {one for (_, method), one in told.items() if method == "POST"} == {401}


def test_looking_changes_nothing(ours: dict[str, str]) -> None:
    browser = _browser("acme-owner")
    browser.get("/inbox")  # whoever asks for a page was here: told once for some minutes
    before, wrong = dict(_everything()), {}

    for route, _, address in _each(OURS, {**ours, **_NONE}, methods=frozenset({"GET"})):
        browser.get(address)
        after = dict(_everything())
        if after != before:
            wrong[route.name] = {name for name in after if after[name] != before[name]}
            before = after

    assert wrong == {}


def _everything() -> Iterator[tuple[str, str]]:
    """Yield a mark of all rows of each table of ours."""
    for model in apps.get_app_config("desk").get_models(include_auto_created=True):
        rows = repr(list(model._default_manager.order_by("pk").values_list()))  # noqa: SLF001  Django's documented name
        yield model.__name__, hashlib.sha256(rows.encode()).hexdigest()


def test_a_form_without_our_token_or_from_another_site_is_refused(ours: dict[str, str]) -> None:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(models.User.objects.get(handle="acme-owner"), backend=_BACKEND)
    browser.get("/inbox")  # whoever asks for a page was here: told once for some minutes
    evil = {"Origin": "https://evil.example"}
    before = dict(_everything())

    posts = _each(OURS, {**ours, **_NONE}, methods=frozenset({"POST"}))
    told = {
        route.name: (
            browser.post(address, {"text": "x"}).status_code,
            browser.post(address, {"text": "x"}, headers=evil).status_code,
        )
        for route, _, address in posts
    }

    wrong = {name: got for name, got in told.items() if got != (403, 403)}
    # Whoever is signed in counts for nothing there: the first asks for a signature, the second
    # is for everybody.
    assert wrong == {"letters_in": (401, 401), "ask": (404, 404)}
    assert dict(_everything()) == before
    assert len(told) > 30
