"""Sign somebody out everywhere."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings


def end_sessions(*, user_id: int) -> None:
    """End every session of a person, so that the next request of any browser is a stranger's."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions = UserSession.objects.filter(user_id=user_id)
    for key in list(sessions.values_list("session_key", flat=True)):
        store.delete(key)
    sessions.delete()
