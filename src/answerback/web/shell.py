"""What stands around every page: who is here, where one can go."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from answerback.desk.queries.access import Member
from answerback.desk.queries.notices import count_unread
from answerback.domain.records.role import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """A place one can go from anywhere."""

    name: str | Promise
    url: str
    icon: str
    key: str = ""  #: the keys that lead there: "g i"
    count: int | None = None
    short: str | Promise = ""  #: for the foot of a narrow phone; a part of `name`
    current: bool = False


#: Name of the address, words, icon, keys, and the right that shows it.
_PLACES: tuple[tuple[str, str | Promise, str, str, Right], ...] = (
    ("inbox", _("Inbox"), "inbox", "g i", Right.SEE),
    ("triage", _("Triage"), "check", "g t", Right.WORK),
    ("approvals", _("Approvals"), "approve", "g a", Right.APPROVE),
    ("overview", _("Overview"), "overview", "g o", Right.SEE),
    ("manage", _("Manage"), "settings", "g m", Right.ASSIGN),
)
#: Five of them stand side by side on 320 px: a word has room for some nine letters.
_SHORT: Mapping[str, Promise | str] = MappingProxyType(
    {
        "inbox": pgettext_lazy("a part of the word, on a narrow phone", "Inbox"),
        "triage": pgettext_lazy("a part of the word, on a narrow phone", "Triage"),
        "approvals": pgettext_lazy("a part of the word, on a narrow phone", "Approvals"),
        "overview": pgettext_lazy("a part of the word, on a narrow phone", "Overview"),
        "manage": pgettext_lazy("a part of the word, on a narrow phone", "Manage"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The frame of a page, for somebody who has signed in."""

    me: Member
    nav: tuple[NavItem, ...]
    search_url: str
    logout_url: str
    theme: str  #: "light", "dark" or "" for the system's
    notices: int = 0
    notices_url: str = ""
    menu: tuple[NavItem, ...] = ()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame of a page as its templates know it; for strangers, only its theme."""
    me: Member | None = getattr(request, "me", None)
    return {"shell": {"theme": _theme(request)} if me is None else _shell(request, me=me)}


def _theme(request: HttpRequest) -> str:
    told = request.COOKIES.get("theme", "")
    return told if told in {"light", "dark"} else ""


def _shell(request: HttpRequest, *, me: Member) -> Shell:
    return Shell(
        me=me,
        nav=tuple(
            NavItem(
                name=words,
                url=reverse(name),
                icon=icon,
                key=key,
                current=_within(request, name),
                short=_SHORT[name],
            )
            for name, words, icon, key, right in _PLACES
            if me.may(right)
        ),
        search_url=reverse("inbox"),
        # A fragment has no frame, and no bell in it.
        notices=0 if getattr(request, "htmx", False) else count_unread(member=me),
        notices_url=reverse("notices"),
        logout_url=reverse("account_logout"),
        menu=(
            NavItem(name=_("Your account"), url=reverse("account_you"), icon="user"),
            NavItem(name=_("Security"), url=reverse("mfa_index"), icon="lock"),
        ),
        theme=_theme(request),
    )


def _within(request: HttpRequest, name: str) -> bool:
    """Tell whether a page is the place of that name, or lies below it."""
    return f"{request.path}/".startswith(f"{reverse(name)}/")
