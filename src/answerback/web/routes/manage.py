from django.urls import path

from answerback.web.views.manage import manage

urlpatterns = [
    path("manage", manage, name="manage"),
]
