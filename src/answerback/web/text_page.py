"""The page on which a brand's text or its policy is read, changed and gone back from."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from answerback.desk.queries.access import NotHere, Seat, seat_for
from answerback.desk.queries.brand_texts import (
    Texts,
    TextVersion,
    What,
    brand_as_far_as_read,
    newest_texts,
    settled,
    text_versions,
)
from answerback.desk.queries.house_policy import house_policy_text
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import NotAllowed, Right
from answerback.domain.triage.toml_text import TomlRefused
from answerback.domain.triage.what_if import WhatIf
from answerback.web.brand_form import BrandField, brand_fields, typed_values, values_of
from answerback.web.moment import moment_of
from answerback.web.refusals import refusal_page
from answerback.web.request import DeskRequest, id_in

_CONFLICT = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed into the editor."""

    text: str
    note: str
    based_on: int | None  #: the version they began with


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """The editor of one of a brand's texts."""

    what: What
    seat: Seat
    at: datetime
    text: str
    note: str
    number: int  #: of the version that holds; 0: none of its own
    refusal: str
    line: int | None  #: where the text cannot be read
    versions: tuple[TextVersion, ...]
    house: str  #: the policy that holds where this one says nothing
    tried: WhatIf | None
    fields: tuple[BrandField, ...]  #: of a brand
    has_brand_text: bool
    own: tuple[str, ...]  #: keys of the brand's own text that hold over a policy's
    settled: bool  #: the posts were heard and planned by these texts


def typed_in(request: HttpRequest) -> Typed:
    """Return what a form of the editor sent."""
    based_on = request.POST.get("based_on", "")
    return Typed(
        text=request.POST.get("text", ""),
        note=request.POST.get("note", ""),
        based_on=id_in(based_on),
    )


def show_text_page(
    request: DeskRequest,
    *,
    brand_id: int,
    what: What,
    typed: Typed | None = None,
    refusal: Refusal | None = None,
    tried: WhatIf | None = None,
) -> HttpResponse:
    """Show the editor: with what holds, or with what was typed, so that nothing is lost."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    texts = newest_texts(brand_id=brand_id)
    in_text = isinstance(refusal, TomlRefused) and "text" in request.POST
    page = TextPage(
        what=what,
        seat=seat,
        at=moment_of(request),
        text=_text_of(texts, what=what) if typed is None else typed.text,
        note="" if typed is None else typed.note,
        number=texts.brand_number if what is What.BRAND else texts.policy_number,
        refusal="" if refusal is None else str(refusal),
        line=refusal.line if in_text and isinstance(refusal, TomlRefused) else None,
        versions=tuple(text_versions(brand_id=brand_id, what=what)),
        house=house_policy_text() if what is What.POLICY else "",
        tried=tried,
        fields=tuple(_fields(request, texts=texts, refusal=refusal)) if what is What.BRAND else (),
        has_brand_text=texts.brand is not None,
        own=_over_policy(texts) if what is What.POLICY else (),
        settled=settled(texts),
    )
    told = {"page": page, "crumbs": crumbs(what), **_addresses(page), **_moves(tried)}
    return render(request, "manage/text.html", told, status=200 if refusal is None else _CONFLICT)


def refused_text_page(request: Any, refusal: Refusal) -> HttpResponse:
    """Show the editor with what was typed, and why it cannot be kept."""
    if isinstance(refusal, NotHere | NotAllowed):
        return refusal_page(request, refusal)
    told = request.resolver_match.kwargs
    return show_text_page(
        request,
        brand_id=told["brand_id"],
        what=What(told["what"]),
        typed=typed_in(request),
        refusal=refusal,
    )


def crumbs(what: What) -> list[dict[str, str]]:
    """Return the way to the editor."""
    places = {What.BRAND: (_("Brands"), "brands"), What.POLICY: (_("Policies"), "policies")}
    name, address = places[what]
    return [
        {"name": _("Manage"), "url": reverse("manage")},
        {"name": name, "url": reverse(address)},
    ]


def _text_of(texts: Texts, *, what: What) -> str:
    if what is What.POLICY:
        return texts.policy or ""
    return texts.brand or f'name = "{texts.name}"\nhandles = []\n'


def _fields(request: DeskRequest, *, texts: Texts, refusal: Refusal | None) -> list[BrandField]:
    """Return the fields as typed, where they were; else as the text says that holds."""
    typed = typed_values(request.POST)
    if typed:
        return brand_fields(typed, with_name=False, refusal=refusal)
    brand = brand_as_far_as_read(texts.brand)
    return brand_fields(values_of(brand) if brand else {}, with_name=False)


def _over_policy(texts: Texts) -> tuple[str, ...]:
    """Return the keys with which a brand's text overrules its policy."""
    brand = brand_as_far_as_read(texts.brand)
    if brand is None:
        return ()
    targets = tuple(f"targets.{kind}" for kind in brand.targets)
    return (*targets, *(("hours",) if brand.hours is not None else ()))


def _moves(tried: WhatIf | None) -> dict[str, str]:
    """Return how far deadlines move, as people say it."""
    if tried is None:
        return {}
    spans = {"sooner_words": tried.sooner_by, "later_words": tried.later_by}
    begun = datetime(2000, 1, 1, tzinfo=UTC)  # any moment: the length alone is told
    return {
        name: timesince(begun, begun + span) for name, span in spans.items() if span is not None
    }


def _addresses(page: TextPage) -> dict[str, str]:
    brand_id = page.seat.brand_id
    return {
        "save": reverse(f"{page.what}_versions", args=[brand_id]),
        "what_if": reverse("policy_trials", args=[brand_id]),
        "other": reverse("brand" if page.what is What.POLICY else "policy", args=[brand_id]),
    }
