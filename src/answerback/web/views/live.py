import re

from asgiref.sync import sync_to_async
from django.contrib.auth import HASH_SESSION_KEY
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from answerback.desk.operations.note_presence import end_presence, note_presence
from answerback.desk.queries.access import case_for
from answerback.domain.records.role import Right
from answerback.web.access import needs, signed_in
from answerback.web.live import Stream, hub
from answerback.web.request import DeskRequest

_NUMBER = re.compile("[0-9]{1,18}")


@signed_in
@require_safe
async def live(request: DeskRequest) -> HttpResponseBase:
    """GET /live: what happens, as it happens; Last-Event-ID goes on where a browser was cut off."""
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)  # a browser stops asking; only ASGI can hold a stream
    stream = Stream(
        user_id=request.me.user_id,
        handle=request.me.handle,
        session_key=request.session.session_key or "",
        proof=request.session.get(HASH_SESSION_KEY, ""),
        brands=frozenset(request.me.seats),
    )
    last = _NUMBER.fullmatch(request.headers.get("Last-Event-ID", ""))
    # The connection that let them in would be held as long as the stream (ENGINE 7.1).
    await sync_to_async(connections.close_all)()
    messages = hub().listen(stream, after=int(last.group()) if last else None)
    response = StreamingHttpResponse(messages, content_type="text/event-stream")
    response["X-Accel-Buffering"] = "no"  # a proxy that gathers would make it late
    return response


@needs(Right.SEE)
@require_POST
def presence(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/presence: somebody has it open (writing=1: and writes), or gone=1."""
    case = case_for(request.me, case_id=case_id, right=Right.SEE)
    if request.POST.get("gone"):
        end_presence(case_id=case.case_id, user_id=request.me.user_id)
    else:
        note_presence(
            case_id=case.case_id,
            user_id=request.me.user_id,
            writing=request.POST.get("writing") == "1",
            at=timezone.now(),  # who is here is here now, whatever moment pages pretend
        )
    return HttpResponse(status=204)
