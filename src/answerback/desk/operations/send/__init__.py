"""The outbox: claim, speak, record.  The one door out."""

from answerback.desk.operations.send.claim import (
    LEASE,
    MOST_TRIES,
    Claim,
    claim_reply,
    say_again,
    still_ours,
)
from answerback.desk.operations.send.outbox import send_due
from answerback.desk.operations.send.record import record
from answerback.desk.operations.send.speak import LONGEST_CALL, Ending, Outcome, speak
from answerback.desk.operations.send.voices import (
    LONGEST_WAIT,
    Senders,
    VoiceWaits,
    installed_senders,
)
from answerback.desk.queries.through import Through

__all__ = [
    "LEASE",
    "LONGEST_CALL",
    "LONGEST_WAIT",
    "MOST_TRIES",
    "Claim",
    "Ending",
    "Outcome",
    "Senders",
    "Through",
    "VoiceWaits",
    "claim_reply",
    "installed_senders",
    "record",
    "say_again",
    "send_due",
    "speak",
    "still_ours",
]
