"""Secrets of accounts at rest: bound to their row and brand, under keys that can be changed."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.builders import MONDAY_9, NEXT_DAY
from tests.channels.tiny import use_tiny
from tests.desk.channels import SECRET, make_account, make_acme
from tests.people import make_user

from answerback.channels.account_fields import FieldRefused
from answerback.desk import models, sealing
from answerback.desk.operations.change_channel import set_secrets
from answerback.desk.operations.found_brand import found_brand
from answerback.desk.operations.rotate_account_keys import (
    begin_rotation,
    drop_old_keys,
    reseal,
)
from answerback.desk.queries.accounts import opened
from answerback.desk.sealing import (
    KeysNotReadable,
    Ring,
    SealBroken,
    fresh_line,
    key_of,
    ring_now,
    seal,
    unseal,
)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Keep the keys in a folder of the test's own, and return their file."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(settings, "ACCOUNT_KEYS", None)
    use_tiny(monkeypatch)
    return tmp_path / sealing.FILE


def sealed_of(account_id: int) -> bytes:
    return bytes(models.ChannelAccount.objects.get(pk=account_id).sealed)


def test_what_is_sealed_opens_for_its_own_row_alone() -> None:
    first, second = make_account("one"), make_account("two", secret="another")
    models.ChannelAccount.objects.filter(pk=second).update(sealed=sealed_of(first))

    assert opened(first).secrets["password"] == SECRET
    with pytest.raises(SealBroken, match="belongs to another account"):
        opened(second)


def test_an_account_that_is_moved_to_another_brand_does_not_open() -> None:
    account_id = make_account()
    umbra = found_brand(text='name = "Umbra"\nhandles = ["umbra"]\n', by="olga", at=MONDAY_9)

    models.ChannelAccount.objects.filter(pk=account_id).update(brand_id=umbra)

    with pytest.raises(SealBroken, match="belongs to another account"):
        opened(account_id)


def test_not_one_bit_of_what_is_sealed_can_be_changed() -> None:
    ring = ring_now()
    sealed = seal(b"the secret", ring=ring, bound_to="desk_channelaccount:1:1")

    opens = []
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << (place % 8)
        try:
            opens.append(unseal(bytes(changed), ring=ring, bound_to="desk_channelaccount:1:1"))
        except SealBroken:
            continue

    assert opens == []


@pytest.mark.parametrize("cut", range(30))
def test_what_was_cut_is_refused(cut: int) -> None:
    ring = ring_now()
    sealed = seal(b"", ring=ring, bound_to="x")

    with pytest.raises(SealBroken):
        unseal(sealed[:cut], ring=ring, bound_to="x")


def test_the_same_secret_is_never_sealed_alike() -> None:
    ring = ring_now()

    several = {seal(b"x", ring=ring, bound_to="x") for _ in range(200)}

    assert len(several) == 200


def test_a_key_that_is_gone_is_named_and_the_way_out_is_told(keys: Path) -> None:
    account_id = make_account()
    lost = key_of(sealed_of(account_id))
    keys.unlink()

    with pytest.raises(SealBroken, match=f"needs the key '{lost}'.*from a backup"):
        opened(account_id)


def test_secrets_can_be_set_anew_where_the_key_is_gone(keys: Path) -> None:
    account_id = make_account()
    keys.unlink()

    with pytest.raises(FieldRefused, match="'Password' is needed"):
        set_secrets(account_id=account_id, secrets={"session": "s"}, by="olga", at=NEXT_DAY)
    set_secrets(account_id=account_id, secrets={"password": "new"}, by="olga", at=NEXT_DAY)

    assert opened(account_id).secrets == {"password": "new"}


def test_the_file_of_keys_is_for_its_owner_alone_and_outside_the_database(keys: Path) -> None:
    make_account()

    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    ring_now()
    sealing.add_key()
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert [file.name for file in keys.parent.iterdir()] == [sealing.FILE]


def test_two_who_make_the_keys_at_once_have_the_same() -> None:
    found: list[str] = []
    ready = threading.Barrier(8)

    def make() -> None:
        ready.wait()
        found.append(ring_now().newest)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(found)) == 1


@pytest.mark.parametrize("text", ["", "one", "one two", "a b c", "x " + "A" * 43])
def test_a_file_that_is_none_is_refused_and_never_written_over(keys: Path, text: str) -> None:
    keys.write_text(text)

    with pytest.raises(KeysNotReadable, match="Restore it from a backup"):
        make_account()

    assert keys.read_text() == text


def test_another_key_is_put_on_the_ring_and_all_is_sealed_anew(keys: Path) -> None:
    accounts = [make_account(f"account {number}") for number in range(5)]
    before = ring_now().newest

    rotation = begin_rotation(at=NEXT_DAY)
    list(reseal(rotation.account_ids))
    gone = drop_old_keys(at=NEXT_DAY)

    assert (rotation.resumed, rotation.account_ids) == (False, tuple(accounts))
    assert {key_of(sealed_of(one)) for one in accounts} == {rotation.newest}
    assert {opened(one).secrets["password"] for one in accounts} == {SECRET}
    assert (gone, list(ring_now().keys)) == ([before], [rotation.newest])
    told = models.AuditEntry.objects.filter(what="channel_keys_changed").order_by("number")
    assert [one.particulars["how"] for one in told] == ["begun", "dropped"]
    assert before not in keys.read_text()


def test_an_interrupted_rotation_goes_on_without_a_further_key() -> None:
    accounts = [make_account(f"account {number}") for number in range(5)]
    first = begin_rotation(at=NEXT_DAY)
    begun = reseal(first.account_ids)
    next(begun), next(begun)  # and then the process dies

    assert drop_old_keys(at=NEXT_DAY) == []  # three accounts still need the old one
    second = begin_rotation(at=NEXT_DAY)
    list(reseal(second.account_ids))

    assert (second.resumed, second.newest) == (True, first.newest)
    assert second.account_ids == tuple(accounts[2:])
    assert len(ring_now().keys) == 2
    assert {opened(one).secrets["password"] for one in accounts} == {SECRET}


def test_keys_of_the_environment_are_changed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = fresh_line(), fresh_line()
    monkeypatch.setattr(settings, "ACCOUNT_KEYS", old)
    account_id = make_account()

    with pytest.raises(KeysNotReadable, match="Add one at its end there"):
        begin_rotation(at=NEXT_DAY)
    monkeypatch.setattr(settings, "ACCOUNT_KEYS", f"{old},{new}")
    list(reseal(begin_rotation(at=NEXT_DAY).account_ids))

    assert key_of(sealed_of(account_id)) == new.split()[0]
    with pytest.raises(KeysNotReadable, match=f"remove them there: {old.split()[0]}"):
        drop_old_keys(at=NEXT_DAY)


def test_a_ring_never_shows_its_keys() -> None:
    ring = Ring(keys={"a": b"k" * 32}, newest="a")

    assert "kkkk" not in repr(ring)
    make_account()
    assert SECRET not in repr(opened(models.ChannelAccount.objects.get().pk))


@pytest.fixture
def _several_threads(committed: None) -> Iterator[None]:  # noqa: ARG001  it comes first
    yield
    connection.close()


@pytest.mark.usefixtures("_several_threads")
def test_accounts_can_be_opened_while_their_keys_change_ten_times() -> None:
    make_user("olga", role=None)
    make_acme()
    accounts = [make_account(f"account {number}") for number in range(4)]
    wrong: list[BaseException] = []
    seen: set[str] = set()
    over = threading.Event()

    def read() -> None:
        try:
            while not over.is_set():
                seen.update(opened(one).secrets["password"] for one in accounts)
        except BaseException as no:  # noqa: BLE001  the thread tells all of it to the test
            wrong.append(no)
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(10):
        list(reseal(begin_rotation(at=NEXT_DAY).account_ids))
        drop_old_keys(at=NEXT_DAY)
    over.set()
    reader.join()

    assert (wrong, seen) == ([], {SECRET})
    assert len(ring_now().keys) == 1
