"""What a reply carries beside its words."""

from dataclasses import dataclass

from django.db.models.functions import Length

from answerback.desk import models


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file, without its bytes."""

    file_id: int
    reply_id: int
    name: str
    kind: str
    alt: str
    size: int  #: bytes

    @property
    def is_picture(self) -> bool:
        return self.kind.startswith("image/")


def reply_files(reply_id: int) -> tuple[FileLine, ...]:
    """Return the files of a reply, in their order.  One question to the database."""
    rows = models.ReplyFile.objects.filter(reply_id=reply_id).order_by("pk")
    told = rows.annotate(size=Length("data")).values_list("pk", "name", "kind", "alt", "size")
    return tuple(
        FileLine(file_id=pk, reply_id=reply_id, name=name, kind=kind, alt=alt, size=size)
        for pk, name, kind, alt, size in told
    )


def file_bytes(*, reply_id: int, file_id: int) -> tuple[str, str, bytes] | None:
    """Return name, kind and bytes of a file of a reply; None: it has none of that number."""
    row = models.ReplyFile.objects.filter(pk=file_id, reply_id=reply_id).first()
    return None if row is None else (row.name, row.kind, bytes(row.data))
