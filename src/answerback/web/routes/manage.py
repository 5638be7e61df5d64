from django.urls import path

from answerback.web.views.brands import brands, fields, new_brand, policies
from answerback.web.views.manage import manage
from answerback.web.views.sending import resumption, sending
from answerback.web.views.sources import (
    handed_in,
    source,
    source_uploads,
    sources,
    upload_state,
)
from answerback.web.views.teams import team, team_removal, teams
from answerback.web.views.texts import (
    policy_trials,
    text,
    text_return,
    text_version,
    text_versions,
)

_BRAND, _POLICY = {"what": "brand"}, {"what": "policy"}
_BRANDS, _POLICIES = "manage/brands/<int:brand_id>", "manage/policies/<int:brand_id>"
_NUMBER = "versions/<int:number>"

urlpatterns = [
    path("manage", manage, name="manage"),
    path("manage/brands", brands, name="brands"),
    path("manage/brands/new", new_brand, name="new_brand"),
    path(_BRANDS, text, _BRAND, name="brand"),
    path(f"{_BRANDS}/fields", fields, name="brand_fields"),
    path(f"{_BRANDS}/versions", text_versions, _BRAND, name="brand_versions"),
    path(f"{_BRANDS}/{_NUMBER}", text_version, _BRAND, name="brand_version"),
    path(f"{_BRANDS}/{_NUMBER}/return", text_return, _BRAND, name="brand_return"),
    path("manage/policies", policies, name="policies"),
    path(_POLICIES, text, _POLICY, name="policy"),
    path(f"{_POLICIES}/trials", policy_trials, _POLICY, name="policy_trials"),
    path(f"{_POLICIES}/versions", text_versions, _POLICY, name="policy_versions"),
    path(f"{_POLICIES}/{_NUMBER}", text_version, _POLICY, name="policy_version"),
    path(f"{_POLICIES}/{_NUMBER}/return", text_return, _POLICY, name="policy_return"),
    path("manage/sending", sending, name="sending"),
    path("manage/sending/resumption", resumption, name="resumption"),
    path("manage/sources", sources, name="sources"),
    path("manage/sources/<int:source_id>", source, name="source"),
    path("manage/uploads", source_uploads, name="uploads"),
    path("manage/uploads/list", handed_in, name="handed_in"),
    path("manage/uploads/<int:upload_id>", upload_state, name="upload"),
    path("manage/teams", teams, name="teams"),
    path("manage/teams/<int:team_id>", team, name="team"),
    path("manage/teams/<int:team_id>/removal", team_removal, name="team_removal"),
]
