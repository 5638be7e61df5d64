"""A network on which ever more is said: what was offered by a moment follows from the clock."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from answerback.channels.inbound import Cursor, Fetched
from answerback.channels.live import Account, Caps, Checked, Field, Hearing, Page, Stream
from answerback.domain.records.post import Author, Post

#: One post in so many is about the brand, and one in so many of those presses.
ABOUT, PRESSING = 20, 10
_PAGE = 1_000
_PEOPLE = 200_000
_IDLE = (
    "lunch was fine today, number {n}, and the weather holds up well over the hills",
    "watching the game with {n} friends tonight, what a first half that was",
    "does anybody know a good recipe for plum cake? tried {n} and none was right",
    "new photos from the lake, {n} of them, the light was unreal this morning",
)
_ABOUT = (
    "@acme where can I find the manual of kettle {n}? the page does not open",
    "my acme toaster number {n} works well after two years, well done",
    "is acme open on sunday in town {n}? I would like to bring something back",
    "thinking about an acme mixer, model {n}, or one of the others, what do you say",
)
_PRESSES = "@acme kettle {n} is smoking and there is a burning smell, this is dangerous, help!"


class Burst(Hearing):
    """Post n is said at begin + n / rate; asking for it any number of times tells the same."""

    name: ClassVar[str] = "burst"
    title: ClassVar[str] = "Burst"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="begin", label="Begin", help="When post 0 is said: 2026-12-01T09:00+00:00."),
        Field(name="rate", label="Rate", help="Posts a second: 5000."),
        Field(name="most", label="Most", help="How many there are in all: 3000000."),
    )
    caps: ClassVar[Caps] = Caps(unproven="It is a benchmark's.")

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._begin = datetime.fromisoformat(account.settings["begin"])
        self._rate = float(account.settings["rate"])
        self._most = int(account.settings["most"])

    def check(self, *, at: datetime) -> Checked:
        return Checked(handle="acme", sentence="It is there.")

    def streams(self) -> tuple[Stream, ...]:
        return (Stream(name="all", title="everything", every=timedelta(seconds=1)),)

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        after = int(since or 0)
        offered = min(self._most, int((at - self._begin).total_seconds() * self._rate))
        last = min(offered, after + _PAGE)
        things = tuple(self._said(n, at=at) for n in range(after, max(last, after)))
        return Page(things=things, cursor=Cursor(str(max(last, after))), more=last < offered)

    def _said(self, n: int, *, at: datetime) -> Fetched:
        text = words(n)
        post = Post(
            channel=self.name,
            source="everything",
            external_id=f"burst-{n}",
            author=Author(handle=f"u{n * 7919 % _PEOPLE}", native_id=f"id:{n * 7919 % _PEOPLE}"),
            text=text,
            created_at=(self._begin + timedelta(seconds=n / self._rate)).astimezone(UTC),
            heard_at=at,
            revision="1",
        )
        return Fetched(cursor=Cursor(str(n)), raw=f'{{"n": {n}, "text": "{text}"}}', post=post)


def words(n: int) -> str:
    """Return what post n says."""
    if n % ABOUT:
        return _IDLE[n % len(_IDLE)].format(n=n)
    if (n // ABOUT) % PRESSING == 0:
        return _PRESSES.format(n=n)
    return _ABOUT[(n // ABOUT) % len(_ABOUT)].format(n=n)
