"""What the tests of replies do again and again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import imported
from tests.people import make_user

from answerback.channels.inbound import ChannelDown
from answerback.channels.outbound import Guarantee, Message, NoAnswer, Sender
from answerback.desk import models
from answerback.desk.operations.save_draft import Typed, save_draft
from answerback.desk.operations.send import Through
from answerback.desk.operations.submit_reply import submit_reply
from answerback.domain.records.reply import ReplyState
from answerback.domain.records.role import Role

TEXT = "We are sorry. A new kettle is on its way to you."
#: When the time for undoing is over.
DUE = NEXT_DAY + timedelta(seconds=15)


def make_case() -> models.Case:
    """Return Ada-the-customer's complaint as a new case."""
    imported(make_post("1"))
    return models.Case.objects.get()


def newest() -> int:
    return models.Post.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def make_draft(
    case: models.Case, *, by: str = "bob", role: Role = Role.LEAD, text: str = TEXT, **told: int
) -> models.Reply:
    """Return a draft of somebody, made if they are not there; a lead needs nobody's yes."""
    make_user(by, role=role)
    typed = Typed(text=text, seen=told.get("seen", newest()), version=told.get("version", 0))
    kept = save_draft(case_id=case.pk, by=by, typed=typed, at=NEXT_DAY)
    return models.Reply.objects.get(pk=kept.reply_id)


def submit(reply: models.Reply) -> ReplyState:
    return submit_reply(reply_id=reply.pk, version=reply.version, by=reply.written_by, at=NEXT_DAY)


def make_queued(case: models.Case, *, by: str = "bob", text: str = TEXT) -> models.Reply:
    """Return a reply that goes out at `DUE`."""
    reply = make_draft(case, by=by, text=text)
    assert submit(reply) is ReplyState.QUEUED
    reply.refresh_from_db()
    return reply


@dataclass(kw_only=True)
class Voice:
    """A network in memory that does as it is told, and remembers what it heard."""

    send_guarantee: Guarantee = Guarantee.IDEMPOTENT
    faults: list[str] = field(default_factory=list)  #: one a call: "down", "before", "after", ""
    heard: dict[str, str] = field(default_factory=dict)  #: id → key
    calls: int = 0
    name: str = "archive"
    found_after: timedelta = timedelta(seconds=30)
    key_lives: timedelta | None = None

    def send(self, message: Message) -> str:
        self.calls += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "down":
            raise ChannelDown("It cannot be reached.")
        if fault == "before":
            raise NoAnswer("It did not answer.")
        known = self.find(message) if self.send_guarantee is Guarantee.IDEMPOTENT else None
        said_as = known or f"said-{len(self.heard) + 1}"
        self.heard[said_as] = message.key
        if fault == "after":
            raise NoAnswer("It did not answer.")
        return said_as

    def find(self, message: Message) -> str | None:
        return next((one for one, key in self.heard.items() if key == message.key), None)

    def __call__(self, _through: Through) -> Sender:
        """Be the voice of every channel."""
        return self


def events_of(case: models.Case) -> Iterable[str]:
    rows = models.Event.objects.filter(case=case).order_by("pk")
    return [what for what in rows.values_list("what", flat=True) if what.startswith("reply_")]
