"""The background job that asks networks for threads: outside of any transaction."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import Error as DatabaseFault

from answerback.channels.discreet import at_network
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Limited, Page
from answerback.desk.operations.lease import end_lease, take_lease
from answerback.desk.operations.look_up_thread import (
    MOST_TRIES,
    Look,
    claim_look,
    put_off_look,
    record_look,
)
from answerback.desk.operations.open_account import open_account
from answerback.desk.operations.take_page import Fenced, Turn, lease_of_source, take_page
from answerback.domain.pipeline import Stage
from answerback.domain.records.refusal import Refusal
from answerback.project.listening_now import listening_now

_LOG = logging.getLogger("answerback.threads")

_LEASE: Final = timedelta(seconds=60)
_FIRST_WAIT: Final = timedelta(minutes=1)
_SHORTEST_WAIT: Final = timedelta(seconds=5)
_OUR_FAULT: Final = "Asking for it met a fault of ours; the log tells more."

#: What a brand hears by.
Listening = Callable[[int], Stage]


def fetch_context_one(*, at: datetime, listening: Listening = listening_now) -> bool:
    """
    Ask for one thread that is wanted and take in what we lack of it; say whether there was one.

    What the network will not tell leaves the thread as it is, with the reason beside it.

    :raises django.db.Error: when the database cannot be written; it is asked for again.
    """
    look = claim_look(at=at)
    if look is None:
        return False
    try:
        page = _asked(look, at=at)
        _take_in(look, page=page, listening=listening, at=at)
    except DatabaseFault:
        raise
    except Limited as wrong:
        wait = max(wrong.wait, _SHORTEST_WAIT)
        put_off_look(look=look, until=at + wait, sentence=str(wrong), in_vain=False)
    except ChannelDown as wrong:
        _later(look, sentence=str(wrong), at=at)
    except Fenced:
        put_off_look(look=look, until=at + _SHORTEST_WAIT, sentence="", in_vain=False)
    except Refusal as no:
        record_look(look=look, found=0, sentence=str(no))
    except Exception:  # noqa: BLE001  one thread's trouble, whatever it is, stops no other
        _LOG.exception("A fault at thread %s.", look.look_id)
        _later(look, sentence=_OUR_FAULT, at=at)
    return True


def _later(look: Look, *, sentence: str, at: datetime) -> None:
    if look.tries >= MOST_TRIES:
        record_look(look=look, found=0, sentence=sentence)
    else:
        until = at + _FIRST_WAIT * 2.0 ** (look.tries - 1)
        put_off_look(look=look, until=until, sentence=sentence, in_vain=True)


def _asked(look: Look, *, at: datetime) -> Page:
    with at_network(open_account(look.account_id)) as asked:
        return asked.context(look.external_id, at=at)


def _take_in(look: Look, *, page: Page, listening: Listening, at: datetime) -> None:
    name = lease_of_source(look.source_id)
    token = take_lease(name=name, at=at, until=at + _LEASE)
    if token is None:
        raise Fenced(f"Source {look.source_id} is heard by another worker now.")
    try:
        taken = take_page(
            turn=Turn(source_id=look.source_id, token=token, until=at + _LEASE),
            page=Page(things=page.things, rate=page.rate),
            listening=listening(look.brand_id),
            at=at,
        )
    finally:
        end_lease(name=name, token=token, at=at)
    record_look(look=look, found=taken.new)
