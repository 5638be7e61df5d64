"""An account on a live network whose voice is in memory."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.builders import ACME, MONDAY_9, NEXT_DAY, fetched, make_post, small_listening
from tests.desk.steps import sorted_out

from answerback.channels.live import Account
from answerback.channels.outbound import Guarantee, Message
from answerback.desk import models
from answerback.desk.operations.open_source import Stream, open_source
from answerback.desk.operations.take_in import take_in

#: As an entry point is written.
VOICE = f"{__name__}:LiveVoice"


@dataclass(kw_only=True)
class Heard:
    """What the network heard, and what it does next; one for all voices of a test."""

    messages: list[Message] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    raises: list[Exception | None] = field(default_factory=list)  #: one a call
    closed: int = 0


HEARD = Heard()


class LiveVoice:
    """A voice as an entry point gives it: made with an account, closed after each reply."""

    name = "social"
    send_guarantee = Guarantee.IDEMPOTENT
    found_after = timedelta(seconds=10)
    key_lives = None

    def __init__(self, account: Account) -> None:
        HEARD.accounts.append(account)

    def send(self, message: Message) -> str:
        wrong = HEARD.raises.pop(0) if HEARD.raises else None
        if wrong is not None:
            raise wrong
        HEARD.messages.append(message)
        return f"social-{len(HEARD.messages)}"

    def find(self, message: Message) -> str | None:
        said = [one.key for one in HEARD.messages]
        return f"social-{said.index(message.key) + 1}" if message.key in said else None

    def close(self) -> None:
        HEARD.closed += 1


def make_account(name: str = "Acme on Social", **told: Any) -> models.ChannelAccount:
    """Return an account of Acme on 'social', where it is @acme_social."""
    brand, _ = models.Brand.objects.get_or_create(
        name=ACME.name, defaults={"handles": list(ACME.handles)}
    )
    fields: dict[str, Any] = {"handle": "acme_social", "native_id": "n1", "added_at": MONDAY_9}
    fields |= {"channel": "social", **told}
    return models.ChannelAccount.objects.create(brand=brand, name=name, **fields)


def heard_through(account: models.ChannelAccount | None, **told: Any) -> models.Case:
    """Return the case of a complaint that this account heard."""
    channel = account.channel if account else "social"
    post = make_post("p1", channel=channel, **told)
    stream = Stream(channel=channel, name="mentions", fingerprint="live:1:mentions")
    source = open_source(brand=ACME, stream=stream, at=NEXT_DAY)
    models.Source.objects.filter(pk=source.source_id).update(account=account)
    take_in(
        source_id=source.source_id,
        after="",
        batch=fetched(post),
        listening=small_listening(),
        at=NEXT_DAY,
    )
    sorted_out(source.brand_id)
    return models.Case.objects.get(leading__external_id="p1", leading__channel=channel)
