"""The way in for somebody who was invited."""

from typing import TYPE_CHECKING

from allauth.account.utils import perform_login
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from answerback.desk.operations.accept_invitation import accept_invitation, join_brand
from answerback.desk.operations.add_person import Newcomer
from answerback.desk.operations.invite_person import hash_of
from answerback.desk.queries.people import invited
from answerback.web.access import open_to_all
from answerback.web.forms.people import ROLES, NewcomerForm
from answerback.web.moment import moment_of

if TYPE_CHECKING:
    from answerback.desk.queries.access import Member


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """GET, POST /join/<token>: what one is invited to; comes in, and signs in."""
    at = moment_of(request)
    offer = invited(token_hash=hash_of(token), at=at)
    me: Member | None = getattr(request, "me", None)
    if me is not None and request.method == "POST":
        join_brand(token=token, by=me.handle, at=at)
        return redirect("inbox")
    form = NewcomerForm(request.POST or None, initial={"name": offer.name})
    if me is None and request.method == "POST" and form.is_valid():
        user_id = accept_invitation(token=token, newcomer=Newcomer(**form.cleaned_data), at=at)
        return come_in(request, user_id=user_id, to="inbox")
    told = {"offer": offer, "role": ROLES[offer.role], "form": form, "token": token}
    return render(request, "people/join.html", told, status=422 if form.errors else 200)


def come_in(request: HttpRequest, *, user_id: int, to: str) -> HttpResponse:
    """Sign somebody in who has just been made, and lead them on."""
    user = get_user_model().objects.get(pk=user_id)
    response: HttpResponse = perform_login(request, user, redirect_url=redirect(to)["Location"])
    return response
