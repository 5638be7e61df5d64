"""
Several at once on one case, and workers that are killed while they send.

    python -m benchmarks.closing_at_once --rounds 300
    python -m tests.postgres python -m benchmarks.closing_at_once --rounds 300

Counts, not times: they do not depend on the machine.
"""

import argparse
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.saying import say

from answerback.project.start import desk

if TYPE_CHECKING:
    from answerback.desk import models

#: Of the calls to a network.
FAULTY = 0.45
AGENTS = 4
WORKERS = 4
#: One second of ours is so many of the outbox: leases end while we watch.
SPEED = 60


def main() -> None:
    """Run every race and say its counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--replies", type=int, default=400, help="under kills, for each network")
    parser.add_argument("--kills", type=int, default=20, help="for each network")
    told = parser.parse_args()
    with TemporaryDirectory() as folder, desk(Path(folder), create=True):
        answer_or_close(rounds=told.rounds, folder=Path(folder))
        approve_or_edit(rounds=told.rounds)
        sleep_past_the_lease(rounds=told.rounds)
        for guarantee in ("idempotent", "searchable", "blind"):
            send_under_kills(guarantee, replies=told.replies, kills=told.kills, folder=Path(folder))


def answer_or_close(*, rounds: int, folder: Path) -> None:
    """Four agents answer or close one case at once; then four workers send what is left."""
    from answerback.channels.archive.send import ArchiveSender
    from answerback.desk import models
    from answerback.desk.operations.close_case import close_case
    from answerback.desk.operations.send import Through, send_due
    from answerback.desk.operations.submit_reply import submit_reply
    from answerback.domain.records.case import CloseReason

    outcomes: Counter[str] = Counter()
    winners = []
    for case_id, at in _cases("answer", count=rounds):
        theirs = drafts(case_id, by=[f"agent{n}" for n in range(AGENTS)], at=at)
        acts: list[Callable[[], object]] = []
        for number, draft in enumerate(theirs):
            if number % 2 and case_id % 2:  # in every second round two of them close it
                reason, by = CloseReason.NOT_FOR_US, draft.written_by
                acts.append(_act(close_case, case_id=case_id, reason=reason, by=by, at=at))
            else:
                told = {"version": draft.version, "by": draft.written_by, "at": at}
                acts.append(_act(submit_reply, reply_id=draft.pk, **told))
        results = _at_once(acts)
        outcomes.update(results)
        winners.append(results.count("won"))
    later = at + timedelta(hours=1)

    def speak(_through: Through) -> ArchiveSender:
        return ArchiveSender(folder)

    _at_once([_until_nothing(send_due, at=later, senders=speak)] * WORKERS)
    lines = (folder / "replies-out.jsonl").read_text(encoding="utf-8").splitlines()
    people = Counter(line.split('"in_reply_to": "')[1].split('"')[0] for line in lines)
    say(
        "answer_or_close_at_once",
        database=vendor(),
        agents=AGENTS,
        rounds=rounds,
        one_winner=sum(count == 1 for count in winners),
        replies=models.Reply.objects.filter(state="sent").count(),
        said=len(lines),
        doubled=sum(count > 1 for count in people.values()),
        refusals={name: count for name, count in sorted(outcomes.items()) if name != "won"},
    )


def approve_or_edit(*, rounds: int) -> None:
    """Let an approver say yes while the writer changes the text."""
    from tests.desk.replying import Voice
    from tests.people import make_user

    from answerback.desk import models
    from answerback.desk.operations.approve_reply import approve_reply, edit_reply
    from answerback.desk.operations.send import send_due
    from answerback.desk.operations.submit_reply import submit_reply
    from answerback.domain.records.role import Role

    make_user("cleo", role=Role.APPROVER)
    outcomes: Counter[str] = Counter()
    for case_id, at in _cases("approve", count=rounds):
        (draft,) = drafts(case_id, by=["newcomer"], at=at)
        models.Membership.objects.filter(user__handle="newcomer").update(role=Role.AGENT)
        models.User.objects.filter(handle="newcomer").update(joined_at=at)
        submit_reply(reply_id=draft.pk, version=draft.version, by="newcomer", at=at)
        told = {"reply_id": draft.pk, "version": draft.version, "at": at}
        words = f"Other words for case {case_id}."
        yes = _act(approve_reply, **told, seen=2**31, by="cleo")
        change = _act(edit_reply, **told, text=words, by="newcomer")
        outcomes.update(_at_once([yes, change]))
    voice = Voice()
    _until_nothing(send_due, at=at + timedelta(hours=1), senders=voice)()
    unapproved = 0
    for reply in models.Reply.objects.filter(written_by="newcomer", state="sent"):
        said = reply.texts.get(version=reply.approved_version or 0)
        unapproved += said.text != reply.text or reply.approved_by != "cleo"
    say(
        "approve_or_edit_at_once",
        database=vendor(),
        rounds=rounds,
        sent=models.Reply.objects.filter(written_by="newcomer", state="sent").count(),
        still_waiting=models.Reply.objects.filter(
            written_by="newcomer", state="awaiting_approval"
        ).count(),
        unapproved_sent=unapproved,
        refusals={name: count for name, count in sorted(outcomes.items()) if name != "won"},
    )


def sleep_past_the_lease(*, rounds: int) -> None:
    """Stop a worker after its claim, let another take over, and wake the first."""
    from tests.desk.replying import Voice

    from answerback.channels.outbound import Guarantee
    from answerback.desk.operations.send import claim_reply, send_due, still_ours
    from answerback.desk.operations.submit_reply import submit_reply

    fenced = doubled = 0
    for case_id, at in _cases("lease", count=rounds):
        (draft,) = drafts(case_id, by=["sleeper"], at=at)
        submit_reply(reply_id=draft.pk, version=draft.version, by="sleeper", at=at)
        voice = Voice(send_guarantee=Guarantee.SEARCHABLE)
        due = at + timedelta(minutes=1)
        slept = claim_reply(reply_id=draft.pk, at=due, senders=voice)
        send_due(at=due + timedelta(minutes=5), senders=voice)
        if slept is not None and still_ours(slept):
            voice.send(slept.message)
        else:
            fenced += 1
        doubled += len(voice.heard) > 1
    say("stopped_past_its_lease", database=vendor(), rounds=rounds, fenced=fenced, doubled=doubled)


def send_under_kills(guarantee: str, *, replies: int, kills: int, folder: Path) -> None:
    """Two workers send to a network that fails half the time, and are killed again and again."""
    from answerback.channels.fake.network import FakeNetwork, Fault
    from answerback.desk import models
    from answerback.desk.operations.submit_reply import submit_reply

    network = FakeNetwork(folder)
    network.promise(guarantee)
    before = len(network.said(most=10**6))
    weather = random.Random(guarantee)  # noqa: S311  the same storm each time
    bad = (Fault.DOWN, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.ERROR_AFTER)
    network.plan_faults(
        [
            weather.choice(bad) if weather.random() < FAULTY else Fault.NONE
            for _ in range(4 * replies)
        ]
    )
    ids = []
    for case_id, at in _cases(guarantee, count=replies):
        (draft,) = drafts(case_id, by=[f"killed-{guarantee}"], at=at)
        submit_reply(reply_id=draft.pk, version=draft.version, by=draft.written_by, at=at)
        ids.append(draft.pk)
    killed = _workers_until_done(ids, folder=folder, kills=kills, since=at + timedelta(minutes=1))
    said = network.said(after=before, most=10**6)
    keys = Counter(one.key for one in said)
    ends = Counter(models.Reply.objects.filter(pk__in=ids).values_list("state", flat=True))
    sent = models.Reply.objects.filter(pk__in=ids, state="sent").values_list("key", flat=True)
    say(
        "sent_under_kills",
        database=vendor(),
        network=guarantee,
        replies=replies,
        faulty_share=FAULTY,
        kills=killed,
        sent=ends["sent"],
        to_a_person=ends["unknown"],
        doubled=sum(count > 1 for count in keys.values()),
        sent_but_not_said=sum(str(key) not in keys for key in sent),
        other=sum(ends.values()) - ends["sent"] - ends["unknown"],
    )


def _workers_until_done(ids: Sequence[int], *, folder: Path, kills: int, since: datetime) -> int:
    """Keep two workers alive, killing one now and then, until nothing is on its way."""
    from django.db import connections

    from answerback.desk import models

    began, killed = time.monotonic(), 0
    workers: list[int] = []
    going = ["queued", "sending"]
    while models.Reply.objects.filter(pk__in=ids, state__in=going).exists():
        connections.close_all()
        while len(workers) < 2:  # noqa: PLR2004  two are enough to meet
            workers.append(_fork_worker(folder, began=began, since=since))
        time.sleep(0.3)
        if killed < kills:
            killed += 1
            _end(workers.pop(0))
    for worker in workers:
        _end(worker)
    return killed


def _fork_worker(folder: Path, *, began: float, since: datetime) -> int:
    from answerback.channels.fake.send import FakeSender
    from answerback.desk.operations.send import send_due

    child = os.fork()
    if child:
        return child
    sender = FakeSender(folder)
    try:
        while True:
            at = since + SPEED * timedelta(seconds=time.monotonic() - began)
            if not send_due(at=at, senders=lambda _through: sender):
                time.sleep(0.05)
    finally:
        os._exit(1)


def _end(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _cases(name: str, *, count: int) -> Iterator[tuple[int, datetime]]:
    """Make cases, each of an author of its own, and yield their numbers with a moment."""
    from tests.builders import NEXT_DAY, make_post
    from tests.desk.steps import imported

    from answerback.desk import models

    posts = [make_post(f"{name}-{one}", author=f"{name}{one}") for one in range(count)]
    for start in range(0, count, 500):
        imported(*posts[start : start + 500], fingerprint=f"{name}{start}")
    ids = models.Case.objects.filter(leading__external_id__startswith=f"{name}-").order_by("pk")
    for case_id in list(ids.values_list("pk", flat=True)):
        yield case_id, NEXT_DAY


def drafts(case_id: int, *, by: Sequence[str], at: datetime) -> "list[models.Reply]":
    from tests.desk.replying import newest
    from tests.people import make_user

    from answerback.desk import models
    from answerback.desk.operations.save_draft import Typed, save_draft
    from answerback.domain.records.role import Role

    kept = []
    for handle in by:
        make_user(handle, role=Role.LEAD)
        typed = Typed(text=f"On it, {case_id}.", seen=newest())
        kept.append(save_draft(case_id=case_id, by=handle, typed=typed, at=at).reply_id)
    return [models.Reply.objects.get(pk=reply_id) for reply_id in kept]


def _act(operation: Callable[..., object], **told: object) -> Callable[[], object]:
    return lambda: operation(**told)


def _until_nothing(job: Callable[..., bool], **told: object) -> Callable[[], object]:
    def run() -> None:
        while job(**told):
            pass

    return run


def _at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Do all acts at the same moment, each on a connection of its own; say what came of each."""
    from django.db import connection

    from answerback.domain.records.refusal import Refusal

    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        gate.wait()
        try:
            act()
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def vendor() -> str:
    from django.db import connection

    return connection.vendor


if __name__ == "__main__":
    main()
