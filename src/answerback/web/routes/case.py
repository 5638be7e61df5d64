from django.urls import path

from answerback.web.views import case, case_acts, joins

_CASE = "cases/<int:case_id>"
_POST = f"{_CASE}/posts/<int:post_id>"

urlpatterns = [
    path(_CASE, case.case, name="case"),
    path(f"{_CASE}/parts", case.parts, name="case_parts"),
    path(f"{_CASE}/conversation", case.earlier, name="case_conversation"),
    path(f"{_CASE}/events", case.events, name="case_events"),
    path(f"{_CASE}/next", case.following, name="case_next"),
    path(f"{_CASE}/transfer", case.handing_over, name="case_transfer"),
    path(_POST, case.post, name="case_post"),
    path(f"{_POST}/words", case.words, name="case_words"),
    path(f"{_POST}/correction", case_acts.correction, name="case_correction"),
    path(f"{_CASE}/reading", case_acts.reading, name="case_reading"),
    path(f"{_CASE}/ownership", case_acts.ownership, name="case_ownership"),
    path(f"{_CASE}/return", case_acts.giving_back, name="case_return"),
    path(f"{_CASE}/transfer/new", case_acts.transfer, name="case_transfer_new"),
    path(f"{_CASE}/escalation", case_acts.escalation, name="case_escalation"),
    path(f"{_CASE}/snooze", case_acts.snooze, name="case_snooze"),
    path(f"{_CASE}/waking", case_acts.waking, name="case_waking"),
    path(f"{_CASE}/closure", case_acts.closure, name="case_closure"),
    path(f"{_CASE}/reopening", case_acts.reopening, name="case_reopening"),
    path(f"{_CASE}/tags", case_acts.tags, name="case_tags"),
    path(f"{_CASE}/notes", case_acts.notes, name="case_notes"),
    path(f"{_CASE}/thread", case_acts.thread, name="case_thread"),
    path(f"{_CASE}/same-person", joins.joining, name="case_same_person"),
    path(f"{_CASE}/joins", joins.joins, name="case_joins"),
    path(f"{_CASE}/joins/<int:joined_id>/parting", joins.parting, name="case_parting"),
    path(f"{_CASE}/watch", case_acts.watch, name="case_watch"),
]
