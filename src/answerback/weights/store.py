"""Model files: saved small, loaded once, refused when they are not what was saved."""

import hashlib
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from answerback.domain.records.refusal import Refusal
from answerback.domain.understanding.features import BITS
from answerback.domain.understanding.heads import Heads

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILES = Path(__file__).parent / "files"
HEADS_FILE = FILES / "heads-v1.npz"
CARD_FILE = FILES / "card.json"
_STEPS = 127  #: int8 steps to each side of nought


class WeightsCorrupt(Refusal):
    """A model file is missing, or is not the one that was trained."""


def save_heads(*, heads: Heads, path: Path) -> str:
    """
    Write the heads as one file, weights in 8 bits, and its checksum beside it.

    Units: gives back the SHA-256 in hex.
    Error: each weight is rounded to 1/127 of its head's scale; beyond it, clipped.
    """
    scale = np.maximum(np.abs(heads.weights).max(axis=0), 1e-9) / _STEPS
    settings = {
        "names": heads.names,
        "rule_names": heads.rule_names,
        "spam_discard_above": heads.spam_discard_above,
        "version": heads.version,
        "bits": BITS,
    }
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        weights=np.clip(np.rint(heads.weights / scale), -_STEPS, _STEPS).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=heads.bias,
        slope=heads.slope,
        offset=heads.offset,
        rules=heads.rules,
        settings=np.frombuffer(json.dumps(settings).encode(), dtype=np.uint8),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())
    return record_checksum(path)


def read_heads(*, path: Path) -> Heads:
    """
    Read heads from a file that `save_heads` wrote.

    :raises WeightsCorrupt: when file or checksum is missing, or they do not agree.
    """
    with np.load(io.BytesIO(checked(path)), allow_pickle=False) as stored:
        settings: Mapping[str, Any] = json.loads(stored["settings"].tobytes())
        if settings["bits"] != BITS:
            raise WeightsCorrupt(
                f"{path.name} was trained for 2**{settings['bits']} buckets; this program uses "
                f"2**{BITS}. Train again with: make train."
            )
        weights: NDArray[np.float32] = stored["weights"].astype(np.float32) * stored["scale"]
        return Heads(
            names=tuple(settings["names"]),
            weights=weights,
            bias=stored["bias"],
            slope=stored["slope"],
            offset=stored["offset"],
            rule_names=tuple(settings["rule_names"]),
            rules=stored["rules"],
            spam_discard_above=settings["spam_discard_above"],
            version=settings["version"],
        )


@cache
def load_heads() -> Heads:
    """
    Load the heads that ship with the program, once.

    :raises WeightsCorrupt: when the file is not the one that was trained.
    """
    return read_heads(path=HEADS_FILE)


@cache
def load_card() -> Mapping[str, Any]:
    """Load the card of the shipped heads: data, licences, date, figures, known failures."""
    card: Mapping[str, Any] = json.loads(CARD_FILE.read_text())
    return card


def _checksum_file(path: Path) -> Path:
    return path.with_suffix(".sha256")


def record_checksum(path: Path) -> str:
    """Write a model file's SHA-256 beside it, and give it in hex."""
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    _checksum_file(path).write_text(f"{checksum}  {path.name}\n")
    return checksum


def checksum_of(path: Path) -> str:
    """
    Give the SHA-256 that was recorded beside a model file.

    :raises WeightsCorrupt: when none was.
    """
    try:
        return _checksum_file(path).read_text().split()[0]
    except (OSError, IndexError) as fault:
        raise _unreadable(path, fault) from fault


def _unreadable(path: Path, fault: Exception) -> WeightsCorrupt:
    return WeightsCorrupt(
        f"The model file {path.name} or its checksum cannot be read ({fault}). "
        "Install the program again, or train with: make train."
    )


def checked(path: Path) -> bytes:
    """
    Read a model file whose checksum lies beside it.

    :raises WeightsCorrupt: when one of them is missing, or they do not agree.
    """
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise _unreadable(path, fault) from fault
    told = checksum_of(path)
    if hashlib.sha256(content).hexdigest() != told:
        raise WeightsCorrupt(
            f"The model file {path.name} is damaged: its SHA-256 is not {told[:12]}..., which was "
            "recorded when it was trained. Install the program again, or train with: make train."
        )
    return content
