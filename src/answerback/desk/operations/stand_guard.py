"""A database that may be a copy says nothing, until a person says that it is the only one."""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from answerback.desk import models
from answerback.desk.here import Here, here, mark
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.desk.queries.sending import Standing, doubts, standing_of
from answerback.domain.records.refusal import Refusal

_LOG = logging.getLogger("answerback.sending")
#: How often it is written down that this installation lives.
_HEARTBEAT = timedelta(minutes=1)


class NothingToResume(Refusal):
    """Replies go out: there is no doubt to settle."""


def stand_guard(*, at: datetime) -> Standing:
    """
    Return whether replies may go out from here; where it is doubtful for the first time, stop.

    What the file beside the database says is read before the database: it is never ahead.
    """
    place = here()
    row = models.Installation.objects.first()
    if row is None:
        row = _settle_in(place, at=at)
        place = here()  # with the file that was made beside it
    why = doubts(row, place=place)
    if (why and row.sends) or at - row.seen_at >= _HEARTBEAT:
        row = _look_closer(place, at=at)
    return standing_of(row)


def _settle_in(place: Here, *, at: datetime) -> models.Installation:
    """Take this place for ours; a file that counts more than the first day's tells of a past."""
    tried = models.Reply.objects.filter(tries__gt=0).exists()
    counted = 0 if tried else place.told
    _mark(identity=place.identity, counted=0)
    now = here()
    row, _ = models.Installation.objects.get_or_create(
        pk=1,
        defaults={
            "place": now.identity,
            "doors": [now.door],
            "counted": counted,
            "seen_at": at,
        },
    )
    return row


@transaction.atomic
def _look_closer(place: Here, *, at: datetime) -> models.Installation:
    row = models.Installation.objects.select_for_update(no_key=True).get(pk=1)
    why = doubts(row, place=place)
    if why and row.sends:
        row.sends, row.why, row.doubted_at = False, why, at
        write_audit(deeds=[Deed(what="sending_stopped", by=None, about="installation")], at=at)
        _LOG.warning("Nothing is sent from now on. %s", why)
    row.seen_at = max(at, row.seen_at)
    row.save()
    return row


def count_claim(*, of: Standing) -> int | None:
    """
    Count one claim that may speak, and return how many there are; None: nothing may be said.

    Call it last inside the claim's transaction, and `write_down` after it.
    """
    if not of.sends:
        return None
    if not models.Installation.objects.filter(pk=1, sends=True).update(counted=F("counted") + 1):
        return None
    return models.Installation.objects.values_list("counted", flat=True).get(pk=1)


def write_down(counted: int) -> None:
    """
    Write beside the database what was counted in it, before anything is said.

    :raises OSError: when it cannot be written beside a file of ours; beside a server it may be
        that this machine keeps no files.
    """
    place = models.Installation.objects.values_list("place", flat=True).get(pk=1)
    _mark(identity=place, counted=counted)


def _mark(*, identity: str, counted: int) -> None:
    try:
        mark(identity=identity, counted=counted)
    except OSError:
        if connection.vendor == "sqlite":
            raise
        _LOG.warning("What was sent cannot be counted in the data folder.", exc_info=True)


@transaction.atomic
def resume_sending(*, by: str, at: datetime) -> None:
    """
    Say that this is the only copy, and let replies go out from here.

    What another copy may have said is looked for first where that can be; where it cannot, it
    is left to a person.

    :raises NothingToResume: when replies go out already.
    """
    row = models.Installation.objects.select_for_update(no_key=True).filter(pk=1).first()
    if row is None or row.sends:
        raise NothingToResume("Replies go out from here: there is nothing to resume.")
    before = here()
    counted = max(row.counted, before.told)
    _mark(identity=before.identity, counted=counted)
    place = here()  # with the file beside it, if there was none
    same = place.identity == row.place
    row.doors = sorted({*(row.doors if same else ()), place.door})
    row.place, row.counted = place.identity, counted
    row.sends, row.why, row.resumed_by, row.seen_at = True, "", by, max(at, row.seen_at)
    row.save()
    write_audit(deeds=[Deed(what="sending_resumed", by=by, about="installation")], at=at)
