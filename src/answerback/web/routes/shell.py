from django.urls import path

from answerback.web.views.assets import asset
from answerback.web.views.home import home
from answerback.web.views.patterns import patterns

urlpatterns = [
    path("", home, name="home"),
    path("patterns", patterns, name="patterns"),
    path("static/<str:digest>/<path:name>", asset, name="asset"),
]
