"""What people type about people."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerback.desk.operations.add_person import faults_of
from answerback.desk.queries.people import handle_taken
from answerback.domain.records.role import Role

_LONGEST = 100

ROLES: dict[Role, tuple[str | Promise, str | Promise]] = {
    Role.OWNER: (_("Owner"), _("everything, with people, sources and policies")),
    Role.LEAD: (_("Lead"), _("gives cases to others, macros, teams, the audit log")),
    Role.APPROVER: (_("Approver"), _("works cases, and says yes to others' drafts")),
    Role.AGENT: (_("Agent"), _("works cases and writes replies")),
    Role.VIEWER: (_("Viewer"), _("reads, and changes nothing")),
}


def role_choices() -> list[tuple[str, str]]:
    """Return the roles with what each may do, for a choice."""
    return [(role.value, f"{name}: {means}") for role, (name, means) in ROLES.items()]


class NewcomerForm(forms.Form):
    """Handle, name and password of somebody who is not here yet."""

    handle = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$",
        label=_("Handle"),
        help_text=_("What others mention you by, like ada. It never changes."),
        error_messages={"invalid": _("Letters, digits, dots, dashes and underscores only.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("Ten characters or more; three words that nobody would put together."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_handle(self) -> str:
        handle = str(self.cleaned_data["handle"]).casefold()
        if handle_taken(handle):
            raise forms.ValidationError(_("This handle is taken. Choose another."))
        return handle

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "password" in told:
            handle, name = told.get("handle", ""), told.get("name", "")
            for fault in faults_of(told["password"], handle=handle, name=name):
                self.add_error("password", fault)
        return told


class InviteForm(forms.Form):
    """Whom to invite, and what they shall be."""

    name = forms.CharField(label=_("For whom"), max_length=_LONGEST)
    role = forms.ChoiceField(label=_("Role"), choices=role_choices, initial=Role.AGENT)


class SeatingForm(forms.Form):
    """What somebody is for a brand, and what they can."""

    role = forms.ChoiceField(label=_("Role"), choices=role_choices)
    skills = forms.CharField(
        label=_("Skills"),
        required=False,
        max_length=2_000,
        help_text=_("Words with commas between, like refunds, lockers. A queue's name is one."),
    )
    languages = forms.CharField(
        label=_("Languages"),
        required=False,
        max_length=200,
        help_text=_("Two letters each, like en, de. Empty: all."),
    )
    capacity = forms.IntegerField(
        label=_("Cases at once"),
        min_value=0,
        max_value=200,
        help_text=_("How many are offered before the next waits; 0: none are."),
    )


class YouForm(forms.Form):
    """What somebody says of themselves."""

    name = forms.CharField(label=_("Name"), max_length=_LONGEST)
    language = forms.ChoiceField(
        label=_("Language of the pages"),
        required=False,
        choices=lambda: [("", _("As the browser asks")), *settings.LANGUAGES],
    )
    takes_cases = forms.BooleanField(label=_("I take cases"), required=False)


def words(told: str) -> tuple[str, ...]:
    """Return the words that stand between commas, each once."""
    return tuple(dict.fromkeys(one.strip() for one in told.split(",") if one.strip()))
