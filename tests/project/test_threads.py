"""Threads are asked for, and stand whole beside their case, in whatever order they come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import LATER, MONDAY_9, NEXT_DAY, small_listening, small_sorting
from tests.desk.hearing import heard, live_account, live_post
from tests.desk.steps import one_case
from tests.people import make_user

from answerback.channels.fake.live_network import LiveFault, LiveNetwork
from answerback.channels.live import Stream
from answerback.desk import models
from answerback.desk.operations.follow_streams import follow_streams
from answerback.desk.operations.look_up_thread import MOST_A_MINUTE
from answerback.desk.operations.sort_waiting import sort_waiting
from answerback.desk.operations.want_threads import NoThread, want_thread
from answerback.desk.queries.conversation import conversation, thread_of
from answerback.domain.pipeline import Stage
from answerback.domain.records.post import Post
from answerback.project.threads import fetch_context_one

pytestmark = pytest.mark.django_db

#: Carl asks the world, Ada answers him and names us, we answer her, Dora says something beside.
THREAD = (
    {"id": "1", "author": "carl", "text": "which kettle?"},
    {"id": "2", "author": "ada", "to": "1", "text": "@acme not mine, it leaks"},
    {"id": "3", "author": "acme", "to": "2", "text": "@ada sorry! A new one is on its way"},
    {"id": "4", "author": "dora", "to": "3", "text": "how kind"},
)


def told(number: int) -> Post:
    """Return a post of the thread as a live network tells it."""
    one = THREAD[number - 1]
    return live_post(
        one["id"],
        author=one["author"],
        text=one["text"],
        in_reply_to=one.get("to"),
        created_at=MONDAY_9 + number * LATER,
    )


def on_the_network(folder: Path, *numbers: int) -> LiveNetwork:
    there = LiveNetwork(folder)
    for number in numbers:
        there.tell(THREAD[number - 1], at=MONDAY_9 + number * LATER)
    return there


def sort() -> None:
    while sort_waiting(brand_id=models.Brand.objects.get().pk, stages=small_sorting(), at=NEXT_DAY):
        pass


def listening(_brand_id: int) -> Stage:
    return small_listening()


def fetch(at: datetime = NEXT_DAY) -> bool:
    return fetch_context_one(at=at, listening=listening)


def shown() -> list[tuple[str, str]]:
    case = models.Case.objects.get()
    posts = conversation(thread_of(case_id=case.pk)).posts
    return [(post.external_id, post.side) for post in posts]


def source_in(folder: Path) -> models.Source:
    return models.Source.objects.get(account=live_account(folder))


def test_a_post_whose_parent_we_lack_brings_the_thread_and_what_was_answered_outside(
    tmp_path: Path,
) -> None:
    source = source_in(tmp_path)
    on_the_network(tmp_path, 1, 2, 3)
    heard(source, told(2))
    sort()
    assert shown() == [("2", "author")]

    assert fetch()
    sort()
    assert fetch(NEXT_DAY) is False

    assert shown() == [("1", "third"), ("2", "author"), ("3", "ours")]
    case = models.Case.objects.get()
    assert (case.state, case.close_reason) == ("closed", "answered_elsewhere")
    answer = models.Post.objects.get(external_id="2").answer
    assert answer
    assert answer.created_at == MONDAY_9 + 3 * LATER


def test_what_only_belongs_to_the_thread_stands_in_it_and_opens_nothing(tmp_path: Path) -> None:
    source = source_in(tmp_path)
    on_the_network(tmp_path, 1, 2, 3, 4)
    heard(source, told(2))
    sort()

    fetch()
    sort()

    assert shown() == [("1", "third"), ("2", "author"), ("3", "ours"), ("4", "third")]
    assert models.Case.objects.count() == 1
    aside = models.Post.objects.filter(external_id__in=["1", "4"])
    assert set(aside.values_list("discard_reason", flat=True)) == {"not_heard"}


def test_a_thread_is_not_asked_for_again_within_an_hour(tmp_path: Path) -> None:
    source = source_in(tmp_path)
    heard(source, told(2))
    sort()
    assert fetch()

    heard(source, live_post("9", author="ada", in_reply_to="1", text="@acme where is it"))
    sort()

    assert not fetch()
    assert models.ThreadLook.objects.count() == 1


def test_a_person_asks_for_it_and_is_refused_when_they_press_at_once_again(
    tmp_path: Path,
) -> None:
    source = source_in(tmp_path)
    on_the_network(tmp_path, 3)
    heard(source, live_post("2", text="@acme it leaks"))
    sort()
    make_user("bob")
    case = models.Case.objects.get()

    want_thread(case_id=case.pk, by="bob", at=NEXT_DAY)
    with pytest.raises(NoThread, match="a moment ago"):
        want_thread(case_id=case.pk, by="bob", at=NEXT_DAY)
    fetch()
    sort()

    assert [number for number, _ in shown()] == ["2", "3"]
    event = models.Event.objects.get(what="thread_wanted")
    assert (event.by, event.case_id) == ("bob", case.pk)
    assert models.AuditEntry.objects.filter(what="thread_wanted").count() == 1


def test_an_archive_has_no_threads_to_ask_for() -> None:
    case = one_case()

    with pytest.raises(NoThread, match="'archive' cannot be asked"):
        want_thread(case_id=case.pk, by="bob", at=NEXT_DAY)


def test_a_network_that_asks_us_to_wait_is_asked_later(tmp_path: Path) -> None:
    source = source_in(tmp_path)
    there = on_the_network(tmp_path, 1, 2, 3)
    there.plan_faults([LiveFault(kind="limited", seconds=90)])
    heard(source, told(2))
    sort()

    fetch()
    assert not fetch(NEXT_DAY + timedelta(seconds=80))
    assert fetch(NEXT_DAY + timedelta(seconds=91))

    look = models.ThreadLook.objects.get()
    assert (look.wanted_at, look.sentence, look.found) == (None, "", 2)


def test_a_thread_that_cannot_be_had_is_left_with_the_reason(tmp_path: Path) -> None:
    source = source_in(tmp_path)
    LiveNetwork(tmp_path).plan_faults([LiveFault(kind="down")] * 4)
    heard(source, told(2))
    sort()

    at = NEXT_DAY
    for _ in range(4):
        assert fetch(at)
        at += timedelta(minutes=30)

    assert not fetch(at)
    look = models.ThreadLook.objects.get()
    assert (look.wanted_at, look.tries) == (None, 0)
    assert "answered 500" in look.sentence


def test_an_account_is_asked_for_so_many_threads_a_minute(tmp_path: Path) -> None:
    source = source_in(tmp_path)
    for number in range(MOST_A_MINUTE + 2):
        heard(source, live_post(f"x{number}", author=f"a{number}", in_reply_to=f"p{number}"))
    sort()

    asked = 0
    while fetch():
        asked += 1

    assert asked == MOST_A_MINUTE
    assert fetch(NEXT_DAY + timedelta(seconds=61))


def test_a_budget_that_is_nearly_used_up_is_left_to_the_polls(tmp_path: Path) -> None:
    source = source_in(tmp_path)
    heard(source, told(2))
    sort()
    resets = (NEXT_DAY + timedelta(minutes=5)).isoformat()
    models.Source.objects.filter(pk=source.pk).update(
        rate={"limit": 300, "remaining": 3, "resets_at": resets}
    )

    assert not fetch()
    assert fetch(NEXT_DAY + timedelta(minutes=6))


def test_a_paused_account_is_not_asked(tmp_path: Path) -> None:
    source = source_in(tmp_path)
    heard(source, told(2))
    sort()
    models.ChannelAccount.objects.update(on=False)

    assert not fetch()


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    order=st.permutations([1, 2, 3, 4]),
    breaks=st.sets(st.integers(1, 3)),
    through=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_the_order_in_which_a_thread_comes_does_not_matter(
    order: list[int], breaks: set[int], through: list[bool]
) -> None:
    """Posts come by the stream or with a fetched thread, sorted in between or all at once."""
    with transaction.atomic():
        account = live_account()
        follow_streams(
            account_id=account.pk,
            streams=[Stream(name="mentions", title="m"), Stream(name="threads", title="t")],
            at=MONDAY_9,
        )
        mentions = models.Source.objects.get(stream="mentions")
        threads = models.Source.objects.get(stream="threads")
        for place, number in enumerate(order):
            by_stream = number in (2, 3) and through[place]
            heard(mentions if by_stream else threads, told(number))
            if place in breaks:
                sort()
        sort()

        assert _outcome() == (
            [("1", "third"), ("2", "author"), ("3", "ours"), ("4", "third")],
            [("closed", "answered_elsewhere")],
        )
        transaction.set_rollback(True)


def _outcome() -> tuple[list[tuple[str, str]], Sequence[tuple[str, str | None]]]:
    cases = models.Case.objects.order_by("pk").values_list("state", "close_reason")
    return shown() if len(cases) == 1 else [], list(cases)
