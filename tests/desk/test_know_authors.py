"""One person is one author, whatever they are called by now; and never two persons one."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from tests.builders import MONDAY_9, NEXT_DAY
from tests.desk.hearing import heard, live_post, live_source
from tests.desk.steps import sorted_out

from answerback.desk import models
from answerback.desk.operations.know_authors import know_authors
from answerback.desk.queries.earlier_posts import EarlierPosts
from answerback.domain.records.post import Author, Post

HOUR = timedelta(hours=1)


def by(handle: str, native_id: str | None, external_id: str = "1", **told: Any) -> Post:
    """Return a complaint by somebody who is called so, and is who they are."""
    return replace(
        live_post(external_id, **told), author=Author(handle=handle, native_id=native_id)
    )


def keys() -> list[tuple[str, str]]:
    return list(models.Post.objects.order_by("pk").values_list("author_handle", "author_key"))


def test_a_changed_handle_is_the_same_author_in_caps_and_cases() -> None:
    source = live_source()
    first = by("ada.example", "did:plc:ada", "1", created_at=MONDAY_9)
    second = by(
        "Lovelace.example", "did:plc:ada", "2", created_at=MONDAY_9 + HOUR, in_reply_to="1",
        text="@acme still no answer about my kettle, it leaks",
    )  # fmt: skip

    heard(source, first)
    sorted_out(source.brand_id)
    heard(source, second)
    sorted_out(source.brand_id)

    assert keys() == [("ada.example", "ada.example"), ("Lovelace.example", "ada.example")]
    assert models.Case.objects.count() == 1
    assert EarlierPosts(brand="Acme")([second])(second) == 1


def test_whoever_takes_on_a_handle_that_was_somebody_elses_is_another_author() -> None:
    source = live_source()
    ada = by("shop.example", "did:plc:ada", "1", created_at=MONDAY_9)
    bob = by("shop.example", "did:plc:bob", "2", created_at=MONDAY_9 + HOUR)
    again = by("bob.example", "did:plc:bob", "3", created_at=MONDAY_9 + 2 * HOUR)

    heard(source, ada)
    heard(source, bob, again)

    told = [key for _, key in keys()]
    assert told[0] == "shop.example"
    assert told[1].startswith("shop.example~")
    assert told[2] == told[1]
    assert EarlierPosts(brand="Acme")([bob])(bob) == 0


def test_two_who_are_met_by_one_handle_on_one_page_are_two() -> None:
    source = live_source()

    heard(source, by("shop.example", "did:1", "1"), by("shop.example", "did:2", "2"))

    assert len({key for _, key in keys()}) == 2


def test_where_nothing_stays_the_handle_is_the_author() -> None:
    source = live_source()

    heard(source, by("Ada", None, "1"), by("ada", None, "2"))

    assert keys() == [("Ada", "ada"), ("ada", "ada")]
    assert models.KnownAuthor.objects.count() == 0


def test_who_is_only_known_by_what_stays_is_the_same_when_the_handle_is_told() -> None:
    source = live_source()

    heard(source, by("did:plc:ada", "did:plc:ada", "1"))
    heard(source, by("ada.example", "did:plc:ada", "2"))

    assert {key for _, key in keys()} == {"did:plc:ada"}


def test_authors_of_another_brand_or_channel_are_others() -> None:
    source = live_source()
    ada = by("ada.example", "1", "1")
    umbra = models.Brand.objects.create(name="Umbra")
    heard(source, ada)

    other = replace(ada, channel="other", author=Author(handle="eva", native_id="1"))
    assert know_authors(brand_id=source.brand_id, posts=[other]) == {("other", "1"): "eva"}
    assert know_authors(brand_id=umbra.pk, posts=[ada]) == {("fake", "1"): "ada.example"}


def test_the_brand_may_name_somebody_by_what_they_are_called_now() -> None:
    source = live_source()
    heard(source, by("ada.example", "did:plc:ada", "1", conversation_id="talk"))
    sorted_out(source.brand_id)
    told = {"conversation_id": "talk", "created_at": MONDAY_9 + HOUR}
    heard(source, by("lovelace", "did:plc:ada", "2", **told, text="@acme it leaks and leaks"))
    sorted_out(source.brand_id)

    answer = by("acme", "did:plc:acme", "3", text="@lovelace we are sorry", conversation_id="talk")
    heard(source, replace(answer, created_at=MONDAY_9 + 2 * HOUR))
    sorted_out(source.brand_id)

    assert models.Post.objects.get(external_id="3").speaks_to == "ada.example"
    assert models.Post.objects.get(external_id="1").answer_id is not None


# -- what was stored before --------------------------------------------------------------------


def as_before(*posts: Post) -> models.Source:
    """Store posts as they were stored when the handle was the author, and sort them."""
    source = live_source()
    for post in posts:
        heard(source, replace(post, author=replace(post.author, native_id=None)))
        sorted_out(source.brand_id)
    for post in posts:
        stored = models.Post.objects.filter(external_id=post.external_id)
        stored.update(author_native_id=post.author.native_id)
    models.KnownAuthor.objects.all().delete()
    return source


def join() -> None:
    import_module("answerback.desk.migrations.0032_who_is_who").join(apps, None)


def test_what_is_stored_under_two_handles_of_one_person_becomes_one_without_losing_anything() -> (
    None
):
    as_before(
        by("ada.example", "did:plc:ada", "1", created_at=MONDAY_9),
        by("lovelace", "did:plc:ada", "2", created_at=MONDAY_9 + HOUR),
        by("bob", "did:plc:bob", "3", created_at=MONDAY_9 + HOUR),
    )
    before = models.Case.objects.count(), models.Post.objects.count(), models.Event.objects.count()

    join()

    assert [key for _, key in keys()] == ["ada.example", "ada.example", "bob"]
    cases = models.Case.objects.order_by("pk").values_list("author_key", flat=True)
    assert list(cases) == ["ada.example", "ada.example", "bob"]
    after = models.Case.objects.count(), models.Post.objects.count(), models.Event.objects.count()
    assert after == before
    assert know_authors(brand_id=1, posts=[]) == {}
    known = models.KnownAuthor.objects.order_by("pk").values_list("native_id", "key")
    assert list(known) == [("did:plc:ada", "ada.example"), ("did:plc:bob", "bob")]


def test_two_cases_of_one_person_in_one_conversation_stay_two_for_a_person_to_join() -> None:
    as_before(
        by("ada.example", "did:plc:ada", "1", conversation_id="talk"),
        by("lovelace", "did:plc:ada", "2", conversation_id="talk", text="@acme it burns now"),
    )

    join()

    assert [key for _, key in keys()] == ["ada.example", "lovelace"]
    assert models.Case.objects.count() == 2


def test_two_persons_under_one_handle_keep_what_they_have_and_part_from_now_on() -> None:
    source = as_before(
        by("shop", "did:1", "1", created_at=MONDAY_9), by("shop", "did:2", "2", created_at=MONDAY_9)
    )

    join()
    heard(source, by("shop", "did:2", "3"), at=NEXT_DAY + HOUR)

    told = [key for _, key in keys()]
    assert told[:2] == ["shop", "shop"]
    assert told[2].startswith("shop~")
