"""The pages as an ASGI application: what `answerback serve` and `answerback web` run."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
