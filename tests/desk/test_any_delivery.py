"""However a network delivers: stored once, the latest version stands, a deletion always wins."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from tests.builders import MONDAY_9, NEXT_DAY, small_listening
from tests.desk.hearing import SECOND, gone, heard, live_account, live_post, page_of, turn_at

from answerback.channels.inbound import Failure, Gone
from answerback.desk import models
from answerback.desk.operations.take_page import Fenced, take_page
from answerback.desk.queries.ledger import ledger
from answerback.domain.records.post import Post

IDS = ("p1", "p2", "p3")
_THINGS = st.lists(
    st.tuples(st.sampled_from(IDS), st.sampled_from((0, 1, 2, 3, None))), min_size=1, max_size=5
)


def telling(external_id: str, revision: int | None) -> Post | Gone:
    """Return one version of a post as the network tells it; None: that it is gone."""
    if revision is None:
        return gone(external_id)
    revised_at = MONDAY_9 + timedelta(hours=revision) if revision else None
    return live_post(
        external_id, revision=f"r{revision}", revised_at=revised_at, text=words(revision)
    )


def words(revision: int) -> str:
    return f"@acme my kettle leaks, revision {revision}"


class Deliveries(RuleBasedStateMachine):
    """Two sources tell of the same posts, in any order, any number of times."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.told: dict[str, set[int]] = {name: set() for name in IDS}
        self.gone: set[str] = set()
        self.fetched = 0
        account = live_account(streams="mentions,tag")
        self.sources = list(models.Source.objects.filter(account=account).order_by("pk"))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        """Nothing was told yet."""

    @rule(things=_THINGS, of=st.sampled_from((0, 1)))
    def deliver(self, things: list[tuple[str, int | None]], of: int) -> None:
        heard(self.sources[of], *(telling(*one) for one in things), cursor=str(self.fetched))
        self.fetched += len(things)
        for name, revision in things:
            if revision is None:
                self.gone.add(name)
            else:
                self.told[name].add(revision)

    @rule(of=st.sampled_from((0, 1)))
    def deliver_what_nobody_understands(self, of: int) -> None:
        heard(self.sources[of], Failure(reason="odd", sentence="It is odd."))
        self.fetched += 1

    @rule(things=_THINGS, of=st.sampled_from((0, 1)))
    def wake_late_and_deliver(self, things: list[tuple[str, int | None]], of: int) -> None:
        late = turn_at(self.sources[of])
        turn_at(self.sources[of], at=NEXT_DAY + SECOND)
        page = page_of(*(telling(*one) for one in things), cursor="late")
        with pytest.raises(Fenced), transaction.atomic():
            take_page(turn=late, page=page, listening=small_listening(), at=NEXT_DAY)

    @invariant()
    def each_version_stands_once_and_the_latest_last(self) -> None:
        rows = models.Post.objects.order_by("external_id", "version")
        for name in IDS:
            mine = [row for row in rows if row.external_id == name]
            assert [row.version for row in mine] == list(range(1, len(mine) + 1))
            assert max(Counter(row.revision for row in mine).values(), default=1) == 1
            if not self.told[name]:
                assert mine == []
            elif name in self.gone:
                assert {(row.text, row.deleted_at is not None) for row in mine} == {("", True)}
            else:
                assert mine[-1].text == words(max(self.told[name]))
                assert [row.deleted_at for row in mine] == [None] * len(mine)

    @invariant()
    def the_ledger_balances_and_counts_all(self) -> None:
        told = ledger()
        assert [one.problems for one in told] == [(), ()]
        assert sum(one.fetched for one in told) == self.fetched
        assert "late" not in models.Source.objects.values_list("cursor", flat=True)


def test_however_a_network_delivers_the_tables_tell_the_same() -> None:
    run_machine(Deliveries, settings=_settings(stories=12, steps=8))


@pytest.mark.slow  # two hundred stories
def test_so_they_do_over_many_more_stories() -> None:
    run_machine(Deliveries, settings=_settings(stories=200, steps=20))


def _settings(*, stories: int, steps: int) -> settings:
    # A story that fails is short already; to shorten it takes a database minutes.
    return settings(
        max_examples=stories,
        stateful_step_count=steps,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
