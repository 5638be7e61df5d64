from django.urls import path

from answerback.web.views.assets import asset
from answerback.web.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("static/<str:digest>/<path:name>", asset, name="asset"),
]
