"""Addresses for those who are not of the house: machines that bring posts, people who ask."""

from django.urls import path

from answerback.web.views.letters import letter

urlpatterns = [
    path("in/<str:mailbox>/", letter, name="letters_in"),
]
