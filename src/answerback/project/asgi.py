"""The pages as an ASGI application: what `answerback serve` and `answerback web` run."""

from django.core.asgi import get_asgi_application

from answerback.project.bounded import bounded

# Django's type says "dict", where the standard says "mapping".
application = bounded(get_asgi_application())  # type: ignore[arg-type]
