from django.urls import path

from answerback.web.views.replies import cancellation, composing, draft, reply

urlpatterns = [
    path("cases/<int:case_id>/composer", composing, name="composer"),
    path("cases/<int:case_id>/draft", draft, name="draft"),
    path("cases/<int:case_id>/reply", reply, name="reply"),
    path("replies/<int:reply_id>/cancellation", cancellation, name="cancellation"),
]
