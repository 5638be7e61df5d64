"""Seal the secrets of all accounts anew, under another key, while everybody works on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from answerback.desk import models
from answerback.desk.operations.write_audit import Deed, write_audit
from answerback.desk.queries.accounts import bound_to
from answerback.desk.sealing import Ring, add_key, drop_keys, key_of, ring_now, seal, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A rotation that has begun: `reseal` each of these, in whatever order."""

    newest: str  #: the key that seals from now on
    resumed: bool  #: an earlier one was interrupted, so no further key was made
    account_ids: tuple[int, ...]


def begin_rotation(*, at: datetime) -> Rotation:
    """
    Put a new key on the ring, unless an earlier rotation is not at its end.

    :raises KeysNotReadable: when the ring cannot be read or written.
    :raises SealBroken: when what an account holds is nothing that was sealed here.
    """
    ring = ring_now()
    waiting = _sealed_otherwise(ring)
    resumed = bool(waiting)
    if not resumed:
        ring = add_key()
        waiting = _sealed_otherwise(ring)
    _told(how="continued" if resumed else "begun", key=ring.newest, at=at)
    return Rotation(newest=ring.newest, resumed=resumed, account_ids=tuple(waiting))


def reseal(account_ids: tuple[int, ...]) -> Iterator[int]:
    """
    Seal accounts anew, each in a transaction of its own, and yield each that is done.

    :raises SealBroken: when one cannot be opened; those before it are done.
    """
    for account_id in account_ids:
        _reseal_one(account_id)
        yield account_id


@transaction.atomic
def _reseal_one(account_id: int) -> None:
    rows = models.ChannelAccount.objects.select_for_update(no_key=True)
    row = rows.get(pk=account_id)
    ring = ring_now()  # after the lock: whoever sealed before us is through
    if not row.sealed or key_of(bytes(row.sealed)) == ring.newest:
        return
    plain = unseal(bytes(row.sealed), ring=ring, bound_to=bound_to(row))
    row.sealed = seal(plain, ring=ring, bound_to=bound_to(row))
    row.save(update_fields=["sealed"])


@transaction.atomic
def drop_old_keys(*, at: datetime) -> list[str]:
    """
    Take from the ring what nothing is sealed with any more; return the ids that went.

    Whoever seals at this moment is waited for, and others wait for us: SQLite has one writer,
    PostgreSQL is told.

    :raises KeysNotReadable: when the ring cannot be written.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE desk_channelaccount IN EXCLUSIVE MODE")
    used = {key_of(sealed) for _, sealed in _sealed()}
    gone = drop_keys(but=used)
    if gone:
        _told(how="dropped", key=", ".join(gone), at=at)
    return gone


def _sealed_otherwise(ring: Ring) -> list[int]:
    return [pk for pk, sealed in _sealed() if key_of(sealed) != ring.newest]


def _sealed() -> list[tuple[int, bytes]]:
    rows = models.ChannelAccount.objects.exclude(sealed=b"").order_by("pk")
    return [(pk, bytes(sealed)) for pk, sealed in rows.values_list("pk", "sealed")]


def _told(*, how: str, key: str, at: datetime) -> None:
    """Write it to the audit log alone: keys are of no brand."""
    told: dict[str, str | int | float | None] = {"how": how, "key": key}
    write_audit(deeds=[Deed(what="channel_keys_changed", by=None, particulars=told)], at=at)
