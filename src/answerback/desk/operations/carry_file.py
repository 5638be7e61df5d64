"""Files that go with a reply, each with what is to be seen on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.move_reply import locked_reply
from answerback.desk.queries.setting import setting_of_reply
from answerback.domain.etiquette.files import kind_of, unfit
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ReplyState

#: Characters; every network that we know takes so many.
LONGEST_ALT: Final = 1_500
_LONGEST_NAME: Final = 80


class FileNotCarried(Refusal):
    """A file that cannot go with this reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file as a browser sends it."""

    name: str  #: nobody trusts it
    data: bytes


@transaction.atomic
def carry_file(*, reply_id: int, file: Given, by: str, at: datetime, alt: str = "") -> int:
    """
    Let a draft carry a file, and return the draft's new version: no yes to an older one holds.

    What it is is told by its bytes.

    :raises FileNotCarried: when the reply is no draft of theirs, or its network takes no such
        file.
    """
    reply = _draft(reply_id, by=by)
    setting = setting_of_reply(reply)
    name, kind = _safe(file.name), kind_of(file.data)
    wrong = unfit(
        name=name,
        kind=kind,
        size=len(file.data),
        channel=setting.through,  # an archive of a network's posts carries none
        there=reply.files.count(),
    )
    if wrong is not None or kind is None:
        raise FileNotCarried(wrong or "This file cannot be carried.")
    models.ReplyFile.objects.create(
        reply=reply, name=name, kind=kind, data=file.data, alt=_told(alt), by=by, at=at
    )
    return _changed(reply, at=at)


@transaction.atomic
def drop_file(*, reply_id: int, file_id: int, by: str, at: datetime) -> int:
    """
    Take a file away from a draft, and return the draft's new version.

    :raises FileNotCarried: when the reply is no draft of theirs.
    """
    reply = _draft(reply_id, by=by)
    gone, _ = reply.files.filter(pk=file_id).delete()
    return _changed(reply, at=at) if gone else reply.version


def describe_files(reply: models.Reply, *, alts: Mapping[int, str]) -> bool:
    """Keep what is to be seen on the files of a locked draft, and say whether that is new."""
    new = False
    for file in reply.files.filter(pk__in=list(alts)).only("pk", "alt"):
        told = _told(alts[file.pk])
        if told != file.alt:
            models.ReplyFile.objects.filter(pk=file.pk).update(alt=told)
            new = True
    return new


def _draft(reply_id: int, *, by: str) -> models.Reply:
    reply = locked_reply(reply_id)
    if reply.written_by != by or reply.state != ReplyState.DRAFT:
        raise FileNotCarried(
            f"This reply is '{reply.state}': its files can be changed while it is its writer's "
            "draft. Take it back first."
        )
    return reply


def _changed(reply: models.Reply, *, at: datetime) -> int:
    reply.version, reply.changed_at = reply.version + 1, at
    reply.save(update_fields=["version", "changed_at"])
    return reply.version


def _told(alt: str) -> str:
    return " ".join(alt.split())[:LONGEST_ALT]


def _safe(name: str) -> str:
    """Return a file's name with nothing in it that a network, page or disk could take amiss."""
    last = re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[^\w.\- ]+", "_", last).strip(". ")
    return kept[-_LONGEST_NAME:].strip(". ") or "file"
