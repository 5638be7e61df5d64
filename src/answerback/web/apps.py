from django.apps import AppConfig


class Web(AppConfig):
    """The pages."""

    name = "answerback.web"
    label = "web"
