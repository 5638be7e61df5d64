from django.apps import AppConfig
from django.db.models import TextField

from answerback.desk.lookups import Among


class Desk(AppConfig):
    """Everything we remember and do."""

    name = "answerback.desk"
    label = "desk"

    def ready(self) -> None:
        """Let questions ask among many names."""
        TextField.register_lookup(Among)
