"""Say it once, by whatever the network promises; no transaction is open meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from answerback.channels.deadline import within
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Limited, NotAllowed
from answerback.channels.outbound import CanLook, Guarantee, NoAnswer, NotTaken, Sender
from answerback.desk.operations.send.claim import LEASE, Claim, say_again

#: No call to a network, with all its requests, takes longer: our clients end it then, also for a
#: worker that was stopped meanwhile.  Less than half a lease, so nobody else has it by then.
LONGEST_CALL = timedelta(seconds=25)
if LONGEST_CALL >= LEASE / 2:
    raise AssertionError("A call must end before half its lease is over.")


class Ending(StrEnum):
    """What came of one try."""

    SAID = "said"
    NOT_SAID = "not_said"  #: the network could not be reached: later once more
    NO_LOGIN = "no_login"  #: it refused our login, so nothing was said: a person mends that
    REFUSED = "refused"  #: the network will not take it
    UNCLEAR = "unclear"  #: nobody can tell
    UNSHOWN = "unshown"  #: it is not to be seen there, and nothing proves that it never came
    UNSEEN = "unseen"  #: one could not look whether it is there: later once more
    DOUBTFUL = "doubtful"  #: it will not take it now, and may have taken it before: a person looks
    LOST = "lost"  #: another worker has it: nothing to record


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one try, and why."""

    ending: Ending
    said_as: str = ""  #: the network's id
    found: bool = False  #: it was said before, and is found there now
    sentence: str = ""  #: why it was not said, or is not known to be
    wait: timedelta | None = None  #: the network asked us to wait so long
    took: timedelta = timedelta()  #: from the moment of the try to its end


def speak(
    *,
    claim: Claim,
    sender: Sender,
    at: datetime,
    may_say_again: Callable[..., bool] = say_again,
) -> Outcome:
    """
    Say it once, by whatever the network promises; no transaction is open meanwhile.

    What was tried before without an answer is said again where the network knows the key,
    else looked for first; where neither can be, a person looks.
    """
    with within(LONGEST_CALL.total_seconds(), since=claim.began):
        if not claim.may_say:
            return _only_looked(claim=claim, sender=sender)
        if claim.asked:
            found = _before_saying_again(claim=claim, sender=sender, at=at)
            if found is not None:
                return found
            if not may_say_again(claim, unsaid=not _knows_the_key(sender, claim=claim, at=at)):
                return Outcome(ending=Ending.LOST)
        return _said(claim=claim, sender=sender, at=at)


def _said(*, claim: Claim, sender: Sender, at: datetime) -> Outcome:
    try:
        return Outcome(ending=Ending.SAID, said_as=sender.send(claim.message))
    except NoAnswer as wrong:
        return Outcome(ending=Ending.UNCLEAR, sentence=str(wrong))
    except NotTaken as wrong:
        # A try before this one may have been heard: said to have failed, it would be said twice.
        doubtful = claim.asked and _knows_the_key(sender, claim=claim, at=at)
        ending = Ending.DOUBTFUL if doubtful else Ending.REFUSED
        return Outcome(ending=ending, sentence=str(wrong))
    except ChannelDown as wrong:
        return _down(wrong, asked=claim.asked)


def _down(wrong: ChannelDown, *, asked: bool) -> Outcome:
    wait = wrong.wait if isinstance(wrong, Limited) else None
    if asked or wrong.may_have_heard:
        ending = Ending.UNCLEAR
    else:
        ending = Ending.NO_LOGIN if isinstance(wrong, NotAllowed) else Ending.NOT_SAID
    return Outcome(ending=ending, sentence=str(wrong), wait=wait)


def _before_saying_again(*, claim: Claim, sender: Sender, at: datetime) -> Outcome | None:
    """Return what came of the tries before; None: it may be said again."""
    if sender.send_guarantee is Guarantee.BLIND:
        return Outcome(ending=Ending.UNCLEAR, sentence=_LOST)
    if _knows_the_key(sender, claim=claim, at=at):
        return None
    try:
        if isinstance(sender, CanLook):
            return _looked(sender, claim=claim)
        found = sender.find(claim.message)
    except ChannelDown as wrong:
        wait = wrong.wait if isinstance(wrong, Limited) else None
        return Outcome(ending=Ending.UNSEEN, sentence=str(wrong), wait=wait)
    except (NoAnswer, NotTaken) as wrong:  # looking will never tell
        return Outcome(ending=Ending.DOUBTFUL, sentence=str(wrong))
    return None if found is None else Outcome(ending=Ending.SAID, said_as=found, found=True)


def _only_looked(*, claim: Claim, sender: Sender) -> Outcome:
    """Look whether another copy has said it; say nothing."""
    waits = Outcome(ending=Ending.UNSEEN, sentence=_ONLY_LOOKED, wait=_LOOK_SELDOM)
    if sender.send_guarantee is Guarantee.BLIND:
        return waits
    try:
        found = sender.find(claim.message)
    except (ChannelDown, NoAnswer, NotTaken):
        return waits
    return waits if found is None else Outcome(ending=Ending.SAID, said_as=found, found=True)


def _looked(sender: CanLook, *, claim: Claim) -> Outcome | None:
    """
    Look where reads may lag: what is not shown is not said only when something later is.

    Or when whatever landed at the latest possible moment would be shown by now.
    """
    look = sender.look(claim.message)
    if look.found is not None:
        return Outcome(ending=Ending.SAID, said_as=look.found, found=True)
    landed_by = claim.asked_at + LONGEST_CALL + sender.lands_within
    if look.shown_until is not None and look.shown_until > landed_by:
        return None
    if sender.shows_within is not None and claim.taken_at > landed_by + sender.shows_within:
        return None
    return Outcome(ending=Ending.UNSHOWN, sentence=_UNSHOWN)


_LOST = (
    "The worker that was sending this stopped, and this network cannot be asked whether it "
    "heard. Look at the conversation there."
)
_ONLY_LOOKED = (
    "Nothing is sent from here until somebody has said that this is the only copy of the desk. "
    "This reply may have been said by another copy, and was not found so far."
)
#: While nothing may be said.
_LOOK_SELDOM = timedelta(minutes=10)
_UNSHOWN = (
    "Nobody can tell whether this was said: the network does not show it, and shows nothing that "
    "we said later either, so it may be slow to show it. Look at the conversation there."
)


def _knows_the_key(sender: Sender, *, claim: Claim, at: datetime) -> bool:
    if sender.send_guarantee is not Guarantee.IDEMPOTENT:
        return False
    return sender.key_lives is None or at - claim.first_tried_at < sender.key_lives
