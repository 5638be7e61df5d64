"""What a view may ask of its request."""

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from answerback.desk.queries.access import Member


class DeskRequest(HttpRequest):
    """A request of somebody who has signed in and passed the policy of the page."""

    me: Member
    htmx: HtmxDetails
    session: SessionBase
