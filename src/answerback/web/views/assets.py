from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from answerback.web.access import open_to_all
from answerback.web.assets import find_asset


@open_to_all
@require_safe
def asset(request: HttpRequest, digest: str, name: str) -> HttpResponse:  # noqa: ARG001  Django hands it over
    """GET /static/<hash>/<name>: a file that never changes under its address."""
    found = find_asset(name)
    if found is None or found.digest != digest:
        raise Http404
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
