"""A live account on the fake network, and the posts that are told there."""

from datetime import datetime
from pathlib import Path
from typing import Any

from tests.builders import MONDAY_9, NEXT_DAY
from tests.desk.hearing import live_account
from tests.people import make_user

from answerback.channels.fake.live_network import LiveNetwork
from answerback.desk import models
from answerback.desk.operations.found_brand import found_brand
from answerback.project.polling import poll_source

BRAND = 'name = "Acme"\nhandles = ["acme"]\n'


def acme_hears(folder: Path, *, streams: str = "mentions", **settings: str) -> LiveNetwork:
    """Found the brand, let it follow streams of a fake network there, and return the network."""
    make_user("olga", role=None)
    found_brand(text=BRAND, by="olga", at=MONDAY_9)
    live_account(folder, streams=streams, **settings)
    return LiveNetwork(folder)


def said(number: int, **told: Any) -> dict[str, Any]:
    """Return a complaint, as the fake network tells it."""
    text = f"@acme my kettle number {number} leaks and I am furious"
    return {"id": f"p{number}", "author": f"ada{number}", "text": text, **told}


def polled(*, at: datetime = NEXT_DAY, stream: str = "mentions") -> models.Source:
    """Poll a source once and return it as it stands then."""
    source = models.Source.objects.get(stream=stream)
    assert poll_source(source.pk, clock=lambda: at)
    source.refresh_from_db()
    return source


def ids_kept() -> list[str]:
    return list(models.Post.objects.order_by("pk").values_list("external_id", flat=True))
