"""Every address of the house.  All of them only show: nothing here changes anything."""

from django.urls import path

from answerback.web.views.assets import asset
from answerback.web.views.cases import cases
from answerback.web.views.copies import copies

urlpatterns = [
    path("", cases, name="inbox"),
    path("cases/<int:case_id>/copies", copies, name="copies"),
    path("static/<str:digest>/<path:name>", asset, name="asset"),
]
