"""Every address of the house, room by room; each says whom it is for (`access.py`)."""

from django.urls import URLPattern, URLResolver

from answerback.web.routes import account, inbox, shell

urlpatterns: list[URLPattern | URLResolver] = [
    *shell.urlpatterns,
    *inbox.urlpatterns,
    *account.urlpatterns,
]
