from django.apps import AppConfig


class Desk(AppConfig):
    """Everything we remember and do."""

    name = "answerback.desk"
    label = "desk"
