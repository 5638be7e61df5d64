"""The views beside the list: built-in ones with their counts, and saved ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.case_filter import ALL_OPEN, ME, NOBODY, CaseFilter
from answerback.desk.queries.inbox_counts import SILENT, InboxCounts
from answerback.desk.queries.views import SavedView
from answerback.domain.records.case import CaseState
from answerback.web.inbox_address import address_of, filter_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RailLink:
    """One view."""

    name: str | Promise
    url: str
    icon: str
    count: int | None = None
    late: bool = False
    current: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailGroup:
    """Some views under one word."""

    name: str | Promise
    links: tuple[RailLink, ...]


_SILENT_HOURS = SILENT // timedelta(hours=1)

#: Words, icon, keys, the count's name, and what the view asks for.
BUILT_IN: tuple[tuple[str | Promise, str, str, str, CaseFilter], ...] = (
    (_("Mine"), "user", "v m", "mine", CaseFilter(owner=ME)),
    (_("Unassigned"), "inbox", "v u", "unassigned", CaseFilter(owner=NOBODY)),
    (_("Overdue"), "clock", "v o", "overdue", CaseFilter(overdue=True)),
    (
        _("Needs approval"),
        "approve",
        "v a",
        "approval",
        CaseFilter(state=CaseState.AWAITING_APPROVAL),
    ),
    (_("Snoozed"), "snooze", "v s", "snoozed", CaseFilter(snoozed=True)),
    (_("Silent for 24 h"), "watch", "v l", "silent", CaseFilter(silent_hours=_SILENT_HOURS)),
    (_("All open"), "menu", "v e", "open", ALL_OPEN),
    (_("Closed lately"), "check", "v c", "closed", CaseFilter(state=CaseState.CLOSED)),
)


def rail_of(
    *, counts: InboxCounts, saved: Sequence[SavedView], wanted: CaseFilter, searching: bool
) -> list[RailGroup]:
    """Return the views, the one that is looked at marked."""
    inbox = reverse("inbox")
    built_in = tuple(
        RailLink(
            name=words,
            url=f"{inbox}{address_of(asked)}" if asked != ALL_OPEN else inbox,
            icon=icon,
            count=getattr(counts, name),
            late=name == "overdue",
            current=asked == wanted and not searching,
            key=key,
        )
        for words, icon, key, name, asked in BUILT_IN
    )
    groups = [RailGroup(name="", links=built_in)]
    for words, shared in ((_("Your views"), False), (_("Shared views"), True)):
        links = tuple(
            _saved(view, wanted=wanted, inbox=inbox) for view in saved if view.shared is shared
        )
        if links:
            groups.append(RailGroup(name=words, links=links))
    return groups


def title_of(wanted: CaseFilter, *, saved: Sequence[SavedView]) -> str | Promise:
    """Return what the list is called: the view's name, the brand's, or only the inbox."""
    for words, _icon, _key, _count, asked in BUILT_IN:
        if replace(wanted, brand=None) == asked:
            return words
    for view in saved:
        if filter_of(view.filters) == wanted:
            return view.name
    return _("Inbox")


def _saved(view: SavedView, *, wanted: CaseFilter, inbox: str) -> RailLink:
    asked = filter_of(view.filters)
    return RailLink(
        name=view.name,
        url=f"{inbox}{address_of(asked)}",
        icon="filter",
        current=asked == wanted,
    )
