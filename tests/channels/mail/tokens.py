"""A mail office that takes tokens, its sign-in service, and accounts on both."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.servers.mail import Office, dovecot
from tests.servers.sign_in import CLIENT, TENANT, SignIn, sign_in_service

from answerback.channels.live import Account
from answerback.channels.mail import providers


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Dovecot, which takes tokens, and who gives them."""

    office: Office
    service: SignIn

    def account(self, way: str, *, secret: str = "", **settings: str) -> Account:
        """Return an account that signs in so, with a refresh token where a person would."""
        told = {
            "sign_in": way,
            "client_id": CLIENT,
            **({"tenant": TENANT} if way.startswith("microsoft") else {}),
            **({"token_url": self.service.token_url, "scope": "mail"} if way == "oauth" else {}),
            **settings,
        }
        account = self.office.account(**told)
        secrets = {"refresh_token": self.service.refresh, "client_secret": secret}
        return dataclasses.replace(
            account,
            secrets={name: value for name, value in secrets.items() if value},
            reach=account.reach | {self.service.site.address},
        )

    def log(self) -> str:
        """Return what Dovecot has noted."""
        return (Path(self.office.imap.command[-1]).parent / "log").read_text()


@contextmanager
def house(folder: Path, *, patch: pytest.MonkeyPatch) -> Iterator[House]:
    """Run both; what would go to Microsoft and Google goes to our service."""
    with (
        sign_in_service() as service,
        dovecot(folder, introspects=f"{service.site.url}/introspect") as office,
    ):
        if office.submission is None:
            pytest.skip("needs Dovecot's SMTP server: apt-get install dovecot-submissiond")
        patch.setattr(providers, "MICROSOFT_LOGIN", service.site.url)
        patch.setattr(providers, "GOOGLE_TOKENS", service.token_url)
        patch.setattr(providers, "GOOGLE_LOGIN", f"{service.site.url}/authorize")
        service.granted(refreshes=True)  # somebody signed in
        service.revoke_all()
        yield House(office=office, service=service)
