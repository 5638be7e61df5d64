"""Secrets at rest: AES-256-GCM, bound to the row they belong to, under a ring of keys."""

import base64
import binascii
import os
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from answerback.channels.durable import sync_folder
from answerback.domain.records.refusal import Refusal

#: In the data folder, beside the database and never in it: one "id key" a line, newest last.
FILE: Final = "account-keys"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_VERSION: Final = b"\x01"
_LONGEST_ID: Final = 40


class SealBroken(Refusal):
    """What is sealed cannot be opened with the keys we have, or was moved from another row."""


class KeysNotReadable(Refusal):
    """The ring of keys is there and cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Keys by id; the newest seals, all open."""

    keys: Mapping[str, bytes] = field(repr=False)
    newest: str


def seal(plain: bytes, *, ring: Ring, bound_to: str) -> bytes:
    """
    Return what only this ring opens, and only for the row it is `bound_to` ("table:row:brand").

    Source: NIST SP 800-38D, a fresh random nonce of 96 bits for every call.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    name = ring.newest.encode()
    closed = AESGCM(ring.keys[ring.newest]).encrypt(nonce, plain, bound_to.encode())
    return _VERSION + bytes([len(name)]) + name + nonce + closed


def unseal(sealed: bytes, *, ring: Ring, bound_to: str) -> bytes:
    """
    Return what was sealed.

    :raises SealBroken: when its key is not on the ring, or it was changed or moved.
    """
    name = key_of(sealed)
    if name not in ring.keys:
        raise SealBroken(
            f"What is sealed here needs the key '{name[:_LONGEST_ID]}', which is not on the ring. "
            f"Restore the file '{FILE}' from a backup, or set the account's secrets anew."
        )
    body = sealed[2 + len(name.encode()) :]
    try:
        return AESGCM(ring.keys[name]).decrypt(
            body[:_NONCE_BYTES], body[_NONCE_BYTES:], bound_to.encode()
        )
    except InvalidTag as wrong:
        raise SealBroken(
            "What is sealed here was changed, or belongs to another account. Set the account's "
            "secrets anew."
        ) from wrong


def key_of(sealed: bytes) -> str:
    """
    Return the id of the key that something was sealed with.

    :raises SealBroken: when it is nothing that was sealed here.
    """
    whole = len(sealed) > 1 and len(sealed) >= 2 + sealed[1] + _NONCE_BYTES
    if not whole or sealed[:1] != _VERSION:
        raise SealBroken("This is nothing that was sealed here. Set the account's secrets anew.")
    return sealed[2 : 2 + sealed[1]].decode("ascii", "replace")


def ring_now() -> Ring:
    """
    Return the operator's ring: of ANSWERBACK_ACCOUNT_KEYS, else of the data folder.

    It is made where there is none: whoever seals first needs one.

    :raises KeysNotReadable: when it cannot be read or made.
    """
    told: str | None = getattr(settings, "ACCOUNT_KEYS", None)
    if told is not None:
        return _parsed(told.replace(",", "\n"), where="ANSWERBACK_ACCOUNT_KEYS")
    path = Path(settings.DATA_DIR) / FILE
    try:
        if not path.exists():
            _write(path, [fresh_line()], first=True)
        return _parsed(path.read_text(encoding="ascii"), where=str(path))
    except (OSError, UnicodeDecodeError) as wrong:
        raise KeysNotReadable(
            f"The keys {path} cannot be used: {wrong}. Make the file readable to you alone."
        ) from wrong


def fresh_line() -> str:
    """Return a new key with its id, as a line of the file."""
    return f"{secrets.token_hex(4)} {base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"


def add_key() -> Ring:
    """
    Put a new key on the data folder's ring; what is sealed from now on is sealed with it.

    :raises KeysNotReadable: when the ring is the environment's, or cannot be written.
    """
    if getattr(settings, "ACCOUNT_KEYS", None) is not None:
        raise KeysNotReadable(
            "The keys are those of ANSWERBACK_ACCOUNT_KEYS. Add one at its end there: "
            f'"{fresh_line().split()[0]} <32 random bytes in base64>".'
        )
    ring_now()
    path = Path(settings.DATA_DIR) / FILE
    try:
        lines = path.read_text(encoding="ascii").split("\n")
        _write(path, [*(line for line in lines if line.strip()), fresh_line()])
    except OSError as wrong:
        raise KeysNotReadable(f"The keys {path} cannot be written: {wrong}.") from wrong
    return ring_now()


def drop_keys(*, but: Collection[str]) -> list[str]:
    """
    Take from the data folder's ring every key but these and the newest; return what went.

    :raises KeysNotReadable: when the ring is the environment's, or cannot be written.
    """
    ring = ring_now()
    gone = [name for name in ring.keys if name not in but and name != ring.newest]
    if not gone:
        return []
    if getattr(settings, "ACCOUNT_KEYS", None) is not None:
        raise KeysNotReadable(
            "The keys are those of ANSWERBACK_ACCOUNT_KEYS. Nothing is sealed with these any "
            f"more, so remove them there: {', '.join(gone)}."
        )
    path = Path(settings.DATA_DIR) / FILE
    try:
        lines = path.read_text(encoding="ascii").split("\n")
        kept = [line for line in lines if line.strip() and line.split(" ")[0] not in gone]
        _write(path, kept)
    except OSError as wrong:
        raise KeysNotReadable(f"The keys {path} cannot be written: {wrong}.") from wrong
    return gone


def _write(path: Path, lines: list[str], *, first: bool = False) -> None:
    """
    Put the whole file in its place at once.

    `first`: whoever asks saw no file; one that somebody else made meanwhile stays, for something
    may be sealed with its key.
    """
    fresh = path.with_name(f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    if first:
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    else:
        fresh.replace(path)
    sync_folder(path.parent)  # what is sealed with a key that is gone is gone


def _parsed(text: str, *, where: str) -> Ring:
    keys: dict[str, bytes] = {}
    for line in filter(None, map(str.strip, text.split("\n"))):
        name, _, told = line.partition(" ")
        try:
            key = base64.b64decode(told, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != _KEY_BYTES or not name.isascii() or len(name) > _LONGEST_ID:
            raise KeysNotReadable(
                f"{where} holds a line that is no key. A line is an id, a blank, and 32 bytes in "
                "base64. Restore it from a backup."
            )
        keys[name] = key
    if not keys:
        raise KeysNotReadable(f"{where} holds no key. Restore it from a backup.")
    return Ring(keys=keys, newest=[*keys][-1])
