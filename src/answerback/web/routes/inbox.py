from django.urls import path

from answerback.web.views.cases import cases
from answerback.web.views.copies import copies

urlpatterns = [
    path("inbox", cases, name="inbox"),
    path("cases/<int:case_id>/copies", copies, name="copies"),
]
