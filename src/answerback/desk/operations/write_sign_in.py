"""Write down what happens at the door."""

from datetime import datetime
from enum import StrEnum

from answerback.desk import models
from answerback.desk.operations.write_audit import Deed, write_audit


class AtTheDoor(StrEnum):
    """What stands in the audit log without a brand: a closed list."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_REFUSED = "sign_in_refused"  #: a wrong password or code
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  the name of an act
    CODES_APP_ADDED = "codes_app_added"  #: one-time codes, TOTP
    CODES_APP_REMOVED = "codes_app_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"


def write_sign_in(
    *, what: AtTheDoor, handle: str, by: str | None, at: datetime, how: str = ""
) -> None:
    """
    Add one entry about a handle; `by` None: nobody who has signed in.

    A handle that nobody has is left out: some people type their password where the name belongs.
    """
    known = models.User.objects.filter(handle=handle.strip().casefold()).exists()
    about = f"person:{handle.strip().casefold()}" if known else ""
    deed = Deed(what=what, by=by, about=about, particulars={"how": how} if how else {})
    write_audit(deeds=[deed], at=at)
