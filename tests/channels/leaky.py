"""A network that does all that makes secrets leak: for the test that none does."""

from datetime import datetime
from typing import ClassVar

from answerback.channels.http import Client
from answerback.channels.inbound import ChannelDown, Cursor
from answerback.channels.live import Account, Caps, Checked, Field, Hearing, Page, Stream
from answerback.channels.websocket import messages

#: What goes wrong next; "": nothing.
FAULT = {"next": ""}


class Leaky(Hearing):
    """It sends its secrets in every way there is, and chokes on them aloud."""

    name: ClassVar[str] = "leaky"
    title: ClassVar[str] = "Leaky"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="server", label="Server"),
        Field(name="token", label="Token", secret=True),
        Field(name="password", label="Password", secret=True),
    )
    caps: ClassVar[Caps] = Caps(pushes=True)

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._token, self._password = account.secrets["token"], account.secrets["password"]

    def check(self, *, at: datetime) -> Checked:
        self._speak(at=at)
        return Checked(handle="acme", sentence=f"Signed in with {self._token}.")

    def streams(self) -> tuple[Stream, ...]:
        return (Stream(name="mentions", title="mentions", backfills=True),)

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        self._speak(at=at)
        return Page()

    def _speak(self, *, at: datetime) -> None:
        fault = FAULT["next"]
        server, reach = self.account.settings["server"], self.account.reach
        bearer = f"Bearer {self._token}\nX: y" if fault == "header" else f"Bearer {self._token}"
        with Client(f"http://{server}", headers={"authorization": bearer}, reach=reach) as client:
            client.get(f"bot{self._token}/me", at=at, params={"key": self._password})
            client.post("login", at=at, data={"name": "acme", "password": self._password})
        if fault == "stream":
            told = {"authorization": bearer}
            list(messages(f"ws://{server}/s", reach=reach, headers=told, stopping=lambda: True))
        if fault:
            self._choke(fault)

    def _choke(self, fault: str) -> None:
        if fault == "down":
            raise ChannelDown(f"They said: your token {self._token} is not valid.")
        if fault == "key":
            raise KeyError(self._token)
        if fault == "bytes":
            raise ValueError("cannot be read", self._token.encode(), {"password": self._password})
        if fault == "file":
            raise FileNotFoundError(2, "No such file", f"/run/{self._token}")
        if fault == "chain":
            wrong = LookupError(f"no session for {self._password}")
            wrong.add_note(f"it was {self._token}")
            raise RuntimeError("the login failed") from wrong
