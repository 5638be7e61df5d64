"""Give somebody another password, from the server."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.add_person import check_password
from answerback.desk.operations.end_sessions import end_sessions
from answerback.desk.operations.sign_in_tries import forget_failures
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.desk.queries.access import NotHere


@transaction.atomic
def set_password(*, handle: str, password: str, at: datetime) -> None:
    """
    Replace a password, sign its owner out everywhere, and forget the wrong ones.

    :raises NotHere: when nobody has the handle.
    :raises PersonRefused: when it is too weak.
    """
    user = models.User.objects.select_for_update(no_key=True).filter(handle=handle).first()
    if user is None:
        raise NotHere
    check_password(password, user=user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user_id=user.pk)
    forget_failures(handle=handle)
    deed = Deed(what="password_set_on_the_server", by=None, about=f"person:{handle}")
    write_audit(deeds=[deed], at=at)


@transaction.atomic
def remove_second_step(*, handle: str, at: datetime) -> None:
    """
    Remove somebody's codes, passkeys and recovery codes: their phone is lost.

    :raises NotHere: when nobody has the handle.
    """
    user = models.User.objects.filter(handle=handle).first()
    if user is None:
        raise NotHere
    Authenticator.objects.filter(user_id=user.pk).delete()
    deed = Deed(what="second_step_removed_on_the_server", by=None, about=f"person:{handle}")
    write_audit(deeds=[deed], at=at)
