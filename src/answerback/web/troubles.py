"""The banner that tells owners and leads that the desk does not hear, or does nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from answerback.desk.queries.troubles import AccountTrouble, Trouble, Troubles, troubles
from answerback.domain.records.role import Right
from answerback.web.briefly import briefly
from answerback.web.channel_view import span
from answerback.web.moment import is_pretended, moment_of
from answerback.web.request import DeskRequest

#: It may be told so much later: nothing here is mended in less.
_SECONDS: Final = 15.0
#: More than these are told of by their number.
_MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleShown:
    """One line of the banner."""

    what: str
    sentence: str = ""  #: in the network's words; ""
    url: str = ""  #: the page that mends it; "": somebody else must
    where: str = ""  #: what that page is called


def troubles_shown(request: DeskRequest) -> list[TroubleShown]:
    """
    Return the lines of the banner: none for people who can do nothing about it.

    Leads are told, too: they tell an owner.  A desk that pretends another moment has none of its
    own, unless it is a network that refuses us.
    """
    me = request.me
    told, mends = me.brands_with(Right.ASSIGN), me.brands_with(Right.MANAGE)
    if not told:
        return []
    at = moment_of(request)
    found = briefly(
        ("troubles", *sorted(told), at.replace(second=0, microsecond=0)),
        seconds=_SECONDS,
        ask=lambda: troubles(brand_ids=told, at=at),
    )
    lines = [] if is_pretended(request) else _of_the_house(found, at=at)
    several = [_of_account(one, mends=one.brand_id in mends, at=at) for one in found.accounts]
    more = len(several) - _MOST_TOLD
    lines += several[:_MOST_TOLD]
    if more > 0:
        words = ngettext(
            "%(count)d more channel does not hear as it should.",
            "%(count)d more channels do not hear as they should.",
            more,
        )
        lines.append(_line(words % {"count": more}, mends=bool(mends)))
    return lines


def _of_the_house(found: Troubles, *, at: datetime) -> list[TroubleShown]:
    if found.waiting_since is None:
        return []
    waits = {"span": span(at - found.waiting_since)}
    if found.nobody_works:
        words = gettext(
            "Nothing is heard, sorted or sent: the background process is not running, and things "
            "have waited for %(span)s. Whoever runs the server starts it: answerback work. What "
            "is wrong else, answerback doctor tells."
        )
    else:
        words = gettext(
            "The background work is behind: something has waited for %(span)s to be fetched, "
            "sorted or sent. If that grows, whoever runs the server asks answerback doctor."
        )
    return [TroubleShown(what=words % waits)]


def _of_account(one: AccountTrouble, *, mends: bool, at: datetime) -> TroubleShown:
    names = {"channel": one.kind, "name": one.name}
    if one.trouble is Trouble.STOPPED:
        what = gettext("%(channel)s, “%(name)s”, does not let us in: nothing is heard there.")
    elif one.trouble is Trouble.FAILING:
        what = gettext("%(channel)s, “%(name)s”, fails again and again: not all is heard there.")
    elif one.trouble is Trouble.BEHIND:
        names["span"] = "" if one.since is None else span(at - one.since)
        what = gettext("%(channel)s, “%(name)s”, was not asked for %(span)s.")
    else:
        names["count"] = str(one.count)
        what = ngettext(
            "%(channel)s, “%(name)s”: a stretch could not be fetched, so posts may be missing.",
            "%(channel)s, “%(name)s”: %(count)s stretches could not be fetched, so posts may be "
            "missing.",
            one.count,
        )
    return _line(what % names, mends=mends, account_id=one.account_id, sentence=one.sentence)


def _line(what: str, *, mends: bool, account_id: int = 0, sentence: str = "") -> TroubleShown:
    if not mends:
        what = f"{what} {gettext('Tell an owner of the brand.')}"
        return TroubleShown(what=what, sentence=sentence)
    if not account_id:
        where = gettext("See the channels")
        return TroubleShown(what=what, sentence=sentence, url=reverse("channels"), where=where)
    where = gettext("See what is wrong, and mend it")
    url = reverse("channel", args=[account_id])
    return TroubleShown(what=what, sentence=sentence, url=url, where=where)
