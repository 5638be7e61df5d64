from django.urls import path

from answerback.web.views import saved, triage
from answerback.web.views.bulk import bulk, undo
from answerback.web.views.copies import copies
from answerback.web.views.inbox import glimpse, inbox, news, rail, rows
from answerback.web.views.live import live, presence
from answerback.web.views.notices import notices, notices_read

urlpatterns = [
    path("inbox", inbox, name="inbox"),
    path("inbox/rows", rows, name="inbox_rows"),
    path("inbox/news", news, name="inbox_news"),
    path("inbox/rail", rail, name="inbox_rail"),
    path("bulk", bulk, name="bulk"),
    path("bulk/<int:bulk_id>/undo", undo, name="bulk_undo"),
    path("cases/<int:case_id>/copies", copies, name="copies"),
    path("cases/<int:case_id>/peek", glimpse, name="peek"),
    path("cases/<int:case_id>/presence", presence, name="presence"),
    path("live", live, name="live"),
    path("notices", notices, name="notices"),
    path("notices/read", notices_read, name="notices_read"),
    path("views", saved.save, name="views"),
    path("views/<int:view_id>/removal", saved.remove, name="view_removal"),
    path("triage", triage.triage, name="triage"),
    path("triage/batch", triage.batch, name="triage_batch"),
    path("triage/verdict", triage.verdict, name="triage_verdict"),
    path("triage/passing", triage.passing, name="triage_passing"),
    path("triage/undo", triage.taking_back, name="triage_undo"),
    path("triage/correction", triage.correcting, name="triage_correction"),
    path("triage/renewal", triage.renewal, name="triage_renewal"),
    path("triage/leaving", triage.leaving, name="triage_leaving"),
]
