"""Every page there is, from the address book itself: a new one is tested without being named."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.urls import URLPattern, URLResolver, get_resolver

from answerback.web.access import Door, Policy, policy_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address of the house."""

    name: str
    pattern: str  #: "cases/<int:case_id>/peek"
    blanks: tuple[str, ...]
    policy: Policy
    methods: frozenset[str]  #: that its view answers; empty: it does not say


def routes() -> list[Route]:
    """Return every address, in the order of the address book."""
    return list(_walk(get_resolver("answerback.web.urls").url_patterns, before=""))


def _walk(patterns: list[Any], *, before: str) -> Iterator[Route]:
    for one in patterns:
        whole = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, before=whole)
        elif isinstance(one, URLPattern):
            policy = policy_of(one.callback, name=one.name)
            assert policy is not None, one.name
            yield Route(
                name=one.name or "",
                pattern=whole,
                blanks=tuple(one.pattern.converters),
                policy=policy,
                methods=_methods(one.callback),
            )


def _methods(view: Any) -> frozenset[str]:
    """Return what `require_POST` and its like were told, however deep they stand."""
    while view is not None:
        names = getattr(view, "__code__", None)
        if names is not None and "request_method_list" in names.co_freevars:
            place = names.co_freevars.index("request_method_list")
            return frozenset(view.__closure__[place].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return frozenset()


#: What blanks of an address stand for in the seeded desk; a list has several.
BLANKS = {
    "brand_id": ("1",),
    "case_id": ("1",),
    "account_id": ("1",),
    "handle": ("ada",),
    "which": ("never-answered", "open", "answered", "stored", "set-aside", "drawn"),
}
_NO_PAGES = frozenset({"asset", "account_logout", "live"})
#: Pages of a second step that somebody has, or has not, set up: tests/web/test_second_step.py.
_OF_A_SECOND_STEP = re.compile("mfa_(deactivate|view|generate|download|reauthenticate|remove|edit)")
#: Parts of a page, and addresses that lead elsewhere: no picture of their own.
_PARTS = frozenset(
    {
        *("home", "inbox_rows", "inbox_news", "inbox_rail", "composer", "peek"),
        *("case_parts", "case_conversation", "case_next", "account_reauthenticate"),
    }
)


def addresses_of(route: Route, blanks: Mapping[str, str | Sequence[str]]) -> Iterator[str]:
    """Yield the addresses that come of filling the blanks; none where one has no value."""
    found = ["/" + route.pattern]
    for blank in route.blanks:
        found = [
            _filled(address, blank=blank, value=value)
            for address in found
            for value in _several(blanks.get(blank, ()))
        ]
    yield from found


def _several(told: str | Sequence[str]) -> Sequence[str]:
    return (told,) if isinstance(told, str) else told


def _filled(address: str, *, blank: str, value: str) -> str:
    head, _, rest = address.partition("<")
    told, _, tail = rest.partition(">")
    assert told.rpartition(":")[2] == blank, address
    return f"{head}{value}{tail}"


def _pages() -> Iterator[Route]:
    """Yield the pages for people at a brand."""
    for route in routes():
        mine = _OF_A_SECOND_STEP.match(route.name) is None
        read = not route.methods or "GET" in route.methods
        if mine and read and route.policy.door is Door.SIGNED_IN and route.name not in _NO_PAGES:
            yield route


#: The addresses of all pages, every list of a kind among them.
PAGES = [address for route in _pages() for address in addresses_of(route, BLANKS)]


def page_addresses(blanks: Mapping[str, str]) -> dict[str, str]:
    """Return one address for each page, by its name; pages with another blank are left out."""
    return {
        route.name: address
        for route in _pages()
        for address in addresses_of(route, blanks)
        if route.name not in _PARTS
    }
