from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from answerback.web.views.audit import audit
from answerback.web.views.join import join
from answerback.web.views.people import (
    account_closure,
    account_reopening,
    invitations,
    people,
    people_of_brand,
    person,
    removal,
    withdrawal,
)
from answerback.web.views.welcome import brand, reading, source, welcome


class Handle(StringConverter):
    """A handle in an address; anything else leads nowhere."""

    regex = "[a-z0-9][a-z0-9._-]{0,31}"


register_converter(Handle, "handle")
_BRAND = "manage/people/<int:brand_id>"

urlpatterns: list[URLPattern] = [
    path("welcome", welcome, name="welcome"),
    path("welcome/brand", brand, name="welcome_brand"),
    path("welcome/brands/<int:brand_id>/source", source, name="welcome_source"),
    path("welcome/files/<int:upload_id>", reading, name="welcome_reading"),
    path("join/<str:token>", join, name="join"),
    path("manage/people", people, name="people"),
    path(_BRAND, people_of_brand, name="people_of"),
    path(f"{_BRAND}/invitations", invitations, name="invitations"),
    path(
        f"{_BRAND}/invitations/<int:invitation_id>/withdrawal",
        withdrawal,
        name="invitation_withdrawal",
    ),
    path(f"{_BRAND}/<handle:handle>", person, name="person"),
    path(f"{_BRAND}/<handle:handle>/removal", removal, name="member_removal"),
    path(f"{_BRAND}/<handle:handle>/closure", account_closure, name="account_closure"),
    path(f"{_BRAND}/<handle:handle>/reopening", account_reopening, name="account_reopening"),
    path("manage/audit", audit, name="audit"),
]
