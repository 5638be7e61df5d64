from django.urls import URLPattern, URLResolver, include, path

from answerback.web.views.account import you

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/you", you, name="account_you"),
    path("account/", include("allauth.urls")),
]
