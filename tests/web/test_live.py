"""The stream: who is told what, in which order, and when it ends."""

import asyncio
import json
import queue
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.test import AsyncRequestFactory, Client
from tests.builders import MONDAY_9, make_post
from tests.desk.steps import imported
from tests.people import make_brand, make_member, make_user, signed_in

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.note_presence import LASTS, end_presence, note_presence
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.queries.live import LiveEvent, newest_event
from answerback.domain.records.event import EventName
from answerback.domain.records.role import Role
from answerback.web import live as streams
from answerback.web.ending import say_ending
from answerback.web.live import Hub, Stream
from answerback.web.live_window import PATIENCE_SECONDS, Window
from answerback.web.views.live import live

_now = datetime.now  # noqa: TID251  a stream knows no moment but this one
Acting = Callable[[], object]


class _Desk:
    """The tests' thread, which alone sees their tables: it acts for a loop in another thread."""

    def __init__(self) -> None:
        self._asked: queue.Queue[tuple[Callable[[], Any], Future[Any]]] = queue.Queue()

    async def ask(self, question: Callable[[], Any]) -> Any:
        answer: Future[Any] = Future()
        self._asked.put((question, answer))
        return await asyncio.wrap_future(answer)

    def run(self, talk: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        with ThreadPoolExecutor(max_workers=1) as loop:
            ended = loop.submit(lambda: asyncio.run(talk()))
            while not (ended.done() and self._asked.empty()):
                try:
                    question, answer = self._asked.get(timeout=0.02)
                except queue.Empty:
                    continue
                if not answer.set_running_or_notify_cancel():
                    continue
                try:
                    answer.set_result(question())
                except Exception as wrong:  # noqa: BLE001  whoever asked is told
                    answer.set_exception(wrong)
            return ended.result()


DESK = _Desk()


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(_hub: Hub, question: Callable[[], object]) -> object:
        return await DESK.ask(question)

    monkeypatch.setattr(Hub, "_ask", ask)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(streams, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(streams, "CHECK_SECONDS", 0.05)


def _stream(handle: str, *, brand: str = "Acme", role: Role = Role.AGENT) -> Stream:
    user = make_user(handle, brand=brand, role=role)
    session = SessionStore()
    session.create()
    return Stream(
        user_id=user.pk,
        handle=handle,
        session_key=session.session_key or "",
        proof=user.get_session_auth_hash(),
        brands=frozenset(user.memberships.values_list("brand_id", flat=True)),
    )


def _said(message: bytes) -> dict[str, Any] | None:
    lines = dict(
        line.split(": ", 1) for line in message.decode().strip().splitlines() if line[0] != ":"
    )
    told = json.loads(lines["data"]) if "data" in lines else None
    if told is not None and "id" in lines:
        told["id"] = int(lines["id"])
    return told


async def _first(
    messages: AsyncIterator[bytes], *, that: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    async for message in messages:
        told = _said(message)
        if told is not None and that(told):
            return told
    raise AssertionError("the stream ended")


def _heard(
    stream: Stream,
    *acts: Acting,
    that: Callable[[dict[str, Any]], bool],
    after: int | None = None,
) -> dict[str, Any]:
    """Do something while a stream is open, and return the first message of that kind."""

    async def listening() -> dict[str, Any]:
        messages = Hub().listen(stream, after=after)
        await anext(messages)
        waiting = asyncio.create_task(_first(messages, that=that))
        for act in acts:
            await asyncio.sleep(0.1)
            await DESK.ask(act)
        try:
            return await asyncio.wait_for(waiting, 5)
        finally:
            await messages.aclose()  # type: ignore[attr-defined]  # it is a generator
            await asyncio.sleep(0.1)  # the look ends when nobody listens

    return DESK.run(listening)  # type: ignore[no-any-return]


def _ends(stream: Stream, act: Acting) -> bool:
    async def listening() -> bool:
        messages = Hub().listen(stream, after=None)
        await anext(messages)

        async def all_of_it() -> bool:
            async for _ in messages:
                pass
            return True

        waiting = asyncio.create_task(all_of_it())
        await asyncio.sleep(0.1)
        await DESK.ask(act)
        return await asyncio.wait_for(waiting, 5)

    return DESK.run(listening)  # type: ignore[no-any-return]


def _case() -> models.Case:
    imported(make_post("1"))
    make_user("ada")
    return models.Case.objects.get()


def test_what_somebody_does_is_told_to_others_by_numbers_and_closed_words_alone() -> None:
    case, bob = _case(), _stream("bob")

    told = _heard(
        bob,
        lambda: assign_case(case_id=case.pk, to="ada", by="ada", at=MONDAY_9),
        that=lambda told: told["what"] == "case_assigned",
    )

    number = models.Event.objects.get(what=EventName.CASE_ASSIGNED).pk
    assert told == {"id": number, "what": "case_assigned", "case": case.pk, "by": "ada"}


def test_what_happens_at_other_brands_is_not_told() -> None:
    case = _case()
    make_brand("Umbra")
    zoe = _stream("zoe", brand="Umbra")
    umbra = models.Brand.objects.get(name="Umbra")

    def acts() -> None:
        assign_case(case_id=case.pk, to="ada", by="ada", at=MONDAY_9)
        models.Event.objects.create(what=EventName.BRAND_CHANGED, at=MONDAY_9, brand=umbra)

    told = _heard(zoe, acts, that=lambda _: True)

    assert told["what"] == "brand_changed"


def test_a_browser_that_was_cut_off_is_told_what_it_missed() -> None:
    case, bob = _case(), _stream("bob")
    last = newest_event()
    assign_case(case_id=case.pk, to="ada", by="ada", at=MONDAY_9)

    told = _heard(bob, that=lambda told: told["what"] == "case_assigned", after=last)

    assert told["case"] == case.pk


def test_a_browser_that_missed_too_much_is_told_to_ask_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "_MOST_TOLD", 3)
    _case()
    bob = _stream("bob")
    brand = models.Brand.objects.get(name="Acme")
    for _ in range(4):
        models.Event.objects.create(what=EventName.CASE_WOKEN, at=MONDAY_9, brand=brand)

    told = _heard(bob, that=lambda _: True, after=0)

    assert told == {"what": "much", "id": newest_event()}


def test_who_writes_is_told_to_others_and_so_is_that_they_left() -> None:
    case, bob = _case(), _stream("bob")
    ada = models.User.objects.get(handle="ada")
    now = _now(UTC)
    told = {"what": "presence", "case": case.pk, "who": "ada"}

    came = _heard(
        bob,
        lambda: note_presence(case_id=case.pk, user_id=ada.pk, writing=True, at=now),
        that=lambda told: told["what"] == "presence",
    )
    left = _heard(
        _stream("bob"),
        lambda: end_presence(case_id=case.pk, user_id=ada.pk),
        that=lambda told: told["what"] == "presence" and not told["here"],
    )

    assert came == {**told, "writing": True, "here": True}
    assert left == {**told, "writing": False, "here": False}


def test_presence_that_is_not_said_again_is_over() -> None:
    case, bob = _case(), _stream("bob")
    ada = models.User.objects.get(handle="ada")
    nearly = _now(UTC) - LASTS + timedelta(seconds=0.3)
    note_presence(case_id=case.pk, user_id=ada.pk, writing=True, at=nearly)

    left = _heard(bob, that=lambda told: told["what"] == "presence" and not told["here"])

    assert left["who"] == "ada"


def test_a_notice_is_told_to_its_person_alone() -> None:
    case, ada = _case(), _stream("ada")

    told = _heard(
        ada,
        lambda: assign_case(case_id=case.pk, to="ada", by="olga", at=MONDAY_9),
        that=lambda told: told["what"] == "notice",
    )

    assert told == {"what": "notice", "count": 1}


@pytest.mark.parametrize("how", ["signed out", "not active", "password"])
def test_the_stream_ends_with_what_let_somebody_in(how: str) -> None:
    bob = _stream("bob")
    people = models.User.objects.filter(handle="bob")

    def act() -> None:
        if how == "signed out":
            SessionStore(session_key=bob.session_key).delete()
        elif how == "not active":
            people.update(is_active=False)
        else:
            people.update(password="another")

    assert _ends(bob, act)


def test_the_stream_ends_with_the_process() -> None:
    try:
        assert _ends(_stream("bob"), lambda: say_ending(ending=True))
    finally:
        say_ending(ending=False)


def test_a_seat_that_is_lost_is_lost_for_the_stream_too() -> None:
    case, bob = _case(), _stream("bob")

    def acts() -> None:
        models.Membership.objects.filter(user__handle="bob").delete()

    def more() -> None:
        assign_case(case_id=case.pk, to="ada", by="olga", at=MONDAY_9)
        notify(handles=["bob"], what=NoticeOf.WOKEN, case_id=None, by=None, at=MONDAY_9)

    told = _heard(bob, acts, more, that=lambda told: told["what"] in {"case_assigned", "notice"})

    assert told["what"] == "notice"


def test_a_number_that_commits_late_is_told_when_it_comes() -> None:
    window = Window(floor=10)

    assert _numbers(window.fresh([_event(11), _event(13)], now=0)) == [11, 13]
    assert window.floor == 11
    assert _numbers(window.fresh([_event(12), _event(13)], now=1)) == [12]
    assert window.floor == 13


def test_a_hole_that_stays_is_given_up_after_a_while() -> None:
    window = Window(floor=10)
    window.fresh([_event(13)], now=0)

    assert window.floor == 10
    assert window.fresh([_event(13)], now=PATIENCE_SECONDS + 1) == []
    assert window.floor == 13


def _event(number: int) -> LiveEvent:
    return LiveEvent(
        event_id=number, what="case_woken", at=MONDAY_9, by=None, case_id=1, brand_id=1
    )


def _numbers(events: list[LiveEvent]) -> list[int]:
    return [event.event_id for event in events]


def test_a_server_that_cannot_hold_a_stream_says_that_there_is_none() -> None:
    assert signed_in().get("/live").status_code == 204


def test_a_stranger_gets_no_stream() -> None:
    make_user()

    answer = Client().get("/live", headers={"accept": "text/event-stream"})

    assert answer.status_code == 401


def test_the_stream_is_one_that_no_proxy_keeps() -> None:
    request: Any = AsyncRequestFactory().get("/live")
    request.me, request.session = make_member("bob"), SessionStore()

    answer = asyncio.run(live(request))

    assert answer["Content-Type"] == "text/event-stream"
    assert answer["X-Accel-Buffering"] == "no"


def test_presence_is_noted_for_cases_of_ones_own_brands_alone() -> None:
    case = _case()
    make_brand("Umbra")
    ours, theirs = signed_in("ada"), Client()
    theirs.force_login(make_user("zoe", brand="Umbra", role=Role.OWNER))

    answers = [one.post(f"/cases/{case.pk}/presence", {"writing": "1"}) for one in (ours, theirs)]

    assert [answer.status_code for answer in answers] == [204, 404]
    assert [row.user.handle for row in models.Presence.objects.all()] == ["ada"]
    ours.post(f"/cases/{case.pk}/presence", {"gone": "1"})
    assert not models.Presence.objects.exists()
