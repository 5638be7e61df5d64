"""What somebody who is not of the house may write to a brand."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from answerback.channels.clean import clean

LONGEST_MESSAGE: Final = 5_000
#: Nobody reads and writes quicker; programs do.
QUICKEST: Final = timedelta(seconds=3)
#: A page that lay open for longer is to be sent once more.
OLDEST: Final = timedelta(hours=12)
_SALT: Final = "answerback.ask"


class AskForm(forms.Form):
    """A message, and how to answer it."""

    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=200,
        help_text=_("Without one we can read your message and cannot answer it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    message = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        help_text=_("Up to 5,000 characters. No passwords or card numbers, please."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    # No person sees it; programs that fill in whatever there is do.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *told: Any, at: datetime, **named: Any) -> None:
        super().__init__(*told, **named)
        self._at = at
        self.once = ""  #: the page's own number: a page that is sent twice is kept once

    def clean_message(self) -> str:
        return clean(str(self.cleaned_data["message"]))

    def clean_name(self) -> str:
        return clean(str(self.cleaned_data["name"]))

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("This field is for nobody. Empty it and send again."))
        return ""

    def clean_opened(self) -> str:
        opened = _opened(str(self.cleaned_data["opened"]))
        age = self._at - opened[1] if opened else None
        if opened is None or age is None or not timedelta(0) <= age <= OLDEST:
            raise forms.ValidationError(
                _("This page lay open for too long. Your words are still here: send them again.")
            )
        if age < QUICKEST:
            raise forms.ValidationError(
                _("That was quicker than anybody types. Wait a moment, then send it again.")
            )
        self.once = opened[0]
        return self.once


def fresh_mark(*, at: datetime) -> str:
    """Return what a page carries hidden: its own number and when it was opened, signed."""
    return Signer(salt=_SALT).sign(f"{secrets.token_hex(12)}:{at.timestamp():.0f}")


def mark_again(mark: str, *, at: datetime) -> str:
    """Return the mark of a page that is shown again; an old or a broken one is made anew."""
    opened = _opened(mark)
    good = opened is not None and timedelta(0) <= at - opened[1] <= OLDEST
    return mark if good else fresh_mark(at=at)


def _opened(mark: str) -> tuple[str, datetime] | None:
    try:
        once, _, moment = Signer(salt=_SALT).unsign(mark).partition(":")
    except BadSignature:
        return None
    return once, _EPOCH + timedelta(seconds=int(moment))


_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
