"""What whoever sets the desk up types."""

import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from answerback.domain.records.refusal import Refusal
from answerback.domain.triage.brand_text import DAYS, BrandFields
from answerback.web.forms.people import words

_LONGEST = 100
_LANGUAGE = re.compile(r"[a-z]{2}")
ALWAYS = "always"
#: How a refusal of a brand's text begins: nobody here has seen that text.
_PLACE = re.compile(r"brand, line [0-9]+, key '(?P<key>[^']+)': ")
_FIELD_OF = {"handles": "handles", "query": "listen", "languages": "languages", "hours": "opens"}

_DAYS = (
    (DAYS[0], _("Monday to Friday")),
    (DAYS[1], _("Monday to Saturday")),
    (DAYS[2], _("Every day")),
    (ALWAYS, _("Always, day and night")),
)


class BrandForm(forms.Form):
    """A brand from a few fields; the rest is written on its page later."""

    name = forms.CharField(
        label=_("Name"), max_length=_LONGEST, help_text=_("As people call it: Acme Parcels.")
    )
    handles = forms.CharField(
        label=_("Your accounts"),
        required=False,
        max_length=500,
        help_text=_("Their names with commas between: @acmeparcels, @acmehelp."),
    )
    listen = forms.CharField(
        label=_("What to listen for"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Words and phrases with commas between, or a query. Empty: your accounts."),
    )
    languages = forms.CharField(
        label=_("Languages you answer in"),
        required=False,
        max_length=200,
        help_text=_("Two letters each, like en, de. Empty: all."),
    )
    days = forms.ChoiceField(label=_("Open"), choices=_DAYS)
    opens = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    closes = forms.TimeField(
        label=_("To"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(zone, zone.replace("_", " ")) for zone in _zones()],
    )

    def clean_languages(self) -> tuple[str, ...]:
        languages = words(str(self.cleaned_data["languages"]).lower())
        for language in languages:
            if _LANGUAGE.fullmatch(language) is None:
                raise forms.ValidationError(
                    _("'%(language)s' is no language code. Write two letters, like en."),
                    params={"language": language},
                )
        return languages

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and not (told["handles"].strip(" ,@") or told["listen"].strip(" ,")):
            self.add_error("listen", _("Give an account, words, or both: else nothing is heard."))
        if told.get("days") != ALWAYS and not (told.get("opens") and told.get("closes")):
            self.add_error("opens", _("Say from when to when the desk is open."))
        return told

    def refuse(self, refusal: Refusal) -> None:
        """Say a refusal of the brand's text at the field that the text was made of."""
        named = _PLACE.match(str(refusal))
        key = named["key"].partition(".")[0] if named else ""
        said = str(refusal)[named.end() :] if named else str(refusal)
        self.add_error(_FIELD_OF.get(key, "name"), said[:1].upper() + said[1:])

    def fields_of(self) -> BrandFields:
        """Return what a valid form tells."""
        told = self.cleaned_data
        always = told["days"] == ALWAYS
        return BrandFields(
            name=told["name"],
            handles=words(told["handles"]),
            listen=told["listen"],
            languages=told["languages"],
            timezone=told["timezone"],
            days=DAYS[0] if always else told["days"],
            opens=None if always else told["opens"],
            closes=None if always else told["closes"],
        )


class PostsForm(forms.Form):
    """A file of posts."""

    posts = forms.FileField(
        label=_("A file of posts"),
        help_text=_("CSV, JSON Lines or Parquet, also packed with gzip, bzip2 or zstd."),
    )
    #: Shown only after a file was refused, which may name this field.
    mapping = forms.CharField(
        required=False,
        label=_("Which column holds what"),
        help_text=_(
            "Only where we guess wrong, like text=body, created_at=ts. "
            "Empty: found out from the file."
        ),
    )


def _zones() -> list[str]:
    """Return the zones of places, UTC first; the rest are older names for them."""
    places = sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")
    )
    return ["UTC", *places]
