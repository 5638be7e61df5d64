"""
A process that gets tokens for an account again and again: python -m tests.desk.renewing.

    … NAME CLIENT TOKEN_URL REFRESH   makes an account, whose number it prints
    … ACCOUNT TIMES                   asks so often, each time anew, as after a refusal

Its database comes from the environment.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from answerback.channels.mail.providers import provider_of
from answerback.channels.mail.tokens import forget_token, token_of
from answerback.project import env
from answerback.project.start import desk

_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def main(told: list[str]) -> None:
    with desk(Path(os.environ[env.HOME]), create=False, signs=True):
        if len(told) == 4:
            print(_made(told))  # noqa: T201  what the test reads
        else:
            _renew(int(told[0]), times=int(told[1]))


def _made(told: list[str]) -> int:
    from tests.desk.channels import make_acme  # noqa: PLC0415  Django must be up

    from answerback.desk.operations.add_channel import (  # noqa: PLC0415  Django must be up
        AccountTold,
        add_channel,
    )

    name, client_id, token_url, refresh = told
    settings = {
        "sign_in": "oauth",
        "address": "care@acme.example",
        "user": "care",
        "imap_host": "imap.acme.example",
        "smtp_host": "smtp.acme.example",
        "client_id": client_id,
        "token_url": token_url,
    }
    account = AccountTold(
        channel="email", name=name, settings=settings, secrets={"refresh_token": refresh}
    )
    return add_channel(brand_id=make_acme(), told=account, by=None, at=_AT)


def _renew(account_id: int, *, times: int) -> None:
    from answerback.desk.operations.open_account import (  # noqa: PLC0415  Django must be up
        open_account,
    )

    for _ in range(times):
        account = open_account(account_id)
        provider = provider_of(account)
        if provider is None:
            sys.exit("It signs in by a password.")
        forget_token(account, provider)
        token_of(account, provider)


if __name__ == "__main__":
    main(sys.argv[1:])
