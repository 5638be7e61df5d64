"""Change what somebody says of themselves."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.add_person import PersonRefused
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.desk.queries.access import Member

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What somebody may say of themselves."""

    name: str
    language: str  #: of the pages; "": what the browser asks for
    takes_cases: bool  #: False: away, and nothing is offered


@transaction.atomic
def change_account(*, member: Member, account: Account, at: datetime) -> None:
    """
    Let somebody's own words hold.  One audit entry.

    :raises PersonRefused: when the name is none, or the language is none of ours.
    """
    if not 1 <= len(account.name.strip()) <= _LONGEST_NAME:
        raise PersonRefused(f"A name has 1 to {_LONGEST_NAME} characters.")
    if account.language not in {"", *dict(settings.LANGUAGES)}:
        raise PersonRefused(f"The pages do not speak '{account.language}'.")
    models.User.objects.filter(pk=member.user_id).update(
        name=account.name.strip(), language=account.language, takes_cases=account.takes_cases
    )
    deed = Deed(
        what="account_changed",
        by=member.handle,
        about=f"person:{member.handle}",
        particulars={"takes_cases": int(account.takes_cases), "language": account.language},
    )
    write_audit(deeds=[deed], at=at)
