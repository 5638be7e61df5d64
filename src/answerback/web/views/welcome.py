"""The first run: who sets the desk up, the first brand, the first posts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from answerback.desk.operations.add_person import Newcomer, add_first_person
from answerback.desk.operations.found_brand import BrandIsThere, found_brand
from answerback.desk.operations.hand_in_file import HandedIn, hand_in_file
from answerback.desk.queries.access import NotHere, seat_for
from answerback.desk.queries.uploads import upload
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.role import NotAllowed, Right
from answerback.domain.records.upload import UploadState
from answerback.domain.triage.brand_text import brand_text
from answerback.domain.triage.deadlines import NeverOpen, UnknownZone
from answerback.domain.triage.toml_text import TomlRefused
from answerback.web.access import first_run, needs, signed_in
from answerback.web.forms.people import NewcomerForm
from answerback.web.forms.welcome import BrandForm, PostsForm
from answerback.web.moment import moment_of
from answerback.web.refusals import refusal_page, shown_with
from answerback.web.request import DeskRequest
from answerback.web.sample import found_sample
from answerback.web.views.join import come_in

_CONFLICT = 409
_OPEN = {"days": "mon-fri", "opens": "09:00", "closes": "17:00", "timezone": "UTC"}


@first_run
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """GET, POST /welcome: the first person, as long as there is nobody."""
    form = NewcomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        newcomer = Newcomer(**form.cleaned_data)
        user_id = add_first_person(newcomer=newcomer, at=moment_of(request))
        return come_in(request, user_id=user_id, to="welcome_brand")
    return _shown(request, "welcome/person.html", form=form, step=1)


def _no_brand(request: Any, refusal: Refusal) -> HttpResponse:
    """Say at its field what is wrong with a brand, with everything typed still there."""
    form = BrandForm(request.POST)
    form.refuse(refusal)
    return render(request, "welcome/brand.html", {"form": form, "step": 2}, status=_CONFLICT)


@shown_with(UnknownZone, _no_brand)
@shown_with(NeverOpen, _no_brand)
@shown_with(BrandIsThere, _no_brand)
@shown_with(TomlRefused, _no_brand)
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def brand(request: DeskRequest) -> HttpResponse:
    """GET, POST /welcome/brand: the first brand, one's own or the sample."""
    me, at = request.me, moment_of(request)
    if me.seats and not me.may(Right.MANAGE):
        raise NotAllowed("Only owners of a brand may add another. Ask one of them.")
    if request.POST.get("sample"):
        upload_id = found_sample(by=me.handle, at=at)
        return redirect("welcome_reading", upload_id=upload_id)
    form = BrandForm(request.POST or None, initial=_OPEN)
    if request.method == "POST" and form.is_valid():
        text = brand_text(form.fields_of())
        brand_id = found_brand(text=text, by=me.handle, at=at)
        return redirect("welcome_source", brand_id=brand_id)
    return _shown(request, "welcome/brand.html", form=form, step=2)


def _no_posts(request: Any, refusal: Refusal) -> HttpResponse:
    """Say at the field what is wrong with the file, so that another can be chosen there."""
    if isinstance(refusal, NotHere | NotAllowed):
        return refusal_page(request, refusal)
    seat = seat_for(request.me, brand=request.resolver_match.kwargs["brand_id"], right=Right.MANAGE)
    form = PostsForm(request.POST, request.FILES)
    form.add_error("posts", str(refusal))
    told = {"form": form, "seat": seat, "step": 3, "refused": True}
    return render(request, "welcome/source.html", told, status=_CONFLICT)


@shown_with(Refusal, _no_posts)
@needs(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: DeskRequest, brand_id: int) -> HttpResponse:
    """GET, POST /welcome/brands/<id>/source: the first posts, out of a file."""
    seat = seat_for(request.me, brand=brand_id, right=Right.MANAGE)
    form = PostsForm(request.POST, request.FILES) if request.method == "POST" else PostsForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["posts"]
        upload_id = hand_in_file(
            brand_id=seat.brand_id,
            file=HandedIn(
                name=file.name,
                size=file.size,
                chunks=file.chunks(),
                mapping=form.cleaned_data["mapping"],
            ),
            by=request.me.handle,
            at=moment_of(request),
        )
        return redirect("welcome_reading", upload_id=upload_id)
    return _shown(request, "welcome/source.html", form=form, step=3, seat=seat)


@signed_in
@require_safe
def reading(request: DeskRequest, upload_id: int) -> HttpResponse:
    """GET /welcome/files/<id>: how far the background work is; HTMX asks again."""
    found = upload(upload_id=upload_id, brand_ids=request.me.brands_with(Right.SEE))
    if request.htmx and found.state is UploadState.DONE:
        return HttpResponseClientRedirect(redirect("inbox")["Location"])
    page = "welcome/progress.html" if request.htmx else "welcome/reading.html"
    return render(request, page, {"found": found, "step": 3})


def _shown(request: HttpRequest, template: str, *, form: object, **told: object) -> HttpResponse:
    status = 422 if getattr(form, "errors", None) else 200
    return render(request, template, {"form": form, **told}, status=status)
