"""Test an account's connection, and keep what was found."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from answerback.channels.discreet import at_network, blotted, hidden_of
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Checked, NotAllowed
from answerback.desk import models
from answerback.desk.operations.open_account import open_account
from answerback.desk.operations.record_channel import record_channel
from answerback.desk.queries.channels import is_known
from answerback.domain.records.event import EventName

_LONGEST_SENTENCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What a connection test said."""

    works: bool
    sentence: str  #: what was found, or what went wrong
    advice: str = ""  #: what to do next; "": nothing
    stops: bool = False  #: the login is refused: asking again is of no use
    found: Checked | None = None  #: who we are there; None: it does not work


def check_channel(*, account_id: int, by: str | None, at: datetime) -> Tested:
    """
    Ask the network who we are there, outside any transaction, and keep the answer.

    A network that cannot be reached, or refuses, is no error: the test says so.

    :raises SealBroken: when the account cannot be opened.
    """
    tested = ask_channel(account_id, at=at)
    if tested.found is None:
        note_check_failed(account_id=account_id, told=tested, by=by, at=at)
        return tested
    advice = note_check(
        account_id=account_id, found=tested.found, sentence=tested.sentence, by=by, at=at
    )
    return replace(tested, advice=advice)


def ask_channel(account_id: int, *, at: datetime) -> Tested:
    """
    Ask the network who we are there, and keep nothing.

    :raises SealBroken: when the account cannot be opened.
    """
    account = open_account(account_id)
    try:
        with at_network(account) as speaking:
            found = speaking.check(at=at)
    except ChannelDown as no:
        return Tested(
            works=False,
            sentence=_short(str(no)),
            advice=_advice(no),
            stops=isinstance(no, NotAllowed),
        )
    sentence = _short(blotted(found.sentence, secrets=hidden_of(account)))
    return Tested(works=True, sentence=sentence, found=found)


def _short(sentence: str) -> str:
    return sentence[:_LONGEST_SENTENCE]


def _advice(no: ChannelDown) -> str:
    if isinstance(no, NotAllowed):
        return "Correct its settings or set its secret anew, then test it again."
    return "Check the settings, then test it again; what is set up stays as it is."


@transaction.atomic
def note_check(
    *, account_id: int, found: Checked, sentence: str, by: str | None, at: datetime
) -> str:
    """
    Keep who we are there; an account that was stopped goes on.  One event.

    Returns what is left to do: the brand's file may not know our name there yet.
    """
    account = models.ChannelAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    was_stopped = account.stopped != ""
    account.handle, account.native_id = found.handle.removeprefix("@"), found.native_id
    account.most_characters = found.most_characters
    ahead = found.clock_ahead
    account.clock_ahead = None if ahead is None else ahead.total_seconds()
    account.checked_at = account.tested_at = at
    account.tested, account.works, account.stopped = sentence, True, ""
    account.save()
    sources = models.Source.objects.filter(account=account, on=True)
    if was_stopped:
        sources.update(next_at=at, failures=0, sentence="")
    else:  # it is there again, so those that waited for it wait no longer, unless it asked them to
        failing = sources.filter(failures__gt=0, next_at__gt=at)
        failing.exclude(limited_until__gt=at).update(next_at=at)
    record_channel(account, what=EventName.CHANNEL_CHANGED, how="tested", by=by, at=at)
    return _handle_advice(account)


@transaction.atomic
def note_check_failed(*, account_id: int, told: Tested, by: str | None, at: datetime) -> None:
    """Keep what went wrong; where it stops, nobody is asked until a person has mended it."""
    account = models.ChannelAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    account.tested, account.works, account.tested_at = told.sentence, False, at
    if told.stops:
        account.stopped = told.sentence
    account.save(update_fields=["tested", "works", "tested_at", "stopped"])
    record_channel(account, what=EventName.CHANNEL_CHANGED, how="test_failed", by=by, at=at)


def _handle_advice(account: models.ChannelAccount) -> str:
    """Return what to do where the brand's file lacks our name on a network; "": nothing."""
    if is_known(account):
        return ""
    return (
        f"The brand's file does not know us as '{account.handle}': add that to its handles "
        "(Manage, Brands), so that posts to it are heard as addressed to us."
    )
