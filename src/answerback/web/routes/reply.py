from django.urls import path

from answerback.web.views import approvals, macros, replies, reply_files

_CASE = "cases/<int:case_id>"
_REPLY = "replies/<int:reply_id>"

urlpatterns = [
    path(f"{_CASE}/composer", replies.composing, name="composer"),
    path(f"{_CASE}/draft", replies.draft, name="draft"),
    path(f"{_CASE}/reply", replies.reply, name="reply"),
    path(f"{_CASE}/files", reply_files.files, name="reply_files"),
    path(f"{_CASE}/macros", macros.choosing, name="case_macros"),
    path(f"{_CASE}/macros/<int:macro_id>", macros.using, name="case_macro"),
    path(f"{_REPLY}/files/<int:file_id>", reply_files.file, name="reply_file"),
    path(
        f"{_REPLY}/files/<int:file_id>/removal", reply_files.file_removal, name="reply_file_removal"
    ),
    path(f"{_REPLY}/cancellation", replies.cancellation, name="cancellation"),
    path(f"{_REPLY}/overruling", replies.overruling, name="overruling"),
    path(f"{_REPLY}/removal", replies.removal, name="reply_removal"),
    path(f"{_REPLY}/settlement", replies.settlement, name="settlement"),
    path(f"{_REPLY}/approval", approvals.approval, name="approval"),
    path(f"{_REPLY}/return", approvals.returning, name="reply_return"),
    path(f"{_REPLY}/text", approvals.wording, name="reply_text"),
    path("replies/undo-time", replies.undo_time, name="undo_time"),
    path("approvals", approvals.approvals, name="approvals"),
    path("manage/macros", macros.macros, name="macros"),
    path("manage/macros/<int:macro_id>", macros.macro, name="macro"),
    path("manage/macros/<int:macro_id>/retirement", macros.retirement, name="macro_retirement"),
]
