"""Let an account's sources be those that its settings ask for, now that they changed."""

from datetime import datetime

from answerback.channels.discreet import at_network
from answerback.desk.operations.follow_streams import follow_streams
from answerback.desk.queries.accounts import opened


def follow_account(*, account_id: int, at: datetime) -> None:
    """
    Ask the account's network which sources its settings mean, and follow those.

    The network is asked as a piece of code, and asks nobody itself.

    :raises SealBroken: when the account cannot be opened.
    """
    with at_network(opened(account_id)) as speaking:
        streams = speaking.streams()
    follow_streams(account_id=account_id, streams=streams, at=at)
