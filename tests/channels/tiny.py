"""A live network in memory, for tests of what stands around one: it does as it is told."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from answerback.channels import live
from answerback.channels.inbound import Cursor
from answerback.channels.live import Account, Caps, Checked, Field, Hearing, Page, Stream


@dataclass(kw_only=True)
class Script:
    """What the network does next, and what it was shown."""

    raises: BaseException | None = None
    checked: Checked = field(
        default_factory=lambda: Checked(
            handle="acme", sentence="Signed in to tiny.example as @acme.", native_id="7"
        )
    )
    opened: list[Account] = field(default_factory=list)


SCRIPT = Script()


class Tiny(Hearing):
    """One setting, one list, a password."""

    name: ClassVar[str] = "tiny"
    title: ClassVar[str] = "Tiny"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(name="server", label="Server", help="Like tiny.example."),
        Field(name="tags", label="Hashtags", many=True, required=False),
        Field(name="password", label="Password", secret=True, help="An app password."),
        Field(name="session", label="Session", secret=True, required=False),
    )
    caps: ClassVar[Caps] = Caps(speaks=True, letters=True, unproven="No server of it runs here.")

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        SCRIPT.opened.append(account)

    def check(self, *, at: datetime) -> Checked:
        if SCRIPT.raises is not None:
            raise SCRIPT.raises
        return SCRIPT.checked

    def streams(self) -> tuple[Stream, ...]:
        tags = self.account.several("tags")
        return (
            Stream(name="mentions", title="mentions", backfills=True),
            *(
                Stream(name=f"tag:{tag}", title=f"#{tag}", every=timedelta(minutes=2))
                for tag in tags
            ),
        )

    def poll(self, stream: str, since: Cursor | None, *, at: datetime) -> Page:
        if SCRIPT.raises is not None:
            raise SCRIPT.raises
        return Page()


def use_tiny(patch: pytest.MonkeyPatch) -> Script:
    """Let the tiny network be installed, and return its script, anew."""
    patch.setattr(live, "_BUILT_IN", {"tiny": "tests.channels.tiny:Tiny"})
    SCRIPT.raises, SCRIPT.checked = None, Script().checked
    SCRIPT.opened.clear()
    return SCRIPT
