from datetime import timedelta

import pytest
from tests.builders import MONDAY_9
from tests.people import make_brand, make_user

from answerback.desk import models
from answerback.desk.operations.change_brand import NameStays, change_brand
from answerback.desk.operations.change_policy import change_policy
from answerback.desk.operations.found_brand import BrandIsThere, found_brand
from answerback.desk.operations.keep_text import ChangedMeanwhile
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.brand_texts import (
    What,
    fingerprint_of,
    newest_texts,
    read_policy,
    text_versions,
    version_text,
)
from answerback.domain.records.reading import Kind
from answerback.domain.records.role import Role
from answerback.domain.triage.deadlines import NeverOpen
from answerback.domain.triage.toml_text import TomlRefused

QUICK = '[kinds.complaint]\ntarget = "30m"\n'
ACME = 'name = "Acme"\nhandles = ["acme"]\n'


def quick(brand_id: int, text: str = QUICK, *, based_on: int | None = None) -> int:
    return change_policy(
        brand_id=brand_id, text=text, by="olga", at=MONDAY_9, note="spring", based_on=based_on
    )


def test_a_policy_that_is_saved_holds_and_every_version_is_kept() -> None:
    brand = make_brand()

    numbers = [quick(brand.pk), quick(brand.pk, "# slower again\n"), quick(brand.pk)]

    held = newest_texts(brand_id=brand.pk)
    assert numbers == [1, 2, 3]
    assert (held.policy, held.policy_number) == (QUICK, 3)
    assert read_policy(held.policy).kinds[Kind.COMPLAINT].target == timedelta(minutes=30)
    versions = text_versions(brand_id=brand.pk, what=What.POLICY)
    assert [(one.number, one.by, one.note, one.holds) for one in versions] == [
        (3, "olga", "spring", True),
        (2, "olga", "spring", False),
        (1, "olga", "spring", False),
    ]
    assert version_text(brand_id=brand.pk, what=What.POLICY, number=2) == "# slower again\n"
    events = models.Event.objects.filter(what="policy_changed").order_by("pk")
    assert [(one.by, one.particulars) for one in events] == [
        ("olga", {"number": number}) for number in (1, 2, 3)
    ]


def test_the_same_text_again_is_no_version_and_no_event() -> None:
    brand = make_brand()

    numbers = [quick(brand.pk), quick(brand.pk, QUICK.replace("\n", "\r\n"))]

    assert numbers == [1, 1]
    assert models.Event.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[kinds.complaint]\ntarget = 7\n", 2, "policy, line 2, key 'kinds.complaint.target'"),
        ("\n\n[kinds.complain]\n", 3, "Did you mean 'complaint'"),
        ("[kinds\n", 1, "this is not TOML"),
    ],
)
def test_a_policy_that_cannot_be_read_is_refused_with_its_line_and_changes_nothing(
    text: str, line: int, says: str
) -> None:
    brand = make_brand()

    with pytest.raises(TomlRefused, match=says) as refused:
        quick(brand.pk, text)

    assert refused.value.line == line
    assert not models.BrandText.objects.exists()
    assert not models.Event.objects.exists()


def test_a_policy_whose_hours_cannot_hold_a_target_is_refused() -> None:
    brand = make_brand()

    with pytest.raises(NeverOpen, match="Give it more open hours"):
        quick(brand.pk, '[kinds.praise]\ntarget = "366d"\n[hours]\nmon = "09:00-09:01"\n')


def test_who_saves_on_top_of_another_is_told_once_and_loses_nothing() -> None:
    brand = make_brand()
    quick(brand.pk)
    change_policy(brand_id=brand.pk, text="# bob's\n", by="bob", at=MONDAY_9, based_on=1)

    with pytest.raises(ChangedMeanwhile, match="@bob saved version 2 at 09:00 UTC.*version 1"):
        quick(brand.pk, "# olga's\n", based_on=1)

    assert newest_texts(brand_id=brand.pk).policy == "# bob's\n"
    assert quick(brand.pk, "# olga's\n", based_on=2) == 3


def test_a_brand_begins_with_its_text_and_belongs_to_who_made_it() -> None:
    make_user("olga", role=None)

    brand_id = found_brand(text=ACME, by="olga", at=MONDAY_9)

    brand = models.Brand.objects.get(pk=brand_id)
    seat = models.Membership.objects.get(brand=brand)
    assert (brand.name, brand.handles) == ("Acme", ["acme"])
    assert (seat.user.handle, seat.role) == ("olga", Role.OWNER)
    assert newest_texts(brand_id=brand_id).brand == ACME
    assert models.Event.objects.get().what == "brand_changed"


def test_a_second_brand_of_the_name_is_refused() -> None:
    make_user("olga", role=None)
    make_brand("Acme")

    with pytest.raises(BrandIsThere, match="There is a brand 'Acme' already"):
        found_brand(text=ACME, by="olga", at=MONDAY_9)


def test_a_changed_brand_has_its_new_handles_at_once() -> None:
    brand = make_brand()

    text = f'{ACME}query = "kettle AND acme"\n'.replace('["acme"]', '["acme", "acme_help"]')
    number = change_brand(brand_id=brand.pk, text=text, by="olga", at=MONDAY_9)

    brand.refresh_from_db()
    assert (number, brand.handles) == (1, ["acme", "acme_help"])
    held = newest_texts(brand_id=brand.pk)
    assert held.fingerprint == fingerprint_of(brand=text, policy=None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f'{ACME}query = "kettle AND ("\n', 3),
        (f'{ACME}[topics.care]\nabout = "care"\nquery = "((a"\n', 5),
        (f'{ACME}[[guidelines]]\nname = "x"\ndepartment = "y"\nquery = "a AND"\n', 6),
    ],
)
def test_a_query_that_cannot_be_understood_is_refused_with_its_line(text: str, line: int) -> None:
    brand = make_brand()

    with pytest.raises(TomlRefused, match="it cannot be understood") as refused:
        change_brand(brand_id=brand.pk, text=text, by="olga", at=MONDAY_9)

    assert refused.value.line == line


def test_a_brand_keeps_its_name() -> None:
    brand = make_brand()

    with pytest.raises(NameStays, match="of a brand 'Apex'"):
        change_brand(brand_id=brand.pk, text=ACME.replace("Acme", "Apex"), by="olga", at=MONDAY_9)


def test_what_is_not_there_is_not_here() -> None:
    with pytest.raises(NotHere):
        quick(404)
    with pytest.raises(NotHere):
        version_text(brand_id=make_brand().pk, what=What.POLICY, number=7)
