"""Reddit is polled: newest first, walked back to what is known, the newest looked at again."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote

from answerback.channels.again import from_json
from answerback.channels.http import Answer, BrokenOff, Client, clock_ahead
from answerback.channels.inbound import Cursor, Fetched
from answerback.channels.live import (
    Account,
    Caps,
    Checked,
    Field,
    Hearing,
    Hole,
    HoleKind,
    Kept,
    NotAllowed,
    Page,
    Rate,
    Stream,
)
from answerback.channels.marks import Marks
from answerback.channels.reddit.map import CHANNEL, thing_of

TOKENS = "https://www.reddit.com"
API = "https://oauth.reddit.com"
_EVERY: Final = timedelta(seconds=60)
_AT_ONCE: Final = 100
#: Reddit shows at most a thousand of a listing.
_MOST_PAGES: Final = 10
_LOOKED_AT_AGAIN: Final = 100


class Reddit(Hearing):
    """Subreddits and searches, read by an application of one's own."""

    name: ClassVar[str] = CHANNEL
    title: ClassVar[str] = "Reddit"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="client_id", label="Client id", help="Of your app at reddit.com/prefs/apps."),
        Field(name="client_secret", label="Client secret", help="Stands beside it.", secret=True),
        Field(
            name="contact",
            label="Your name there",
            help="Reddit asks who runs a program: a name on Reddit, without u/.",
        ),
        Field(
            name="ours",
            label="The brand's name there",
            help="Without u/: its posts are answers.",
            required=False,
        ),
        Field(
            name="subreddits",
            label="Subreddits",
            help="Separated by commas, without r/: kettles, tea.",
            required=False,
            many=True,
        ),
        Field(
            name="searches",
            label="Searches",
            help="Separated by commas; titles and texts of submissions: acme kettle.",
            required=False,
            many=True,
        ),
    )
    caps: ClassVar[Caps] = Caps(
        edits=True,
        deletions=True,
        unproven="Its reading is proven on 643 recordings of reddit.com, its polling on a server "
        "of our own: reddit.com itself gives access after an approval only.",
    )

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        who = account.settings.get("contact", "?")
        self._agent = {"user-agent": f"server:answerback:1 (by /u/{quote(who)})"}
        self._client = Client(API, reach=account.reach, headers=self._agent)
        self._token = ""

    def close(self) -> None:
        self._client.close()

    def check(self, *, at: datetime) -> Checked:
        answer = self._signed_in(at=at)
        for stream in self.streams():
            self._listing(stream.name, after="", at=at, limit=1)
        return Checked(
            handle=self.account.settings.get("contact", ""),
            sentence=f"Signed in to Reddit; {len(self.streams())} streams can be read.",
            clock_ahead=clock_ahead(answer.headers, at=at),
        )

    def streams(self) -> tuple[Stream, ...]:
        found = []
        for name in self.account.several("subreddits"):
            found += [
                Stream(name=f"new:{name}", title=f"r/{name}", every=_EVERY),
                Stream(name=f"comments:{name}", title=f"comments in r/{name}", every=_EVERY),
            ]
        for words in self.account.several("searches"):
            found.append(Stream(name=f"search:{words}", title=f"“{words}”", every=_EVERY))
        return tuple(found)

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        """
        Walk back from the newest to what is known, and look at the newest known once more.

        Names rise in the order in which things were made, and what a moderator lets through
        later stands between older ones: so all of a page that is not known is told.
        """
        place = Marks.of(since)
        self._signed_in(at=at)
        told: dict[str, Mapping[str, Any]] = {}
        after, met, rate = "", False, None
        for _ in range(_MOST_PAGES if since else 1):
            answer, things, after = self._listing(stream, after=after, at=at)
            rate = answer.rate(at=at)
            told |= {_name(one): one for one in things}
            met = bool(place.seen.keys() & {_name(one) for one in things})
            if met or not after:
                break
        again = [name for name in [*place.seen][-_LOOKED_AT_AGAIN:] if name not in told]
        told |= self._again(again, at=at)
        return self._page(told, place=place, met=met or not after or not since, rate=rate, at=at)

    def read_again(self, kept: Kept, *, at: datetime) -> tuple[Fetched, ...]:
        ours = self.account.settings.get("ours", "").casefold()
        return from_json(kept, read=lambda told: [thing_of(told, at=at, ours=ours)])

    def _page(
        self,
        told: Mapping[str, Mapping[str, Any]],
        *,
        place: Marks,
        met: bool,
        rate: Rate | None,
        at: datetime,
    ) -> Page:
        ours = self.account.settings.get("ours", "").casefold()
        things = [thing_of(told[name], at=at, ours=ours) for name in sorted(told, key=_age)]
        holes = () if met else (_ran_out(place, at=at),)
        cursor = place.after(things, at=at, age=_age)
        return Page(things=place.new(things), cursor=cursor, holes=holes, rate=rate)

    def _listing(
        self, stream: str, *, after: str, at: datetime, limit: int = _AT_ONCE
    ) -> tuple[Answer, list[Mapping[str, Any]], str]:
        kind, _, words = stream.partition(":")
        params: dict[str, Any] = {"limit": limit, "raw_json": 1, "after": after or None}
        path = f"r/{quote(words, safe='')}/{kind}"
        if kind == "search":
            path = "search"
            params |= {"q": words, "sort": "new", "type": "link"}
        params = {name: value for name, value in params.items() if value is not None}
        answer = self._client.get(path, at=at, params=params, headers=self._bearer())
        things, following = _children(answer)
        return answer, things, following

    def _again(self, names: list[str], *, at: datetime) -> dict[str, Mapping[str, Any]]:
        """Return what became of things that are no longer among the newest."""
        if not names:
            return {}
        params: dict[str, Any] = {"id": ",".join(names), "raw_json": 1}
        answer = self._client.get("api/info", at=at, params=params, headers=self._bearer())
        return {_name(one): one for one in _children(answer)[0]}

    def _bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token}"}

    def _signed_in(self, *, at: datetime) -> Answer:
        """Take a token, or the one that is kept while it is good."""
        told = self.account.settings.get("client_id", ""), self.account.secrets["client_secret"]
        basic = b64encode(":".join(told).encode()).decode()
        with Client(TOKENS, reach=self.account.reach, headers=self._agent) as client:
            answer = client.post(
                "api/v1/access_token",
                at=at,
                data={"grant_type": "client_credentials"},
                headers={"authorization": f"Basic {basic}"},
            )
        token = answer.json().get("access_token") if isinstance(answer.json(), dict) else None
        if not isinstance(token, str) or not token:
            raise NotAllowed("Reddit gives no token for this client id. Look at both once more.")
        self._token = token
        return answer


def _age(name: str) -> tuple[int, str]:
    """Return what sorts names by age: base 36, so a longer one is newer."""
    number = name.partition("_")[2]
    return len(number), number


def _name(told: Mapping[str, Any]) -> str:
    data = told.get("data")
    name = data.get("name") if isinstance(data, Mapping) else None
    return name if isinstance(name, str) else json.dumps(told, default=repr)[:200]


def _children(answer: Answer) -> tuple[list[Mapping[str, Any]], str]:
    told = answer.json()
    data = told.get("data") if isinstance(told, dict) else None
    children = data.get("children") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(children, list):
        raise BrokenOff("Reddit answered with something else than a listing.")
    after = data.get("after")
    things = [one if isinstance(one, Mapping) else {"data": one} for one in children]
    return things, after if isinstance(after, str) else ""


def _ran_out(place: Marks, *, at: datetime) -> Hole:
    return Hole(
        kind=HoleKind.PAGES_RAN_OUT,
        sentence="Reddit shows a thousand things at most, and none of them was known: more was "
        "written since the last look.",
        since=place.at,
        until=at,
    )
