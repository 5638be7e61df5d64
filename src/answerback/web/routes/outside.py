"""Addresses for those who are not of the house: machines that bring posts, people who ask."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from answerback.web.views.ask import ask, asked
from answerback.web.views.letters import letter


class Reference(StringConverter):
    """What a message is named by; anything else leads nowhere."""

    regex = "[2-9A-Z]{4}-[2-9A-Z]{4}"


register_converter(Reference, "reference")

urlpatterns = [
    path("in/<str:mailbox>/", letter, name="letters_in"),
    path("ask/<str:mailbox>/", ask, name="ask"),
    path("ask/<str:mailbox>/thanks", asked, name="asked_before"),
    path("ask/<str:mailbox>/thanks/<reference:reference>", asked, name="asked"),
]
