"""What a view may ask of its request."""

import re

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from answerback.desk.queries.access import Member


class DeskRequest(HttpRequest):
    """A request of somebody who has signed in and passed the policy of the page."""

    me: Member
    htmx: HtmxDetails
    session: SessionBase


#: As many digits as the number of a row can have: what is longer names nothing.
_ID = re.compile("[0-9]{1,18}")


def id_in(told: str) -> int | None:
    """Return the number of a row that a form or an address names; None: it names none."""
    return int(told) if _ID.fullmatch(told) else None
