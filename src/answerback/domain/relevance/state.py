"""A filter as bytes: everything that its scores rest on, and a checksum."""

import hashlib
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from answerback.domain.records.correction import Correction
from answerback.domain.records.refusal import Refusal
from answerback.domain.relevance.brand_filter import BrandFilter, Taught
from answerback.domain.relevance.day_one import DayOne
from answerback.domain.relevance.description import Description
from answerback.domain.relevance.words import WordBag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FORM: Final = b"answerback brand filter 1 "


class FilterDamaged(Refusal):
    """Stored bytes are not the filter that was written."""


class FilterOutdated(Refusal):
    """A filter was taught with another encoder than the one that is here now."""


def to_bytes(brand_filter: BrandFilter) -> bytes:
    """
    Write a filter down; equal filters make equal bytes.

    Error: meanings are kept in 16 bits, as they were when it was taught; weights exactly.
    """
    taught = brand_filter.taught
    told = {
        "day_one": brand_filter.first.day_one.version,
        "description": asdict(brand_filter.description),
        "texts": [] if taught is None else list(taught.texts),
        "examples": 0 if taught is None else taught.examples,
    }
    arrays: dict[str, NDArray[Any]] = {
        "told": np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
        "anchors": brand_filter.first.anchors,
    }
    if taught is not None:
        arrays |= {
            "relevant": taught.relevant,
            "meanings": taught.meanings.astype(np.float16),
            "weights": taught.weights,
        }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    content = buffer.getvalue()
    return _FORM + hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def from_bytes(content: bytes, *, day_one: DayOne) -> BrandFilter:
    """
    Read a filter back.

    :raises FilterDamaged: when the bytes are not those that were written.
    :raises FilterOutdated: when it was taught with another encoder or another first day.
    """
    with np.load(_checked(content), allow_pickle=False) as stored:
        told = json.loads(stored["told"].tobytes())
        if told["day_one"] != day_one.version:
            raise FilterOutdated(
                f"This brand filter was taught with {told['day_one']}, and this program has "
                f"{day_one.version}: its numbers mean something else now. Train it again with: "
                "answerback filter train; the corrections are kept."
            )
        taught = _taught(told, stored) if "weights" in stored else None
        anchors = stored["anchors"]
    return BrandFilter(
        day_one=day_one, description=_description(told), anchors=anchors, taught=taught
    )


def lessons_in(content: bytes) -> list[Correction]:
    """
    Return the corrections that a filter learned from, whatever encoder it was taught with.

    :raises FilterDamaged: when the bytes are not those that were written.
    """
    with np.load(_checked(content), allow_pickle=False) as stored:
        told = json.loads(stored["told"].tobytes())
        labels = stored["relevant"].tolist() if "relevant" in stored else []
    pairs = list(zip(told["texts"], labels, strict=True))[told["examples"] :]
    return [Correction(text=text, relevant=label) for text, label in pairs]


def _checked(content: bytes) -> io.BytesIO:
    head, _, rest = content.partition(b"\n")
    if head != _FORM + hashlib.sha256(rest).hexdigest().encode():
        raise FilterDamaged(
            "The stored brand filter is damaged: its checksum is not the one it was written "
            "with. Roll back to another version, or train it again; the corrections are kept."
        )
    return io.BytesIO(rest)


def _description(told: dict[str, Any]) -> Description:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in told["description"].items()
    }
    return Description(**values)


def _taught(told: dict[str, Any], stored: Any) -> Taught:
    bag = WordBag()
    bag.add(told["texts"], relevant=stored["relevant"].tolist())
    return Taught(
        texts=tuple(told["texts"]),
        relevant=stored["relevant"],
        meanings=stored["meanings"].astype(np.float32),
        examples=told["examples"],
        weights=stored["weights"],
        bag=bag,
    )
