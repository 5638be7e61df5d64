"""The first gate: whom a page is for."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, path
from tests.builders import make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_user, signed_in

from answerback.desk import models
from answerback.domain.records.role import RIGHTS, Right, Role
from answerback.web.access import needs, policy_of

#: Every page has another one (Django masks it), so pages are compared without.
_TOKEN = re.compile(rb'X-CSRFToken": "\w+"|name="csrfmiddlewaretoken" value="\w+"')


def _forgotten(_request: HttpRequest) -> HttpResponse:
    raise AssertionError("a page without a policy was shown")


@needs(Right.MANAGE)
def _managing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("managed")


urlpatterns = [
    path("forgotten", _forgotten),
    path("managing", _managing),
    path("", include("answerback.web.urls")),
]


def _routes(patterns: list[Any]) -> Iterator[tuple[str, Any]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns)
        elif isinstance(one, URLPattern):
            yield one.name or str(one.pattern), one.callback


def test_every_page_says_whom_it_is_for() -> None:
    without = [
        name
        for name, view in _routes(get_resolver("answerback.web.urls").url_patterns)
        if policy_of(view, name=name) is None
    ]

    assert without == []


@pytest.mark.urls(__name__)
def test_a_page_that_does_not_say_so_is_shown_to_nobody() -> None:
    with pytest.raises(ImproperlyConfigured, match="has no policy"):
        signed_in().get("/forgotten")


def test_a_stranger_is_led_to_the_door_and_back_to_the_page() -> None:
    make_user()

    answer = Client().get("/inbox?brand=Acme")

    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=%2Finbox%3Fbrand%3DAcme"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("role", list(Role))
def test_a_right_opens_the_page_to_the_roles_that_have_it(role: Role) -> None:
    answer = signed_in("ada", role=role).get("/managing")

    assert answer.status_code == (200 if Right.MANAGE in RIGHTS[role] else 403)


def test_a_case_of_another_brand_is_not_there_at_all() -> None:
    imported(make_post("1"))
    case = models.Case.objects.get()
    make_brand("Umbra")
    make_user("bob", brand="Umbra", role=Role.OWNER)
    browser = Client()
    browser.force_login(models.User.objects.get(handle="bob"))

    answers = [browser.get(f"/cases/{number}/copies") for number in (case.pk, case.pk + 1)]

    assert [answer.status_code for answer in answers] == [404, 404]
    first, second = (_TOKEN.sub(b"", answer.content) for answer in answers)
    assert first == second
