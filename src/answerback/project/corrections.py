"""Corrections from a file: one JSON object a line, each with a post's text and its label."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from answerback.channels.strict_json import read_object
from answerback.channels.unreadable import Unreadable
from answerback.domain.records.correction import Correction
from answerback.domain.records.refusal import Refusal

_LABELS: Final = {"relevant": True, "irrelevant": False}
_SAMPLE: Final = '{"text": "my boarding pass never came", "label": "relevant"}'


class CorrectionsRefused(Refusal):
    """A file of corrections cannot be read, or says something that we do not understand."""


def read_corrections(path: Path) -> list[Correction]:
    """
    Read a file of corrections, lines of an audit sample among them: those say so.

    :raises CorrectionsRefused: naming the line, what is wrong, and what may stand there.
    """
    found = []
    own_ids = False
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            told = read_object(line)
            own_ids = _has_own_ids(told, before=own_ids)
            if "audit_sample" in told:
                continue  # the first line of a sample tells of the draw, of no post
            one = correction_of(told)
            found.append(replace(one, id=None) if one.audit and own_ids else one)
        except Unreadable as wrong:
            raise CorrectionsRefused(f"{path.name}, line {number}: {wrong.sentence}") from wrong
        except CorrectionsRefused as wrong:
            raise CorrectionsRefused(f"{path.name}, line {number}: {wrong}") from wrong
    return found


def correction_of(told: Mapping[str, Any]) -> Correction:
    """
    Read one correction; keys that are not known are left alone.

    :raises CorrectionsRefused: saying which key is wrong, and what may stand there.
    """
    audit = told.get("audit", False)
    if not isinstance(audit, bool):
        raise CorrectionsRefused(
            f"'audit' is {audit!r}. Write true or false, bare, or leave it out."
        )
    return Correction(
        text=_text(told, required=not audit),
        relevant=not audit and _label(told),
        id=_id(told),
        at=_moment(told),
        by=_by(told),
        audit=audit,
    )


def _has_own_ids(told: Mapping[str, Any], *, before: bool) -> bool:
    """
    Say whether the lines of an audit sample have ids of our own from here on.

    A sample that was drawn from the database has row numbers, which may be the network's ids of
    other posts; its first line names the brand.
    """
    draw = told.get("audit_sample")
    return draw.get("brand") is not None if isinstance(draw, Mapping) else before


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as wrong:
        raise CorrectionsRefused(
            f"There is no file of corrections at {path}. Its lines look like {_SAMPLE}"
        ) from wrong
    except (OSError, UnicodeDecodeError) as wrong:
        raise CorrectionsRefused(
            f"The corrections {path} cannot be read as UTF-8 text: {wrong}."
        ) from wrong


def _text(told: Mapping[str, Any], *, required: bool) -> str:
    text = told.get("text")
    if not required:
        return text if isinstance(text, str) else ""
    if not isinstance(text, str) or not text.strip():
        raise CorrectionsRefused(
            "a correction needs the post's text, not only its id: the filter learns from words. "
            f"Write lines like {_SAMPLE}"
        )
    return text


def _label(told: Mapping[str, Any]) -> bool:
    label = told.get("label")
    if not isinstance(label, str) or label not in _LABELS:
        near = get_close_matches(str(label).casefold(), _LABELS, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise CorrectionsRefused(
            f"{label!r} is not a label.{hint} Write 'relevant' or 'irrelevant'; leave lines that "
            "nobody could judge out."
        )
    return _LABELS[label]


def _id(told: Mapping[str, Any]) -> str | None:
    ident = told.get("id")
    if ident is None or isinstance(ident, str):
        return ident
    if isinstance(ident, int) and not isinstance(ident, bool):
        return str(ident)
    raise CorrectionsRefused(f"'id' is {ident!r}. Write the network's own id as a text.")


def _by(told: Mapping[str, Any]) -> str | None:
    by = told.get("by")
    if by is None or isinstance(by, str):
        return by
    raise CorrectionsRefused(f"'by' is {by!r}. Write a name as a text, or leave it out.")


def _moment(told: Mapping[str, Any]) -> datetime | None:
    at = told.get("at")
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except (TypeError, ValueError) as wrong:
        raise CorrectionsRefused(
            f"'at' is {at!r}. Write a moment such as 2026-11-21T09:00:00Z, or leave it out."
        ) from wrong
    if moment.tzinfo is None:
        raise CorrectionsRefused(f"'at' is {at!r}, without a zone. Write 2026-11-21T09:00:00Z.")
    return moment
