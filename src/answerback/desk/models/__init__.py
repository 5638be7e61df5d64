"""All tables.  One file a model, one migration history."""

from answerback.desk.models.audit import AuditItem, AuditLabel, AuditSample
from answerback.desk.models.brand import Brand
from answerback.desk.models.case import Case
from answerback.desk.models.event import Event
from answerback.desk.models.failed_row import FailedRow
from answerback.desk.models.filter_version import FilterVersion
from answerback.desk.models.gist_key import GistKey
from answerback.desk.models.ledger_line import LedgerLine
from answerback.desk.models.mention import Mention
from answerback.desk.models.operating_point import OperatingPoint
from answerback.desk.models.plan import Plan
from answerback.desk.models.post import Post
from answerback.desk.models.raw_input import RawInput
from answerback.desk.models.reading import Reading
from answerback.desk.models.source import Source

__all__ = [
    "AuditItem",
    "AuditLabel",
    "AuditSample",
    "Brand",
    "Case",
    "Event",
    "FailedRow",
    "FilterVersion",
    "GistKey",
    "LedgerLine",
    "Mention",
    "OperatingPoint",
    "Plan",
    "Post",
    "RawInput",
    "Reading",
    "Source",
]
