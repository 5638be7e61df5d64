"""What becomes of a live source that could not be heard: when it is asked again, and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerback.channels.live import Hole
from answerback.desk import models
from answerback.desk.operations.lease import keep_lease
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.record_gaps import record_holes
from answerback.desk.operations.take_page import Fenced, Turn
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.role import Role
from answerback.intake.raw import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a source was not heard."""

    sentence: str
    next_at: datetime
    limited: bool = False  #: the network asked us to wait; that is no failure


@transaction.atomic
def settle_trouble(*, turn: Turn, trouble: Trouble) -> None:
    """
    Let a source rest until it is asked again, and keep why.

    A limit holds for the whole account: its other sources rest until then, too.

    :raises Fenced: when another worker hears the source now.
    """
    _hold_account(turn)
    source = _ours(turn)
    source.sentence, source.next_at = trouble.sentence, trouble.next_at
    if trouble.limited:
        source.limited_until = trouble.next_at
        others = models.Source.objects.filter(account=source.account_id).exclude(pk=source.pk)
        others.filter(next_at__lt=trouble.next_at).update(
            next_at=trouble.next_at, limited_until=trouble.next_at, sentence=trouble.sentence
        )
    else:
        source.failures += 1
    source.save(update_fields=["sentence", "next_at", "limited_until", "failures"])


@transaction.atomic
def settle_rest(*, turn: Turn, next_at: datetime | None, sentence: str | None = None) -> None:
    """
    Say when a source is polled next; None: never, until somebody says otherwise.

    :raises Fenced: when another worker hears the source now.
    """
    source = _ours(turn)
    source.next_at = next_at
    if sentence is not None:
        source.sentence = sentence
    source.save(update_fields=["next_at", "sentence"])


@transaction.atomic
def begin_anew(*, turn: Turn, cursor: str, hole: Hole, at: datetime) -> None:
    """
    Go on from another cursor, because the network forgot ours, and keep what may be missing.

    :raises Fenced: when another worker hears the source now.
    """
    source = _ours(turn)
    record_holes(source=source, holes=[hole], at=at)
    source.cursor, source.sentence, source.next_at = cursor, printable(hole.sentence), at
    source.failures += 1  # until a page comes: a network that forgets each time is not asked on
    source.save(update_fields=["cursor", "sentence", "next_at", "failures"])


@transaction.atomic
def keep_hole(*, turn: Turn, hole: Hole, at: datetime) -> None:
    """
    Keep that something may be missing from a source.

    :raises Fenced: when another worker hears the source now.
    """
    record_holes(source=_ours(turn), holes=[hole], at=at)


@transaction.atomic
def say_streaming(*, turn: Turn, streaming: bool) -> None:
    """
    Say whether a stream is held open for a source.

    :raises Fenced: when another worker hears the source now.
    """
    source = _ours(turn)
    source.streaming = streaming
    source.save(update_fields=["streaming"])


@transaction.atomic
def keep_source(*, turn: Turn, sentence: str | None = None) -> None:
    """
    Keep a source to ourselves a while longer, and say why it rests where it does.

    :raises Fenced: when another worker hears the source now.
    """
    if sentence is None:
        if not keep_lease(name=turn.lease, token=turn.token, until=turn.until):
            raise Fenced(f"Source {turn.source_id} is heard by another worker now.")
        return
    source = _ours(turn)
    source.sentence = sentence
    source.save(update_fields=["sentence"])


@transaction.atomic
def stop_account(*, turn: Turn, sentence: str, at: datetime) -> None:
    """
    Ask an account nothing more until a person has mended its login, and tell the owners.

    :raises Fenced: when another worker hears the source now.
    """
    account = _hold_account(turn)
    source = _ours(turn)
    source.sentence = sentence
    source.failures += 1
    source.save(update_fields=["sentence", "failures"])
    if account.stopped:
        return
    account.stopped = sentence
    account.save(update_fields=["stopped"])
    told: dict[str, str | int] = {"account": account.pk, "channel": account.channel}
    event = Event(what=EventName.CHANNEL_STOPPED, at=at, particulars=told)
    record_events(brand_id=account.brand_id, events=[event])
    seats = models.Membership.objects.filter(
        brand_id=account.brand_id, role=Role.OWNER, user__is_active=True
    )
    owners = list(seats.values_list("user__handle", flat=True))
    notify(handles=owners, what=NoticeOf.CHANNEL_STOPPED, case_id=None, by=None, at=at)


def _hold_account(turn: Turn) -> models.ChannelAccount:
    """Lock the account of a source: always before the source, so that nobody waits in a circle."""
    accounts = models.ChannelAccount.objects.select_for_update(no_key=True)
    return accounts.get(sources__pk=turn.source_id)


def _ours(turn: Turn) -> models.Source:
    """Lock the source that we hear, behind the fence."""
    if not keep_lease(name=turn.lease, token=turn.token, until=turn.until):
        raise Fenced(f"Source {turn.source_id} is heard by another worker now.")
    return models.Source.objects.select_for_update(no_key=True).get(pk=turn.source_id)
