"""Seven ways to tamper with the audit log, below its triggers; each is found."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.db import connection
from tests.builders import MONDAY_9
from tests.people import make_brand, make_member, make_user

from answerback.desk import models
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.desk.queries.audit_log import (
    Asked,
    Head,
    audit_key,
    audit_page,
    check_audit,
    head,
)
from answerback.domain.records.role import Role
from answerback.domain.records.seal import Sealed, seal_of

ENTRIES = 7
MIDDLE = 4


def _written(count: int = ENTRIES) -> Head:
    """Write a log, and return its head as somebody keeps it elsewhere."""
    for n in range(count):
        deed = Deed(what="case_closed", by="ada", about=f"case:{n}", particulars={"from": "new"})
        write_audit(deeds=[deed], at=MONDAY_9 + timedelta(minutes=n))
    found = head()
    assert found is not None
    return found


def _without_triggers() -> None:
    """Do what only somebody with the whole database in hand can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER auditentry_kept ON desk_auditentry")
        else:
            cursor.execute("DROP TRIGGER auditentry_not_changed")
            cursor.execute("DROP TRIGGER auditentry_not_removed")


def _changed_field() -> None:
    models.AuditEntry.objects.filter(number=MIDDLE).update(by="bob")


def _changed_seal() -> None:
    models.AuditEntry.objects.filter(number=MIDDLE).update(seal="0" * 64)


def _removed_middle() -> None:
    models.AuditEntry.objects.filter(number=MIDDLE).delete()


def _cut_tail() -> None:
    models.AuditEntry.objects.filter(number__gt=MIDDLE).delete()


def _swapped() -> None:
    for number, to in ((MIDDLE, 99), (MIDDLE + 1, MIDDLE), (99, MIDDLE + 1)):
        models.AuditEntry.objects.filter(number=number).update(number=to)


def _inserted() -> None:
    for number in range(ENTRIES, MIDDLE, -1):
        models.AuditEntry.objects.filter(number=number).update(number=number + 1)
    models.AuditEntry.objects.create(
        number=MIDDLE + 1, at=MONDAY_9, by="eve", what="signed_in", seal="0" * 64
    )


def _sealed_again() -> None:
    _changed_field()
    before = models.AuditEntry.objects.get(number=MIDDLE - 1).seal
    for row in models.AuditEntry.objects.filter(number__gte=MIDDLE).order_by("number"):
        entry = Sealed(
            number=row.number,
            at=row.at,
            by=row.by,
            what=row.what,
            brand_id=row.brand_id,
            about=row.about,
            particulars=row.particulars,
        )
        before = seal_of(entry, before=before, key=audit_key())
        models.AuditEntry.objects.filter(number=row.number).update(seal=before)


#: What is done, whether a kept head is needed to find it, and what is said.
TAMPERINGS: Mapping[str, tuple[Callable[[], None], bool, str]] = {
    "changed field": (_changed_field, False, "Entry 4 does not carry its seal"),
    "changed seal": (_changed_seal, False, "Entry 4 does not carry its seal"),
    "removed middle": (_removed_middle, False, "Entry 4 is missing"),
    "cut tail": (_cut_tail, True, "The log ends at entry 4, and entry 7"),
    "swapped": (_swapped, False, "Entry 4 does not carry its seal"),
    "inserted": (_inserted, False, "Entry 5 does not carry its seal"),
    "sealed again": (_sealed_again, True, "Entry 7 has another seal than the head"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_with_a_kept_head(name: str) -> None:
    tamper, _, said = TAMPERINGS[name]
    kept = _written()
    _without_triggers()
    tamper()

    found = check_audit(kept=kept)

    assert found.fault is not None
    assert said in found.fault


@pytest.mark.parametrize("name", TAMPERINGS)
def test_all_but_two_are_found_without_one(name: str) -> None:
    tamper, needs_head, _ = TAMPERINGS[name]
    _written()
    _without_triggers()
    tamper()

    assert (check_audit().fault is None) == needs_head


def test_a_log_that_nobody_touched_is_whole_and_goes_on_from_a_kept_head() -> None:
    kept = _written()
    _written(3)

    found = check_audit(kept=kept)

    assert (found.entries, found.fault, found.head) == (ENTRIES + 3, None, head())


def test_an_empty_log_is_whole_unless_it_was_not_empty() -> None:
    assert check_audit().fault is None
    assert check_audit(kept=Head(number=1, seal="0" * 64)).fault is not None


@pytest.mark.parametrize("statement", ["UPDATE desk_auditentry SET by = 'bob'", "DELETE"])
def test_the_triggers_refuse_what_a_person_types(statement: str) -> None:
    _written(1)

    told = "DELETE FROM desk_auditentry" if statement == "DELETE" else statement
    with (
        pytest.raises(Exception, match="never changed or removed"),
        connection.cursor() as cursor,
    ):
        cursor.execute(told)


def test_a_lead_reads_their_brands_and_an_owner_the_door_of_their_people() -> None:
    acme, umbra = make_brand("Acme").pk, make_brand("Umbra").pk
    make_user("ada")
    make_user("eve", brand="Umbra")
    lead, owner = make_member("lena", role=Role.LEAD), make_member("olga", role=Role.OWNER)
    write_audit(
        deeds=[
            Deed(what="case_closed", by="ada", brand_id=acme),
            Deed(what="case_closed", by="eve", brand_id=umbra),  # noise: could leak
            Deed(what="signed_in", by="ada", about="person:ada"),
            Deed(what="signed_in", by="eve", about="person:eve"),  # noise: could leak
            Deed(what="sign_in_refused", by=None, about="person:ada"),
            Deed(what="sign_in_refused", by=None, about="person:eve"),  # noise: could leak
            Deed(what="sign_in_refused", by=None),
        ],
        at=MONDAY_9,
    )

    seen = {
        one.handle: [line.number for line in audit_page(one, asked=Asked(), limit=9).lines]
        for one in (lead, owner)
    }

    assert seen == {"lena": [1], "olga": [7, 5, 3, 1]}


def test_pages_show_each_entry_once_and_filters_leave_the_others_out() -> None:
    owner = make_member("olga", role=Role.OWNER)
    brand = make_brand().pk
    for n in range(5):
        deed = Deed(what="case_closed", by="ada" if n % 2 else "bob", brand_id=brand)
        write_audit(deeds=[deed], at=MONDAY_9)
    make_user("ada")

    first = audit_page(owner, asked=Asked(), limit=3)
    second = audit_page(owner, asked=Asked(before=first.more), limit=3)
    adas = audit_page(owner, asked=Asked(person="ada", what="case_closed"), limit=9)

    assert [line.number for line in (*first.lines, *second.lines)] == [5, 4, 3, 2, 1]
    assert second.more is None
    assert [line.number for line in adas.lines] == [4, 2]
