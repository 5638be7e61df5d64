"""Files of a reply: put beside its words, looked at from here alone, taken away."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from answerback.desk.operations.carry_file import FileNotCarried, Given, carry_file, drop_file
from answerback.desk.operations.save_draft import DraftMoved, save_draft
from answerback.desk.queries.access import NotHere, case_for, own_reply_for, reply_for
from answerback.desk.queries.reply_files import file_bytes
from answerback.domain.etiquette.files import FILE_LIMITS
from answerback.domain.records.role import Right
from answerback.web.access import needs
from answerback.web.moment import moment_of
from answerback.web.refusals import shown_with
from answerback.web.reply_form import typed_of
from answerback.web.request import DeskRequest
from answerback.web.views.replies import both_texts_page, composer_page, with_sentence

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

_LARGEST = max(limit.largest for limit in FILE_LIMITS.values())


def _not_carried(request: Any, refusal: FileNotCarried) -> HttpResponse:
    return with_sentence(request, refusal)


@shown_with(FileNotCarried, _not_carried)
@shown_with(DraftMoved, both_texts_page)
@needs(Right.WORK)
@require_POST
def files(request: DeskRequest, case_id: int) -> HttpResponse:
    """POST /cases/<id>/files: keep the draft, and let it carry the file that was chosen."""
    case = case_for(request.me, case_id=case_id, right=Right.WORK)
    at, me = moment_of(request), request.me.handle
    kept = save_draft(case_id=case_id, by=me, typed=typed_of(request), at=at)
    carry_file(reply_id=kept.reply_id, file=_given(request.FILES.get("file")), by=me, at=at)
    return composer_page(request, case=case) if request.htmx else redirect("case", case_id)


def _given(file: "UploadedFile[bytes] | None") -> Given:
    if file is None or not file.size:
        raise FileNotCarried(_("Choose a file, then attach it."))
    name = file.name or "file"
    if file.size > _LARGEST:
        raise FileNotCarried(
            _("'%(name)s' is too large for any network. Make it smaller.") % {"name": name[-80:]}
        )
    return Given(name=name, data=file.read())


@shown_with(FileNotCarried, _not_carried)
@shown_with(DraftMoved, both_texts_page)
@needs(Right.WORK)
@require_POST
def file_removal(request: DeskRequest, reply_id: int, file_id: int) -> HttpResponse:
    """POST /replies/<id>/files/<id>/removal: keep the draft, and take a file away from it."""
    ref = own_reply_for(request.me, reply_id=reply_id)
    at, me, case_id = moment_of(request), request.me.handle, ref.case.case_id
    save_draft(case_id=case_id, by=me, typed=typed_of(request), at=at)
    drop_file(reply_id=reply_id, file_id=file_id, by=me, at=at)
    return composer_page(request, case=ref.case) if request.htmx else redirect("case", case_id)


@needs(Right.SEE)
@require_safe
def file(request: DeskRequest, reply_id: int, file_id: int) -> HttpResponse:
    """GET /replies/<id>/files/<id>: the file itself, as what its bytes say it is."""
    reply_for(request.me, reply_id=reply_id, right=Right.SEE)
    found = file_bytes(reply_id=reply_id, file_id=file_id)
    if found is None:
        raise NotHere
    name, kind, data = found
    shown = "inline" if kind.startswith("image/") else "attachment"
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(data, content_type=kind, headers=headers)
