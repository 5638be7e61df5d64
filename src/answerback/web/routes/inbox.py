from django.urls import path

from answerback.web.views.copies import copies
from answerback.web.views.inbox import glimpse, inbox, rows
from answerback.web.views.notices import notices, notices_read

urlpatterns = [
    path("inbox", inbox, name="inbox"),
    path("inbox/rows", rows, name="inbox_rows"),
    path("cases/<int:case_id>/copies", copies, name="copies"),
    path("cases/<int:case_id>/peek", glimpse, name="peek"),
    path("notices", notices, name="notices"),
    path("notices/read", notices_read, name="notices_read"),
]
