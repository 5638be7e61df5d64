"""A person signs in to an account at its provider; what that brings is sealed."""

from datetime import datetime

from answerback.channels.discreet import at_network
from answerback.channels.live import Network
from answerback.channels.signing_in import ByBrowser, ByCode, SignsPersonsIn
from answerback.desk.operations.change_channel import set_secrets
from answerback.desk.operations.open_account import open_account
from answerback.domain.records.refusal import Refusal


def begin_sign_in(account_id: int, *, back: str) -> ByCode | ByBrowser:
    """
    Begin a sign-in, outside any transaction; nothing is kept yet.

    :raises Refusal: when nobody signs in to such an account, or its provider says no.
    """
    with at_network(open_account(account_id)) as asked:
        return _persons(asked).begin_sign_in(back=back)


def end_sign_in(
    *, account_id: int, begun: ByCode | ByBrowser, address: str = "", by: str | None, at: datetime
) -> None:
    """
    Seal what a sign-in brought, in the place of what was there.  One event.

    `address` is where the browser was sent, for one that came back.

    :raises NotYet: as long as the person has not typed the code.
    :raises Refusal: when the person, or the provider, said no.
    """
    with at_network(open_account(account_id)) as asked:
        signs = _persons(asked)
        if isinstance(begun, ByCode):
            brought = signs.look_at_code(begun)
        else:
            brought = signs.come_back(begun, address=address)
    set_secrets(account_id=account_id, secrets=brought, by=by, at=at)


def _persons(asked: Network) -> SignsPersonsIn:
    if not isinstance(asked, SignsPersonsIn):
        raise Refusal(f"Nobody signs in to {asked.title}; its secrets are typed.")
    return asked
