"""Every address of the house, room by room; each says whom it is for (`access.py`)."""

from django.urls import URLPattern, URLResolver

from answerback.web.routes import (
    account,
    case,
    channels,
    inbox,
    manage,
    outside,
    overview,
    people,
    reply,
    shell,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *shell.urlpatterns,
    *overview.urlpatterns,
    *inbox.urlpatterns,
    *case.urlpatterns,
    *reply.urlpatterns,
    *manage.urlpatterns,
    *channels.urlpatterns,
    *people.urlpatterns,
    *account.urlpatterns,
    *outside.urlpatterns,
]
