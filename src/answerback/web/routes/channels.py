from django.urls import path

from answerback.web.views.channel import (
    backfills,
    channel,
    pause,
    removal,
    resumption,
    secrets,
    tests,
)
from answerback.web.views.channels import channels, new_channel

_ACCOUNT = "manage/channels/<int:account_id>"

urlpatterns = [
    path("manage/channels", channels, name="channels"),
    path("manage/channels/new", new_channel, name="new_channel"),
    path(_ACCOUNT, channel, name="channel"),
    path(f"{_ACCOUNT}/secrets", secrets, name="channel_secrets"),
    path(f"{_ACCOUNT}/tests", tests, name="channel_tests"),
    path(f"{_ACCOUNT}/pause", pause, name="channel_pause"),
    path(f"{_ACCOUNT}/resumption", resumption, name="channel_resumption"),
    path(f"{_ACCOUNT}/backfills", backfills, name="channel_backfills"),
    path(f"{_ACCOUNT}/removal", removal, name="channel_removal"),
]
