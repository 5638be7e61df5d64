"""Every address of the house.  All of them only show: nothing here changes anything."""

from django.urls import path

from answerback.web.views.assets import asset
from answerback.web.views.cases import cases

urlpatterns = [
    path("", cases, name="inbox"),
    path("static/<str:digest>/<path:name>", asset, name="asset"),
]
