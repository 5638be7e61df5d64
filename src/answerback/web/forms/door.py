"""What allauth's forms of the door say here."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.utils.translation import gettext_lazy as _

from answerback.desk.operations.write_sign_in import AtTheDoor, write_sign_in
from answerback.web.moment import moment_of


class SignIn(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Handle and password."""

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        _say(
            self,
            login=_("Handle"),
            password=_("Password"),
            remember=_("Stay signed in on this computer until the shift ends (12 hours)"),
        )
        self.fields["login"].widget.attrs |= {
            "autofocus": True,
            "autocapitalize": "none",
            "spellcheck": "false",
        }


class AgainTheOwner(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        _say(self, password=_("Password"))


class AnotherPassword(ChangePasswordForm):  # type: ignore[misc]
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        _say(
            self,
            oldpassword=_("Password until now"),
            password1=_("New password"),
            password2=_("New password once more"),
        )


class SecondStep(AuthenticateForm):  # type: ignore[misc]
    """A code from the app, or a recovery code; a wrong one is written down."""

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())
        except forms.ValidationError:
            write_sign_in(
                what=AtTheDoor.SIGN_IN_REFUSED,
                handle=self.user.get_username(),
                by=None,
                at=moment_of(context.request),
                how="code",
            )
            raise


def _say(form: forms.Form, **labels: Any) -> None:
    """Give fields our words; placeholders repeat them, and there is no mail to reset by."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)
