"""Audits in the database: what may be drawn, what was, and that nobody changes it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.builders import NEXT_DAY, make_post
from tests.desk.steps import imported

from answerback.desk import models
from answerback.desk.operations.audit import NoSuchDraw, NotDrawn, record_draw, record_labels
from answerback.desk.queries.audited import UnderAudit, audit_candidates, texts_of, under_audit
from answerback.domain.measure.sampled import Side


def some_posts() -> int:
    """Import a post that is kept, one not heard, and the brand's own; return the brand."""
    return imported(
        make_post("1"),
        make_post("2", text="a fine day"),
        make_post("3", author="acme", text="@ada we are sorry"),
    ).source.brand_id


def drawn(brand_id: int) -> models.Post:
    post = models.Post.objects.get(brand_id=brand_id, channel="archive", external_id="1", version=1)
    items = [(post.pk, "kept", 1.0)]
    record_draw(brand="Acme", draw="d", items=items, strata={"kept": 1}, at=NEXT_DAY)
    return post


def test_what_was_kept_and_what_was_not_heard_may_be_drawn_and_our_own_words_not() -> None:
    some_posts()

    found = audit_candidates(brand="Acme", since=None, until=None)

    texts = texts_of([int(one.id) for one in found])
    assert {texts[int(one.id)]: one.side for one in found} == {
        "@acme my kettle leaks": Side.KEPT,
        "a fine day": Side.NOT_HEARD,
    }


def test_a_post_that_the_filter_set_aside_may_be_drawn_from_that_side() -> None:
    some_posts()
    models.Post.objects.filter(external_id="1").update(discard_reason="not_about_us")

    found = audit_candidates(brand="Acme", since=None, until=None)

    assert [one.side for one in found] == [Side.SET_ASIDE, Side.NOT_HEARD]


def test_only_posts_of_the_window_are_drawn() -> None:
    some_posts()

    later = audit_candidates(brand="Acme", since=NEXT_DAY + timedelta(days=1), until=None)
    earlier = audit_candidates(brand="Acme", since=None, until=NEXT_DAY)
    now = audit_candidates(brand="Acme", since=NEXT_DAY, until=NEXT_DAY + timedelta(days=1))

    assert (later, earlier, len(now)) == ([], [], 2)


def test_a_drawn_post_is_kept_from_training_by_the_networks_id_and_by_its_text() -> None:
    imported(make_post("noise: its row is 1", text="a fine day"))
    brand_id = some_posts()
    nothing = UnderAudit(ids=frozenset(), texts=frozenset())

    assert under_audit(brand_id=brand_id) == nothing
    post = drawn(brand_id)

    told = under_audit(brand_id=brand_id)
    assert post.pk != 1
    assert told == UnderAudit(ids=frozenset({"1"}), texts=frozenset({post.text}))
    assert under_audit(brand_id=brand_id + 1) == nothing


def test_all_versions_of_a_drawn_post_are_kept_from_training_and_no_other_network_s() -> None:
    brand_id = some_posts()
    imported(
        make_post("1", version=2, text="@acme my kettle leaks badly"),
        make_post("1", channel="elsewhere", text="@acme another matter"),
        fingerprint="later",
    )

    drawn(brand_id)

    assert under_audit(brand_id=brand_id).texts == {
        "@acme my kettle leaks",
        "@acme my kettle leaks badly",
    }


def test_a_draw_is_kept_once_and_a_changed_mind_twice() -> None:
    brand_id = some_posts()
    post = drawn(brand_id)
    drawn(brand_id)

    for label in ("relevant", "relevant", "unsure"):
        record_labels(draw="d", labels={post.pk: label}, at=NEXT_DAY)

    said = models.AuditLabel.objects.order_by("pk").values_list("label", flat=True)
    assert list(said) == ["relevant", "unsure"]
    told = models.Event.objects.filter(what__startswith="audit").order_by("pk")
    assert [event.what for event in told] == ["audit_drawn", "audit_labelled", "audit_labelled"]
    assert told[0].particulars == {"draw": "d", "posts": 1}


def test_labels_of_an_unknown_draw_are_refused() -> None:
    with pytest.raises(NoSuchDraw, match="does not know the draw 'elsewhere'"):
        record_labels(draw="elsewhere", labels={}, at=NEXT_DAY)


def test_a_label_of_a_post_that_was_not_drawn_is_refused_and_none_is_kept() -> None:
    post = drawn(some_posts())

    with pytest.raises(NotDrawn, match="The post 99999 is not in the draw 'd'"):
        record_labels(draw="d", labels={post.pk: "relevant", 99999: "unsure"}, at=NEXT_DAY)

    assert models.AuditLabel.objects.count() == 0


@pytest.mark.parametrize("table", ["auditsample", "audititem", "auditlabel"])
@pytest.mark.parametrize("change", ["DELETE FROM desk_{}", "UPDATE desk_{} SET id = id"])
def test_no_sql_changes_or_removes_an_audit(table: str, change: str) -> None:
    post = drawn(some_posts())
    record_labels(draw="d", labels={post.pk: "relevant"}, at=NEXT_DAY)

    with (
        pytest.raises(DatabaseError, match="An audit is never changed or removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))
